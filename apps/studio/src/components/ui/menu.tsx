import { lazy, Suspense, useState } from 'react';
import type { MenuProps } from './menu-popup.js';
import { sleepingTrigger } from './on-demand.js';

const load = () => import('./menu-popup.js');
const MenuPopup = lazy(async () => ({ default: (await load()).MenuPopup }));

export const MenuItem = lazy(async () => ({ default: (await load()).MenuItem }));
export const MenuChoice = lazy(async () => ({ default: (await load()).MenuChoice }));
export const MenuChoices = lazy(async () => ({ default: (await load()).MenuChoices }));
export const MenuGroup = lazy(async () => ({ default: (await load()).MenuGroup }));
export const MenuSeparator = lazy(async () => ({ default: (await load()).MenuSeparator }));

/** A button with a menu. What a menu is made of comes with the first one that is opened. */
export function Menu(props: MenuProps) {
  const [isWanted, setIsWanted] = useState(false);
  const asleep = sleepingTrigger(props.trigger, { opens: 'menu', load, open: () => setIsWanted(true) });
  return isWanted ? (
    <Suspense fallback={asleep}>
      <MenuPopup {...props} />
    </Suspense>
  ) : (
    asleep
  );
}
