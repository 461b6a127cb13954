import { Link } from '@tanstack/react-router';
import { verifyEmail } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { OneTimeLink } from './one-time-link.js';

/** The address of an account is proven. */
export function VerifyEmailScreen() {
  const t = useMessages();
  return (
    <OneTimeLink
      purpose="verify-email"
      open={(token) => verifyEmail({ client: anonymousClient, body: { token }, throwOnError: true })}
      doneTitle={t('verify.doneTitle')}
      doneText={t('verify.doneText')}
      onward={
        <Link to="/" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
          {t('verify.action')}
        </Link>
      }
    />
  );
}
