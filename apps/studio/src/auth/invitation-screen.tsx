import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, useSyncExternalStore } from 'react';
import { acceptInvitation, previewInvitation } from '#sdk';
import { anonymousClient, personClient } from '../api/clients.js';
import { describeProblem } from '../api/problems.js';
import { meQuery } from '../api/queries.js';
import { session } from '../api/session.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthMessage } from './auth-message.js';
import { linkToken } from './link-token.js';

/** Who invites, into what; accepting needs an account, and comes back here after making one. */
export function InvitationScreen() {
  const t = useMessages();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [token] = useState(linkToken);
  const isSignedIn = useSyncExternalStore(session.subscribe, session.getState) === 'signed-in';
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: async () => {
      return (await previewInvitation({ client: anonymousClient, body: { token }, throwOnError: true })).data;
    },
    enabled: token !== '',
    retry: false,
  });
  const acceptance = useMutation({
    mutationFn: () => acceptInvitation({ client: personClient, body: { token }, throwOnError: true }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(meQuery);
      await navigate({ to: '/' });
    },
  });
  if (token === '') return <BadInvitation text={t('link.incomplete')} />;
  if (preview.isPending) {
    return (
      <div className="flex flex-col gap-3" aria-busy>
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-5 w-72" />
      </div>
    );
  }
  if (preview.isError) return <BadInvitation text={describeProblem(t, preview.error)} />;
  const { organizationName: organization, role } = preview.data;
  const next = `/invitation#token=${token}`;
  return (
    <AuthMessage
      title={t('invitation.title', { organization })}
      text={t('invitation.text', { role: t(`role.${role}`) })}
    >
      {acceptance.error ? (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2.5 text-bad">
          {describeProblem(t, acceptance.error)}
        </p>
      ) : null}
      {isSignedIn ? (
        <Button variant="primary" size="lg" disabled={acceptance.isPending} onClick={() => acceptance.mutate()}>
          {t('invitation.accept')}
        </Button>
      ) : (
        <>
          <Link to="/register" search={{ next }} className={buttonStyle({ variant: 'primary', size: 'lg' })}>
            {t('register.submit')}
          </Link>
          <Link to="/login" search={{ next }} className={buttonStyle({ variant: 'secondary', size: 'lg' })}>
            {t('login.submit')}
          </Link>
        </>
      )}
    </AuthMessage>
  );
}

function BadInvitation({ text }: { text: string }) {
  const t = useMessages();
  return (
    <AuthMessage title={t('invitation.invalid')} text={text}>
      <Link to="/" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
        {t('notFound.action')}
      </Link>
    </AuthMessage>
  );
}
