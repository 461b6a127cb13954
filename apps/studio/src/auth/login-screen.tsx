import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { ApiError, login, type LoginDto } from '#sdk';
import { anonymousClient } from '../api/clients.js';
import { describeForm } from '../api/problems.js';
import { session } from '../api/session.js';
import { Field } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthForm, linkStyle } from './auth-form.js';
import { PasswordInput } from './password-input.js';
import { useEntry } from './use-entry.js';

const route = getRouteApi('/auth/login');
const BLAMED: Record<string, keyof LoginDto> = { 'auth.second_factor_invalid': 'code' };
const SECOND_FACTOR = new Set(['auth.second_factor_required', 'auth.second_factor_invalid']);

export function LoginScreen() {
  const t = useMessages();
  const { next } = route.useSearch();
  const enter = useEntry(next);
  const router = useRouter();
  const { register, handleSubmit, formState, setFocus, resetField } = useForm<LoginDto>();
  const signIn = useMutation({
    mutationFn: async (body: LoginDto) => (await login({ client: anonymousClient, body, throwOnError: true })).data,
    onSuccess: enter,
  });
  const code = signIn.error instanceof ApiError ? signIn.error.code : undefined;
  const needsCode = (code !== undefined && SECOND_FACTOR.has(code)) || signIn.variables?.code !== undefined;

  useEffect(() => {
    if (needsCode) setFocus('code');
  }, [needsCode, setFocus]);

  const required = { validate: (value: string | undefined) => !!value?.trim() || t('field.required') };
  // That a code is needed is a question, and no fault.
  const refusal = code === 'auth.second_factor_required' ? undefined : signIn.error;
  const problem = describeForm(t, refusal, needsCode ? ['code'] : ['email', 'password'], BLAMED);
  const error = (field: keyof LoginDto) => formState.errors[field]?.message ?? problem.at(field);
  return (
    <AuthForm
      title={t(needsCode ? 'login.codeTitle' : 'login.title')}
      text={needsCode ? t('login.codeText') : session.state === 'ended' ? t('login.ended') : undefined}
      submit={t('login.submit')}
      isPending={signIn.isPending}
      problem={problem.below}
      onSubmit={(event) => void handleSubmit((body) => signIn.mutate(body))(event)}
      footer={
        needsCode ? (
          <button
            type="button"
            className={linkStyle}
            onClick={() => {
              resetField('code');
              signIn.reset();
              void router.invalidate();
            }}
          >
            {t('login.back')}
          </button>
        ) : (
          <p>
            {t('login.new')}{' '}
            <Link to="/register" search={{ next }} className={linkStyle}>
              {t('login.register')}
            </Link>
          </p>
        )
      }
    >
      {needsCode ? (
        <Field label={t('login.code')} hint={t('login.codeHint')} error={error('code')}>
          {(control) => (
            <Input {...control} autoComplete="one-time-code" inputMode="text" {...register('code', required)} />
          )}
        </Field>
      ) : (
        <>
          <Field label={t('auth.email')} error={error('email')}>
            {(control) => <Input {...control} type="email" autoComplete="username" {...register('email', required)} />}
          </Field>
          <Field
            label={t('auth.password')}
            error={error('password')}
            aside={
              <Link to="/forgot-password" className="text-sm text-muted hover:text-ink hover:underline">
                {t('login.forgot')}
              </Link>
            }
          >
            {(control) => (
              <PasswordInput {...control} autoComplete="current-password" {...register('password', required)} />
            )}
          </Field>
        </>
      )}
    </AuthForm>
  );
}
