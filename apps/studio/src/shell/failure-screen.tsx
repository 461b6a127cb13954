import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { describeProblem } from '../api/problems.js';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { BrandMark } from './brand-mark.js';

/** The page could not be opened at all, e.g. because the API does not answer. */
export function FailureScreen({ error, reset }: ErrorComponentProps) {
  const t = useMessages();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-5 p-6 text-center">
      <BrandMark className="size-10" />
      <h1 className="text-2xl font-semibold tracking-[-0.02em]">{t('failure.title')}</h1>
      <p className="max-w-sm text-muted" role="alert">
        {describeProblem(t, error)}
      </p>
      <Button variant="primary" onClick={retry}>
        {t('action.retry')}
      </Button>
    </main>
  );
}
