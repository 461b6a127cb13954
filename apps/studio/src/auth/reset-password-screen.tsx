import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ApiError, resetPassword } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { buttonStyle } from '../components/ui/button.js';
import { Field } from '../components/ui/field.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthForm } from './auth-form.js';
import { AuthMessage } from './auth-message.js';
import { linkToken } from './link-token.js';
import { PasswordInput } from './password-input.js';

export function ResetPasswordScreen() {
  const t = useMessages();
  const [token] = useState(linkToken);
  const { register, handleSubmit, formState } = useForm({ defaultValues: { password: '' } });
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      resetPassword({ client: anonymousClient, body: { token, password }, throwOnError: true }),
  });
  if (reset.isSuccess) {
    return (
      <AuthMessage title={t('reset.doneTitle')} text={t('reset.doneText')}>
        <Link to="/login" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
          {t('auth.backToLogin')}
        </Link>
      </AuthMessage>
    );
  }
  const isLinkBad = token === '' || (reset.error instanceof ApiError && reset.error.code === 'auth.link_invalid');
  if (isLinkBad) {
    return (
      <AuthMessage title={t('link.invalidTitle')} text={t('error.auth.link_invalid')}>
        <Link to="/forgot-password" className={buttonStyle({ variant: 'primary', size: 'lg' })}>
          {t('reset.again')}
        </Link>
      </AuthMessage>
    );
  }
  const problem = describeForm(t, reset.error, ['password'], { 'auth.password_too_weak': 'password' });
  return (
    <AuthForm
      title={t('reset.title')}
      text={t('reset.text')}
      submit={t('reset.submit')}
      isPending={reset.isPending}
      problem={problem.below}
      onSubmit={(event) => void handleSubmit((body) => reset.mutate(body))(event)}
    >
      <Field
        label={t('reset.password')}
        hint={t('auth.passwordHint')}
        error={formState.errors.password?.message ?? problem.at('password')}
      >
        {(control) => (
          <PasswordInput
            {...control}
            autoComplete="new-password"
            {...register('password', { validate: (value) => value !== '' || t('field.required') })}
          />
        )}
      </Field>
    </AuthForm>
  );
}
