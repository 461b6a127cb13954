import { Menu as Base } from '@base-ui/react/menu';
import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import type { ComponentProps, ReactElement, ReactNode } from 'react';

const itemStyle =
  'flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1.5 text-base text-ink outline-none select-none data-highlighted:bg-hover data-disabled:opacity-45 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted';

const labelStyle = 'px-2.5 pt-2 pb-1 text-xs font-medium text-faint';

export interface MenuProps {
  trigger: ReactElement;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
  className?: string;
  children: ReactNode;
}

export function MenuPopup({ trigger, side = 'bottom', align = 'end', className, children }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={8} className="z-50 outline-none">
          <Base.Popup
            className={clsx(
              'scroll-quiet max-h-(--available-height) min-w-56 origin-(--transform-origin) overflow-y-auto rounded-lg border border-line bg-surface p-1.5 shadow-lift transition-[opacity,scale] duration-150 ease-calm outline-none data-ending-style:scale-[0.97] data-ending-style:opacity-0 data-starting-style:scale-[0.97] data-starting-style:opacity-0',
              className,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ className, ...props }: ComponentProps<typeof Base.Item>) {
  return <Base.Item className={clsx(itemStyle, className)} {...props} />;
}

export function MenuChoice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Base.RadioItem value={value} className={itemStyle}>
      <span className="flex min-w-0 flex-1 items-center gap-2.5">{children}</span>
      <Base.RadioItemIndicator>
        <Check />
      </Base.RadioItemIndicator>
    </Base.RadioItem>
  );
}

/** Items that belong together, under a name. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className={labelStyle}>{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export interface MenuChoicesProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

export function MenuChoices({ label, value, onChange, children }: MenuChoicesProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className={labelStyle}>{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next: unknown) => onChange(String(next))}>
        {children}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1.5 h-px bg-line" />;
}
