import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';

interface FullScreenProps {
  title: string;
  toolbar?: ReactNode;
  onClose: () => void;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  children: ReactNode;
}

/** The whole screen for a picture; always dark, so that nothing competes with it. */
export function FullScreen({ title, toolbar, onClose, onKeyDown, children }: FullScreenProps) {
  const t = useMessages();
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Popup
          data-theme="dark"
          onKeyDown={onKeyDown}
          className="fixed inset-0 z-50 flex animate-arrive flex-col bg-canvas text-ink outline-none"
        >
          <div className="flex min-h-14 shrink-0 items-center gap-1 px-3">
            <Dialog.Title className="sr-only">{title}</Dialog.Title>
            <Dialog.Close className={buttonStyle({ variant: 'quiet', size: 'icon' })} aria-label={t('action.close')}>
              <X />
            </Dialog.Close>
            <div className="ml-auto flex min-w-0 flex-wrap items-center justify-end gap-1">{toolbar}</div>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
