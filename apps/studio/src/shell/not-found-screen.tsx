import { Link } from '@tanstack/react-router';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { BrandMark } from './brand-mark.js';

export function NotFoundScreen() {
  const t = useMessages();
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-5 p-6 text-center">
      <title>{`${t('notFound.title')} · BASE Studio`}</title>
      <BrandMark className="size-10" />
      <h1 className="text-2xl font-semibold tracking-[-0.02em]">{t('notFound.title')}</h1>
      <p className="max-w-sm text-muted">{t('notFound.text')}</p>
      <Link to="/" className={buttonStyle({ variant: 'primary' })}>
        {t('notFound.action')}
      </Link>
    </main>
  );
}
