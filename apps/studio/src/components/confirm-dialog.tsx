import { useMessages } from '../i18n/use-messages.js';
import { Button } from './ui/button.js';
import { Dialog } from './ui/dialog.js';

export interface ConfirmDialogProps {
  title: string;
  text: string;
  /** What is about to be done, as a verb. */
  action: string;
  isPending: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks once more before something that has no way back. */
export function ConfirmDialog({ title, text, action, isPending, onConfirm, onClose }: ConfirmDialogProps) {
  const t = useMessages();
  return (
    <Dialog open onOpenChange={onClose} title={title} description={text}>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('action.keep')}</Button>
        <Button variant="danger" disabled={isPending} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
