import { Link } from '@tanstack/react-router';
import { Ban, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { JobDto } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { useFormats } from '../i18n/formats.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

interface JobFailureProps {
  job: JobDto;
  /** What a retry was refused for. */
  refusal: unknown;
  children?: ReactNode;
}

/** Why nothing came of it, what was given back, and the way on. */
export function JobFailure({ job, refusal, children }: JobFailureProps) {
  const t = useMessages();
  const formats = useFormats();
  const { can } = useWorkspace();
  const isCanceled = job.status === 'canceled';
  const returned = job.credits.held - (job.credits.charged ?? 0);
  const Icon = isCanceled ? Ban : CircleAlert;
  return (
    <div className="flex max-w-xl flex-wrap items-start gap-3 rounded-lg border border-line bg-surface p-4">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${isCanceled ? 'text-muted' : 'text-bad'}`} />
      <div className="flex min-w-0 flex-1 basis-48 flex-col gap-1">
        <p className="font-medium">{failureSentence(t, job)}</p>
        {job.error?.providerMessage ? (
          <p className="text-base break-words text-muted">{job.error.providerMessage}</p>
        ) : null}
        {returned > 0 ? (
          <p className="text-base text-good">
            {t('job.returned', { count: returned, shown: formats.number(returned) })}
            {can('billing:read') ? (
              <Link
                to="/usage"
                search={{ job: job.id }}
                className="ml-2 rounded-sm text-muted underline decoration-line-strong underline-offset-4 hover:text-ink"
              >
                {t('job.ledger')}
              </Link>
            ) : null}
          </p>
        ) : null}
        {refusal ? (
          <p role="alert" className="text-base text-bad">
            {describeProblem(t, refusal)}
          </p>
        ) : null}
      </div>
      {children}
    </div>
  );
}

/** The cause of a job's end in human words. */
export function failureSentence(t: Translator, job: JobDto): string {
  if (job.status === 'canceled') return t('job.canceled');
  return t.maybe(`error.${job.error?.code ?? ''}`) ?? job.error?.localized?.[t.language] ?? t('job.failed');
}
