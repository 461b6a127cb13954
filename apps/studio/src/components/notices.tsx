import { X } from 'lucide-react';
import { useMessages } from '../i18n/use-messages.js';
import { createStore, useStore } from '../state/store.js';
import { Button } from './ui/button.js';

interface NoticeOptions {
  tone?: 'plain' | 'bad';
  /** A way back, or on. */
  action?: { label: string; run: () => void };
}

interface Notice extends NoticeOptions {
  id: number;
  text: string;
}

const SHOWN_MS = 6_000;
const SHOWN_WITH_ACTION_MS = 12_000;
const notices = createStore<readonly Notice[]>([]);
let lastId = 0;

const dismiss = (id: number) => notices.set((shown) => shown.filter((notice) => notice.id !== id));

/** Says something in the corner, and to screen readers. Failures stay until they are closed. */
export function notify(text: string, options: NoticeOptions = {}): void {
  const id = (lastId += 1);
  notices.set((shown) => [...shown.slice(-2), { id, text, ...options }]);
  if (options.tone !== 'bad') setTimeout(() => dismiss(id), options.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
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
      {shown.map(({ id, text, tone, action }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-md animate-arrive items-center gap-3 rounded-lg bg-ink py-1.5 pr-1.5 pl-4 text-base text-on-ink shadow-lift"
        >
          {tone === 'bad' ? <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent" /> : null}
          <span>{text}</span>
          <span className="flex shrink-0">
            {action ? (
              <Button
                variant="quiet"
                size="sm"
                className="text-on-ink underline underline-offset-4 hover:not-disabled:bg-on-ink/15 hover:not-disabled:text-on-ink"
                onClick={() => {
                  dismiss(id);
                  action.run();
                }}
              >
                {action.label}
              </Button>
            ) : null}
            <Button
              variant="quiet"
              size="iconSm"
              className="text-on-ink/70 hover:not-disabled:bg-on-ink/15 hover:not-disabled:text-on-ink"
              aria-label={t('action.close')}
              onClick={() => dismiss(id)}
            >
              <X />
            </Button>
          </span>
        </div>
      ))}
    </div>
  );
}
