import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { forgotPassword } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { buttonStyle } from '../components/ui/button.js';
import { Field } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthForm, linkStyle } from './auth-form.js';
import { AuthMessage } from './auth-message.js';

export function ForgotPasswordScreen() {
  const t = useMessages();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { email: '' } });
  const request = useMutation({
    mutationFn: (body: { email: string }) => forgotPassword({ client: anonymousClient, body, throwOnError: true }),
  });
  const back = (
    <Link to="/login" className={linkStyle}>
      {t('auth.backToLogin')}
    </Link>
  );
  if (request.isSuccess) {
    return (
      <AuthMessage title={t('forgot.sentTitle')} text={t('forgot.sentText', { email: request.variables.email })}>
        <Link to="/login" className={buttonStyle({ variant: 'secondary', size: 'lg' })}>
          {t('auth.backToLogin')}
        </Link>
      </AuthMessage>
    );
  }
  const problem = describeForm(t, request.error, ['email']);
  return (
    <AuthForm
      title={t('forgot.title')}
      text={t('forgot.text')}
      submit={t('forgot.submit')}
      isPending={request.isPending}
      problem={problem.below}
      onSubmit={(event) => void handleSubmit((body) => request.mutate(body))(event)}
      footer={back}
    >
      <Field label={t('auth.email')} error={formState.errors.email?.message ?? problem.at('email')}>
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="username"
            {...register('email', { validate: (value) => value.trim() !== '' || t('field.required') })}
          />
        )}
      </Field>
    </AuthForm>
  );
}
