import { Columns2, Download, X } from 'lucide-react';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { downloadAll, downloadLink } from '../media/download.js';
import type { GalleryItem } from './rows.js';

interface SelectionBarProps {
  items: readonly GalleryItem[];
  onClear: () => void;
  onCompare: (ids: readonly string[]) => void;
}

/** What can be done with what is selected. */
export function SelectionBar({ items, onClear, onCompare }: SelectionBarProps) {
  const t = useMessages();
  const canCompare = items.length === 2 && items.every(({ job }) => job.type === 'image');
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-20 flex justify-center px-4 lg:bottom-6"
    >
      {items.length > 0 ? (
        <div className="pointer-events-auto flex animate-arrive items-center gap-1 rounded-xl border border-line bg-surface p-1.5 pl-4 shadow-lift">
          <span className="mr-2 text-base font-medium whitespace-nowrap tabular-nums">
            {t('gallery.selected', { count: items.length })}
          </span>
          {canCompare ? (
            <Button size="sm" variant="quiet" onClick={() => onCompare(items.map(({ output }) => output.id))}>
              <Columns2 aria-hidden />
              {t('gallery.compare')}
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="primary"
            onClick={() => void downloadAll(items.map(({ job, output }) => downloadLink(job, output)))}
          >
            <Download aria-hidden />
            {t('action.download')}
          </Button>
          <Button size="iconSm" variant="quiet" aria-label={t('action.clear')} onClick={onClear}>
            <X />
          </Button>
        </div>
      ) : null}
    </div>
  );
}
