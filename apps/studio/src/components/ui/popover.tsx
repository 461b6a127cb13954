import { lazy, Suspense, useState } from 'react';
import { sleepingTrigger } from './on-demand.js';
import type { PopoverProps } from './popover-popup.js';

const load = () => import('./popover-popup.js');
const PopoverPopup = lazy(async () => ({ default: (await load()).PopoverPopup }));

/** A button with a small window beside it. What it is made of comes with the first one that is opened. */
export function Popover(props: PopoverProps) {
  const [isWanted, setIsWanted] = useState(false);
  const open = () => {
    setIsWanted(true);
    props.onOpenChange(true);
  };
  const asleep = sleepingTrigger(props.trigger, { opens: 'dialog', load, open });
  return isWanted ? (
    <Suspense fallback={asleep}>
      <PopoverPopup {...props} />
    </Suspense>
  ) : (
    asleep
  );
}
