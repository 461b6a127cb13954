import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endSession } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeProblem } from '../api/problems.js';
import { sessionsQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { EmailSection } from './email-section.js';
import { PasswordSection } from './password-section.js';
import { ProfileSection } from './profile-section.js';
import { Section } from './section.js';
import { TwoStepSection } from './two-step-section.js';

/** The person: who, how they sign in, where they are signed in. */
export function AccountScreen() {
  const t = useMessages();
  return (
    <div className="scroll-quiet lg:h-full lg:overflow-y-auto">
      <title>{`${t('account.title')} · BASE Studio`}</title>
      <div className="mx-auto flex max-w-2xl flex-col gap-5 px-4 py-5 sm:px-6 lg:py-8">
        <h1 className="text-xl font-semibold tracking-[-0.02em]">{t('account.title')}</h1>
        <ProfileSection />
        <EmailSection />
        <PasswordSection />
        <TwoStepSection />
        <SessionsSection />
      </div>
    </div>
  );
}

function SessionsSection() {
  const t = useMessages();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const { data: sessions } = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: (sessionId: string) => endSession({ client: personClient, path: { sessionId }, throwOnError: true }),
    onSettled: () => queryClient.invalidateQueries(sessionsQuery),
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
  });
  return (
    <Section title={t('account.sessions')} text={t('account.sessionsText')}>
      {sessions ? null : <Skeleton className="h-14" />}
      <ul className="flex flex-col divide-y divide-line">
        {sessions?.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-4 py-3 first:pt-0 last:pb-0">
            <div className="min-w-0">
              <p className="truncate font-medium">{deviceName(session.userAgent) ?? t('account.sessionUnknown')}</p>
              <p className="truncate text-sm text-muted">
                {[session.ip, t('account.sessionSeen', { when: formats.dateTime(session.lastUsedAt) })]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </div>
            {session.current ? (
              <span className="shrink-0 text-sm text-good">{t('account.sessionCurrent')}</span>
            ) : (
              <Button size="sm" disabled={end.isPending} onClick={() => end.mutate(session.id)}>
                {t('account.sessionEnd')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const BROWSERS = ['Edg', 'Firefox', 'HeadlessChrome', 'Chrome', 'Safari'] as const;
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'Linux'] as const;

/** `Chrome, Windows`: enough to recognise one's own device. */
function deviceName(userAgent: string | null): string | undefined {
  const found = [BROWSERS, SYSTEMS].map((names) => names.find((name) => userAgent?.includes(name)));
  const name = found.filter(Boolean).join(', ').replace('Edg,', 'Edge,').replace('Macintosh', 'macOS');
  return name === '' ? (userAgent ?? undefined) : name;
}
