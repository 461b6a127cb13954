import { LoaderCircle, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import type { JobDto } from '#sdk';
import { hasEnded } from '../api/job-states.js';
import { describeProblem } from '../api/problems.js';
import { Button } from '../components/ui/button.js';
import { Popover } from '../components/ui/popover.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { ModelName } from './generation-card.js';
import { promptOf, queuePosition } from './generations.js';
import { useCancel, useGenerate } from './generate.js';
import { failureSentence } from './job-failure.js';

/** The latest, to try again. */
const FEW_FAILED = 3;
const hasFailed = ({ status }: JobDto) => status === 'failed' || status === 'expired';

/** What is waiting or being made: where it stands, and how to stop it. */
export function QueuePanel({ jobs }: { jobs: readonly JobDto[] }) {
  const t = useMessages();
  const cancel = useCancel();
  const { can } = useWorkspace();
  const [isOpen, setIsOpen] = useState(false);
  const active = jobs.filter((job) => !hasEnded(job));
  if (active.length === 0 && !isOpen) return null;
  const waiting = active.filter(({ status }) => status !== 'processing');
  const failed = jobs.filter(hasFailed).slice(0, FEW_FAILED);
  const stoppable = active.filter((job) => !job.cancelRequested);
  return (
    <Popover
      title={t('queue.title')}
      open={isOpen}
      onOpenChange={setIsOpen}
      className="w-96 p-2"
      trigger={
        <Button size="sm" className="rounded-full!">
          <LoaderCircle className="animate-spin" aria-hidden />
          {t('queue.count', { count: active.length })}
        </Button>
      }
    >
      {active.length === 0 ? <p className="px-2 py-3 text-muted">{t('queue.empty')}</p> : null}
      <ul className="scroll-quiet max-h-80 overflow-y-auto">
        {active.toReversed().map((job) => (
          <li key={job.id} className="flex items-center gap-3 rounded-md px-2 py-1.5">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{promptOf(job.input) || <ModelName id={job.model} />}</span>
              <span className="text-sm text-muted tabular-nums">
                {job.status === 'processing'
                  ? t('job.progress', { progress: job.progress })
                  : job.status === 'awaiting_funds'
                    ? t('job.awaitingFunds')
                    : t('job.position', { position: queuePosition(job, jobs) })}
              </span>
            </span>
            {can('jobs:cancel') ? (
              <Button
                variant="quiet"
                size="iconSm"
                aria-label={t('queue.cancelOne', { prompt: promptOf(job.input) })}
                disabled={job.cancelRequested}
                onClick={() => void cancel([job.id])}
              >
                <X />
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {can('jobs:create') && failed.length > 0 ? <FailedJobs jobs={failed} /> : null}
      {can('jobs:cancel') && active.length > 1 ? (
        <div className="mt-1 flex gap-2 border-t border-line px-1 pt-2">
          {waiting.length > 0 && waiting.length < active.length ? (
            <Button size="sm" variant="quiet" onClick={() => void cancel(waiting.map(({ id }) => id))}>
              {t('queue.cancelWaiting')}
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="quiet"
            className="ml-auto text-bad"
            disabled={stoppable.length === 0}
            onClick={() => void cancel(stoppable.map(({ id }) => id))}
          >
            {t('queue.cancelAll')}
          </Button>
        </div>
      ) : null}
    </Popover>
  );
}

function FailedJobs({ jobs }: { jobs: readonly JobDto[] }) {
  const t = useMessages();
  const { generate, refusal } = useGenerate();
  return (
    <section aria-label={t('queue.failed')} className="mt-1 border-t border-line pt-1">
      <h3 className="px-2 pt-1.5 text-sm text-muted">{t('queue.failed')}</h3>
      <ul>
        {jobs.map((job) => (
          <li key={job.id} className="flex items-center gap-3 rounded-md px-2 py-1.5">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{promptOf(job.input) || <ModelName id={job.model} />}</span>
              <span className="block truncate text-sm text-bad">{failureSentence(t, job)}</span>
            </span>
            <Button
              variant="quiet"
              size="iconSm"
              aria-label={t('queue.retryOne', { prompt: promptOf(job.input) })}
              title={t('action.retry')}
              onClick={() => void generate([{ type: job.type, model: job.model, input: job.input }])}
            >
              <RotateCcw />
            </Button>
          </li>
        ))}
      </ul>
      {refusal ? (
        <p role="alert" className="px-2 pb-1 text-sm text-bad">
          {describeProblem(t, refusal)}
        </p>
      ) : null}
    </section>
  );
}
