import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { verifyEmail } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { describeProblem } from '../api/problems.js';
import { buttonStyle } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthMessage } from './auth-message.js';
import { linkToken } from './link-token.js';

/** Opened from the mail: the link is good once, so it is used once, whatever draws the page again. */
export function VerifyEmailScreen() {
  const t = useMessages();
  const [token] = useState(linkToken);
  const verification = useQuery({
    queryKey: ['verify-email', token],
    queryFn: async () => {
      await verifyEmail({ client: anonymousClient, body: { token: token || '-' }, throwOnError: true });
      return true;
    },
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const onward = (
    <Link to="/" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
      {t('verify.action')}
    </Link>
  );
  if (verification.isPending) {
    return (
      <div className="flex flex-col gap-3" aria-busy>
        <Skeleton className="h-8 w-48" />
        <Skeleton className="h-5 w-72" />
      </div>
    );
  }
  return verification.isSuccess ? (
    <AuthMessage title={t('verify.doneTitle')} text={t('verify.doneText')}>
      {onward}
    </AuthMessage>
  ) : (
    <AuthMessage title={t('link.invalidTitle')} text={describeProblem(t, verification.error)}>
      {onward}
    </AuthMessage>
  );
}
