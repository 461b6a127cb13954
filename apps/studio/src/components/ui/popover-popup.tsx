import { Popover as Base } from '@base-ui/react/popover';
import { clsx } from 'clsx';
import type { ReactElement, ReactNode } from 'react';

export interface PopoverProps {
  trigger: ReactElement;
  title: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
  className?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
}

export function PopoverPopup(props: PopoverProps) {
  const { trigger, title, side = 'bottom', align = 'end', className, open, onOpenChange, children } = props;
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          side={side}
          align={align}
          sideOffset={8}
          collisionPadding={12}
          // One that grows while it is open scrolls, and does not jump to another side.
          collisionAvoidance={{ fallbackAxisSide: 'none' }}
          className="z-50 outline-none"
        >
          <Base.Popup
            className={clsx(
              'scroll-quiet max-h-(--available-height) w-80 max-w-[calc(100vw-1.5rem)] origin-(--transform-origin) overflow-y-auto rounded-lg border border-line bg-surface p-4 text-ink shadow-lift transition-[opacity,scale] duration-150 ease-calm outline-none data-ending-style:scale-[0.97] data-ending-style:opacity-0 data-starting-style:scale-[0.97] data-starting-style:opacity-0',
              className,
            )}
          >
            <Base.Title className="sr-only">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
