import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { ApiError, changePassword, endSession, resendVerification } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeField, describeProblem } from '../api/problems.js';
import { sessionsQuery } from '../api/queries.js';
import { PasswordInput } from '../auth/password-input.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Field } from '../components/ui/field.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
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
        <PasswordSection />
        <TwoStepSection />
        <SessionsSection />
      </div>
    </div>
  );
}

function ProfileSection() {
  const t = useMessages();
  const { user } = useWorkspace();
  const resend = useMutation({
    mutationFn: () => resendVerification({ client: personClient, body: { email: user.email }, throwOnError: true }),
    onSuccess: () => notify(t('account.resent')),
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
  });
  return (
    <Section title={t('account.profile')}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0">
          <p className="truncate font-medium">{user.name}</p>
          <p className="truncate text-muted">{user.email}</p>
        </div>
        {user.emailVerified ? (
          <span className="text-sm text-good">{t('account.verified')}</span>
        ) : (
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-sm text-warn">{t('account.unverified')}</span>
            <Button size="sm" disabled={resend.isPending} onClick={() => resend.mutate()}>
              {t('account.resend')}
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}

interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

const BLAMED: Record<string, keyof PasswordChange> = {
  'auth.password_wrong': 'currentPassword',
  'auth.password_too_weak': 'newPassword',
};

function PasswordSection() {
  const t = useMessages();
  const { register, handleSubmit, formState, reset } = useForm<PasswordChange>();
  const change = useMutation({
    mutationFn: (body: PasswordChange) => changePassword({ client: personClient, body, throwOnError: true }),
    onSuccess: () => {
      reset();
      notify(t('account.passwordChanged'));
    },
  });
  const code = change.error instanceof ApiError ? change.error.code : undefined;
  const blamed = code ? BLAMED[code] : undefined;
  const error = (field: keyof PasswordChange) => {
    const own = formState.errors[field]?.message ?? describeField(t, change.error, `/${field}`);
    if (own ?? blamed !== field) return own;
    return code === 'auth.password_wrong' ? t('account.wrongPassword') : describeProblem(t, change.error);
  };
  const required = { validate: (value: string | undefined) => !!value || t('field.required') };
  return (
    <Section title={t('account.password')}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void handleSubmit((body) => change.mutate(body))(event)}
      >
        <Field label={t('account.currentPassword')} error={error('currentPassword')}>
          {(control) => (
            <PasswordInput {...control} autoComplete="current-password" {...register('currentPassword', required)} />
          )}
        </Field>
        <Field label={t('account.newPassword')} hint={t('auth.passwordHint')} error={error('newPassword')}>
          {(control) => (
            <PasswordInput {...control} autoComplete="new-password" {...register('newPassword', required)} />
          )}
        </Field>
        {change.error && !blamed ? (
          <p role="alert" className="text-bad">
            {describeProblem(t, change.error)}
          </p>
        ) : null}
        <Button type="submit" className="self-start" disabled={change.isPending}>
          {t('account.changePassword')}
        </Button>
      </form>
    </Section>
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
