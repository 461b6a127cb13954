import { Dialog as Base } from '@base-ui/react/dialog';
import { clsx } from 'clsx';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMessages } from '../../i18n/use-messages.js';
import { buttonStyle } from './button.js';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  className?: string;
  children: ReactNode;
}

/** A window over the page; on a phone it rises from the bottom. */
export function Dialog({ open, onOpenChange, title, description, className, children }: DialogProps) {
  const t = useMessages();
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/45 backdrop-blur-[2px] transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          // React lets events rise through portals: a form in here is not part of the form that opened it.
          onSubmit={(event) => event.stopPropagation()}
          className={clsx(
            'fixed z-50 flex max-h-[88dvh] flex-col overflow-hidden border border-line bg-surface text-ink shadow-lift transition-[opacity,translate,scale] duration-200 ease-calm focus-visible:outline-none',
            'inset-x-0 bottom-0 rounded-t-xl data-ending-style:translate-y-6 data-ending-style:opacity-0 data-starting-style:translate-y-6 data-starting-style:opacity-0',
            'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[28rem] sm:max-w-[calc(100vw-3rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl sm:data-ending-style:-translate-y-1/2 sm:data-ending-style:scale-[0.98] sm:data-starting-style:-translate-y-1/2 sm:data-starting-style:scale-[0.98]',
            className,
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-5">
            <div className="flex flex-col gap-1">
              <Base.Title className="text-lg font-semibold tracking-[-0.01em]">{title}</Base.Title>
              {description ? <Base.Description className="text-base text-muted">{description}</Base.Description> : null}
            </div>
            <Base.Close
              className={clsx(buttonStyle({ variant: 'quiet', size: 'iconSm' }), '-mt-1 -mr-2')}
              aria-label={t('action.close')}
            >
              <X />
            </Base.Close>
          </div>
          <div className="scroll-quiet overflow-y-auto px-5 pt-4 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
