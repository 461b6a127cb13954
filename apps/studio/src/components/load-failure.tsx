import { describeProblem } from '../api/problems.js';
import { useMessages } from '../i18n/use-messages.js';
import { Button } from './ui/button.js';

/** What should be here could not be read: why, and another try. */
export function LoadFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useMessages();
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-4 p-6 py-24 text-center">
      <p role="alert" className="max-w-sm text-muted">
        {describeProblem(t, error)}
      </p>
      <Button onClick={onRetry}>{t('action.retry')}</Button>
    </div>
  );
}
