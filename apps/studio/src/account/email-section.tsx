import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { changeEmail, type ChangeEmailDto, resendVerification } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeForm, describeProblem } from '../api/problems.js';
import { totpQuery } from '../api/queries.js';
import { PasswordInput } from '../auth/password-input.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { CODE_REFUSALS } from './code-refusals.js';
import { Section } from './section.js';

const FIELDS = ['email', 'password', 'code'] as const;
const BLAMED: Record<string, (typeof FIELDS)[number]> = {
  'auth.email_taken': 'email',
  'auth.password_wrong': 'password',
  ...CODE_REFUSALS,
};

/** The address that somebody signs in with: whether it is proven, and another one. */
export function EmailSection() {
  const t = useMessages();
  const { user } = useWorkspace();
  const [isChanging, setIsChanging] = useState(false);
  const resend = useMutation({
    mutationFn: () => resendVerification({ client: personClient, body: { email: user.email }, throwOnError: true }),
    onSuccess: () => notify(t('account.resent')),
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
  });
  return (
    <Section title={t('auth.email')}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0">
          <p className="truncate font-medium">{user.email}</p>
          <p className={`text-sm ${user.emailVerified ? 'text-good' : 'text-warn'}`}>
            {t(user.emailVerified ? 'account.verified' : 'account.unverified')}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {user.emailVerified ? null : (
            <Button size="sm" disabled={resend.isPending} onClick={() => resend.mutate()}>
              {t('account.resend')}
            </Button>
          )}
          {isChanging ? null : (
            <Button size="sm" onClick={() => setIsChanging(true)}>
              {t('account.changeEmail')}
            </Button>
          )}
        </div>
      </div>
      {isChanging ? <EmailForm onDone={() => setIsChanging(false)} /> : null}
    </Section>
  );
}

/** A link is sent to the new address, which takes the old one's place when it is opened. */
function EmailForm({ onDone }: { onDone: () => void }) {
  const t = useMessages();
  const { data: totp } = useQuery(totpQuery);
  const { register, handleSubmit, formState } = useForm<ChangeEmailDto>();
  const change = useMutation({
    mutationFn: (body: ChangeEmailDto) => changeEmail({ client: personClient, body, throwOnError: true }),
    onSuccess: (_, { email }) => {
      notify(t('account.emailSent', { email }));
      onDone();
    },
  });
  const needsCode = totp?.enabled === true;
  const problem = describeForm(t, change.error, needsCode ? FIELDS : ['email', 'password'], BLAMED);
  const error = (field: keyof ChangeEmailDto) => formState.errors[field]?.message ?? problem.at(field);
  const required = { validate: (value: string | undefined) => !!value?.trim() || t('field.required') };
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((body) => change.mutate(body))(event)}
    >
      <Field label={t('account.newEmail')} hint={t('account.newEmailHint')} error={error('email')}>
        {(control) => <Input {...control} type="email" autoComplete="email" {...register('email', required)} />}
      </Field>
      <Field label={t('account.currentPassword')} error={error('password')}>
        {(control) => (
          <PasswordInput {...control} autoComplete="current-password" {...register('password', required)} />
        )}
      </Field>
      {needsCode ? (
        <Field label={t('login.code')} error={error('code')}>
          {(control) => <Input {...control} autoComplete="one-time-code" {...register('code', required)} />}
        </Field>
      ) : null}
      <FormFault>{problem.below}</FormFault>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={change.isPending}>
          {t('account.sendEmail')}
        </Button>
        <Button variant="quiet" onClick={onDone}>
          {t('action.cancel')}
        </Button>
      </div>
    </form>
  );
}
