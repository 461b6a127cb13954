import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { confirmTotp, enrolTotp, removeTotp } from '#sdk';
import { personClient } from '../api/clients.js';
import { describeForm, describeProblem } from '../api/problems.js';
import { totpQuery } from '../api/queries.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Field, FormFault } from '../components/ui/field.js';
import { Input } from '../components/ui/input.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { CODE_REFUSALS } from './code-refusals.js';
import { Section } from './section.js';

const QrCode = lazy(() => import('./qr-code.js'));

/** A second factor: on, off, and the codes for the day the phone is lost. */
export function TwoStepSection() {
  const t = useMessages();
  const queryClient = useQueryClient();
  const { data: status } = useQuery(totpQuery);
  const [isRemoving, setIsRemoving] = useState(false);
  const refresh = () => queryClient.invalidateQueries(totpQuery);
  const enrolment = useMutation({
    mutationFn: async () => (await enrolTotp({ client: personClient, throwOnError: true })).data,
  });
  const confirmation = useMutation({
    mutationFn: async (code: string) =>
      (await confirmTotp({ client: personClient, body: { code }, throwOnError: true })).data,
  });
  const removal = useMutation({
    mutationFn: (code: string) => removeTotp({ client: personClient, body: { code }, throwOnError: true }),
    onSuccess: () => {
      setIsRemoving(false);
      return refresh();
    },
  });
  if (!status) {
    return (
      <Section title={t('account.totp')}>
        <Skeleton className="h-10" />
      </Section>
    );
  }
  if (confirmation.data) {
    return (
      <Section title={t('account.totp')} text={t('account.totpRecovery')}>
        <ul className="grid grid-cols-2 gap-2 rounded-lg bg-sunken p-4 font-mono text-base">
          {confirmation.data.recoveryCodes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Button
          className="self-start"
          onClick={() => {
            confirmation.reset();
            enrolment.reset();
            void refresh();
          }}
        >
          {t('account.totpDone')}
        </Button>
      </Section>
    );
  }
  if (status.enabled) {
    return (
      <Section title={t('account.totp')} text={t('account.totpOn', { count: status.recoveryCodesLeft })}>
        {isRemoving ? (
          <CodeForm
            submit={t('account.totpDisable')}
            hint={t('account.totpRemoveText')}
            isPending={removal.isPending}
            error={removal.error}
            onSubmit={(code) => removal.mutate(code)}
          />
        ) : (
          <Button variant="danger" className="self-start" onClick={() => setIsRemoving(true)}>
            {t('account.totpDisable')}
          </Button>
        )}
      </Section>
    );
  }
  if (enrolment.data) {
    return (
      <Section title={t('account.totp')} text={t('account.totpScan')}>
        <div className="flex flex-wrap items-center gap-5 rounded-lg bg-sunken p-4">
          <Suspense fallback={<Skeleton className="size-44 shrink-0" />}>
            <QrCode text={enrolment.data.uri} label={t('account.totpQr')} />
          </Suspense>
          <div className="flex min-w-0 flex-1 basis-48 flex-col items-start gap-3">
            <span className="text-sm text-muted">{t('account.totpKey')}</span>
            <code className="font-mono text-base break-all">{enrolment.data.secret}</code>
            <a href={enrolment.data.uri} className={buttonStyle({ size: 'sm' })}>
              {t('account.totpOpen')}
            </a>
          </div>
        </div>
        <CodeForm
          submit={t('account.totpConfirm')}
          isPending={confirmation.isPending}
          error={confirmation.error}
          onSubmit={(code) => confirmation.mutate(code)}
        />
      </Section>
    );
  }
  return (
    <Section title={t('account.totp')} text={t('account.totpOff')}>
      <FormFault>{enrolment.error ? describeProblem(t, enrolment.error) : undefined}</FormFault>
      <Button className="self-start" disabled={enrolment.isPending} onClick={() => enrolment.mutate()}>
        {t('account.totpEnable')}
      </Button>
    </Section>
  );
}

interface CodeFormProps {
  submit: string;
  hint?: ReactNode;
  isPending: boolean;
  error: unknown;
  onSubmit: (code: string) => void;
}

function CodeForm({ submit, hint, isPending, error, onSubmit }: CodeFormProps) {
  const t = useMessages();
  const [code, setCode] = useState('');
  const problem = describeForm(t, error, ['code'], CODE_REFUSALS);
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(code.trim());
      }}
    >
      <Field label={t('login.code')} hint={hint} error={problem.at('code')}>
        {(control) => (
          <Input
            {...control}
            autoComplete="one-time-code"
            className="max-w-48 tabular-nums"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
      </Field>
      <FormFault>{problem.below}</FormFault>
      <Button type="submit" variant="primary" className="self-start" disabled={isPending || code.trim().length < 6}>
        {submit}
      </Button>
    </form>
  );
}
