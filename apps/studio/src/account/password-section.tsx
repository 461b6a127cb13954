import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { changePassword } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { PasswordInput } from '../auth/password-input.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { Field, FormFault } from '../components/ui/field.js';
import { useMessages } from '../i18n/use-messages.js';
import { Section } from './section.js';

interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

const FIELDS = ['currentPassword', 'newPassword'] as const;
const BLAMED: Record<string, keyof PasswordChange> = {
  'auth.password_wrong': 'currentPassword',
  'auth.password_too_weak': 'newPassword',
};

/** Another password, which ends all other sessions. */
export function PasswordSection() {
  const t = useMessages();
  const { register, handleSubmit, formState, reset } = useForm<PasswordChange>();
  const change = useMutation({
    mutationFn: (body: PasswordChange) => changePassword({ client: personClient, body, throwOnError: true }),
    onSuccess: () => {
      reset();
      notify(t('account.passwordChanged'));
    },
  });
  const problem = describeForm(t, change.error, FIELDS, BLAMED);
  const error = (field: keyof PasswordChange) => formState.errors[field]?.message ?? problem.at(field);
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
        <FormFault>{problem.below}</FormFault>
        <Button type="submit" className="self-start" disabled={change.isPending}>
          {t('account.changePassword')}
        </Button>
      </form>
    </Section>
  );
}
