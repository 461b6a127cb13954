import { Link } from '@tanstack/react-router';
import { confirmEmailChange } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { OneTimeLink } from './one-time-link.js';

/** A new address takes the place of the old one. */
export function ConfirmEmailScreen() {
  const t = useMessages();
  return (
    <OneTimeLink
      purpose="confirm-email"
      open={(token) => confirmEmailChange({ client: anonymousClient, body: { token }, throwOnError: true })}
      doneTitle={t('confirmEmail.doneTitle')}
      doneText={t('confirmEmail.doneText')}
      onward={
        <Link to="/" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
          {t('verify.action')}
        </Link>
      }
    />
  );
}
