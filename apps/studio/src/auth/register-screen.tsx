import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { register as registerAccount } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { Field } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthForm, linkStyle } from './auth-form.js';
import { AuthMessage } from './auth-message.js';
import { PasswordInput } from './password-input.js';
import { useEntry } from './use-entry.js';

const route = getRouteApi('/auth/register');

interface Registration {
  name: string;
  email: string;
  password: string;
}

const FIELDS = ['name', 'email', 'password'] as const;
/** The refusals that belong to one field. */
const BLAMED: Record<string, keyof Registration> = {
  'auth.password_too_weak': 'password',
  'auth.email_taken': 'email',
};

export function RegisterScreen() {
  const t = useMessages();
  const { next } = route.useSearch();
  const enter = useEntry(next);
  const { register, handleSubmit, formState } = useForm<Registration>();
  const signUp = useMutation({
    mutationFn: async (body: Registration) => {
      const request = { ...body, locale: t.language };
      return (await registerAccount({ client: anonymousClient, body: request, throwOnError: true })).data;
    },
    onSuccess: (answer) => {
      if ('accessToken' in answer) enter(answer);
    },
  });
  const problem = describeForm(t, signUp.error, FIELDS, BLAMED);
  const required = { validate: (value: string | undefined) => !!value?.trim() || t('field.required') };
  const error = (field: keyof Registration) => formState.errors[field]?.message ?? problem.at(field);
  if (signUp.data && 'status' in signUp.data) {
    return <AuthMessage title={t('forgot.sentTitle')} text={t('register.pendingText', { email: signUp.data.email })} />;
  }
  return (
    <AuthForm
      title={t('register.title')}
      text={t('register.text')}
      submit={t('register.submit')}
      isPending={signUp.isPending}
      problem={problem.below}
      onSubmit={(event) => void handleSubmit((body) => signUp.mutate(body))(event)}
      footer={
        <p>
          {t('register.known')}{' '}
          <Link to="/login" search={{ next }} className={linkStyle}>
            {t('register.login')}
          </Link>
        </p>
      }
    >
      <Field label={t('auth.name')} error={error('name')}>
        {(control) => <Input {...control} autoComplete="name" maxLength={120} {...register('name', required)} />}
      </Field>
      <Field label={t('auth.workEmail')} error={error('email')}>
        {(control) => <Input {...control} type="email" autoComplete="username" {...register('email', required)} />}
      </Field>
      <Field label={t('auth.password')} hint={t('auth.passwordHint')} error={error('password')}>
        {(control) => <PasswordInput {...control} autoComplete="new-password" {...register('password', required)} />}
      </Field>
    </AuthForm>
  );
}
