import { X } from 'lucide-react';
import { useMessages } from '../i18n/use-messages.js';
import { createStore, useStore } from '../state/store.js';
import { Button } from './ui/button.js';

interface Notice {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
}

const SHOWN_MS = 6_000;
const notices = createStore<readonly Notice[]>([]);
let lastId = 0;

const dismiss = (id: number) => notices.set((shown) => shown.filter((notice) => notice.id !== id));

/** Says something in the corner, and to screen readers. Failures stay until they are closed. */
export function notify(text: string, tone: Notice['tone'] = 'plain'): void {
  const id = (lastId += 1);
  notices.set((shown) => [...shown.slice(-2), { id, text, tone }]);
  if (tone === 'plain') setTimeout(() => dismiss(id), SHOWN_MS);
}

export function Notices() {
  const t = useMessages();
  const shown = useStore(notices);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-60 flex flex-col items-center gap-2 lg:bottom-6"
    >
      {shown.map((notice) => (
        <div
          key={notice.id}
          className="pointer-events-auto flex max-w-md animate-arrive items-center gap-3 rounded-lg bg-ink py-1.5 pr-1.5 pl-4 text-base text-on-ink shadow-lift"
        >
          {notice.tone === 'bad' ? <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent" /> : null}
          <span>{notice.text}</span>
          <Button
            variant="quiet"
            size="iconSm"
            className="text-on-ink/70 hover:not-disabled:bg-on-ink/15 hover:not-disabled:text-on-ink"
            aria-label={t('action.close')}
            onClick={() => dismiss(notice.id)}
          >
            <X />
          </Button>
        </div>
      ))}
    </div>
  );
}
