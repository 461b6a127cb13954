import { Trash2 } from 'lucide-react';
import { AskFirst } from '../components/ask-first.js';
import { Button, type ButtonProps } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';

interface DeleteButtonProps extends Pick<ButtonProps, 'variant' | 'className' | 'disabled'> {
  /** What is deleted, as the question calls it. */
  name: string;
  /** What the button says to those who do not see it. */
  label: string;
  /** What goes with it. */
  text: string;
  onDelete: () => void;
}

/** Deletes something of the library, after it has asked. */
export function DeleteButton({ name, label, text, onDelete, ...look }: DeleteButtonProps) {
  const t = useMessages();
  return (
    <AskFirst title={t('library.deleteTitle', { name })} text={text} action={t('gallery.delete')} onConfirm={onDelete}>
      {(ask) => (
        <Button size="iconSm" aria-label={label} title={t('gallery.delete')} onClick={ask} {...look}>
          <Trash2 />
        </Button>
      )}
    </AskFirst>
  );
}
