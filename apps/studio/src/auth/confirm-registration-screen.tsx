import { Link } from '@tanstack/react-router';
import { confirmRegistration } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { session } from '../api/session.js';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { OneTimeLink } from './one-time-link.js';

/** The account exists from here on, and its owner is signed in. */
export function ConfirmRegistrationScreen() {
  const t = useMessages();
  return (
    <OneTimeLink
      purpose="confirm-registration"
      open={async (token) => {
        const { data } = await confirmRegistration({ client: anonymousClient, body: { token }, throwOnError: true });
        session.begin(data);
      }}
      doneTitle={t('confirmRegistration.doneTitle')}
      doneText={t('confirmRegistration.doneText')}
      onward={
        <Link to="/" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
          {t('verify.action')}
        </Link>
      }
    />
  );
}
