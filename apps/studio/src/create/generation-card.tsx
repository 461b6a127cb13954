import { Copy, CornerUpLeft, RotateCcw, X } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import type { JobDto } from '#sdk';
import { hasEnded } from '../api/job-states.js';
import { modelsQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { notify } from '../components/notices.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { fileOfJob } from '../media/media-file.js';
import { MediaTile } from '../media/media-tile.js';
import { useWorkspace } from '../shell/workspace.js';
import { copyText } from '../state/clipboard.js';
import { draftOf, recall } from './draft.js';
import { JobFailure } from './job-failure.js';
import { countOf, type GenerationGroup, type GroupMember, promptOf, queuePosition } from './generations.js';
import { useCancel, useGenerate } from './generate.js';
import { ratioOfInput } from './shapes.js';
import { WaitingTile } from './waiting-tile.js';

interface GenerationCardProps {
  group: GenerationGroup;
  /** All recent jobs, to know who waits before whom. */
  jobs: readonly JobDto[];
  /** On top: its pictures come before all others. */
  isFirst: boolean;
}

/** The height of a row of pictures, rem, before it grows to fill the line, and the most it may grow to. */
const ROW_REM = 15;
const ROW_MAX_REM = 26;

/** What was asked for, and what came of it. */
export function GenerationCard({ group, jobs, isFirst }: GenerationCardProps) {
  const t = useMessages();
  const formats = useFormats();
  const { can } = useWorkspace();
  const prompt = promptOf(group.input);
  const job = group.members[0]?.job;
  const charged = group.members.reduce((sum, member) => sum + (member.job?.credits.charged ?? 0), 0);
  const shows = group.members.length > 1;
  const copy = async () => {
    await copyText(prompt);
    notify(t('action.copied'));
  };
  return (
    <li className="flex animate-arrive flex-col gap-3">
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <p className="line-clamp-2 text-base text-pretty" title={prompt}>
            {prompt || <ModelName id={job?.model ?? group.members[0]?.pending?.model ?? ''} />}
          </p>
          <p className="mt-0.5 flex flex-wrap gap-x-2 text-sm text-muted tabular-nums">
            {shows ? null : <ModelName id={job?.model ?? group.members[0]?.pending?.model ?? ''} />}
            <time dateTime={new Date(group.createdAt).toISOString()}>{formats.moment(group.createdAt)}</time>
            {charged > 0 ? <span>{t('credits.count', { count: charged, shown: formats.number(charged) })}</span> : null}
          </p>
        </div>
        <div className="flex shrink-0 gap-0.5">
          {prompt ? (
            <Button
              variant="quiet"
              size="iconSm"
              aria-label={t('prompt.copy')}
              title={t('prompt.copy')}
              onClick={() => void copy()}
            >
              <Copy />
            </Button>
          ) : null}
          {can('jobs:create') && job ? <RecallButton job={job} /> : null}
        </div>
      </div>
      <div className={shows ? sideBySide(group) : 'contents'}>
        {group.members.map((member) => (
          <div key={member.job?.id ?? member.pending?.key} className="flex min-w-0 flex-col gap-1.5">
            {shows ? (
              <p className="flex items-baseline justify-between gap-3 text-sm text-muted">
                <span className="truncate font-medium text-ink">
                  <ModelName id={member.job?.model ?? member.pending?.model ?? ''} />
                </span>
                {member.job?.credits.charged ? (
                  <span className="shrink-0 tabular-nums">
                    {t('credits.count', {
                      count: member.job.credits.charged,
                      shown: formats.number(member.job.credits.charged),
                    })}
                  </span>
                ) : null}
              </p>
            ) : null}
            <Member member={member} jobs={jobs} isFirst={isFirst} />
          </div>
        ))}
      </div>
    </li>
  );
}

/** Models beside each other, so that they can be compared; sounds below each other, so that they can be seen. */
function sideBySide({ type, members }: GenerationGroup): string {
  if (type === 'audio') return 'flex flex-col gap-3';
  return clsx('grid items-start gap-x-4 gap-y-5 sm:grid-cols-2', members.length > 2 && '2xl:grid-cols-4');
}

function RecallButton({ job }: { job: JobDto }) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const use = () => {
    draftOf(organization.id).set((draft) => recall(draft, job, 'all'));
    notify(t('recall.done'));
    document.querySelector('textarea')?.focus();
  };
  return (
    <Button variant="quiet" size="iconSm" aria-label={t('recall.all')} title={t('recall.all')} onClick={use}>
      <CornerUpLeft />
    </Button>
  );
}

/** A model by its name; one that has left the catalogue by its id. */
export function ModelName({ id }: { id: string }) {
  const { data } = useQuery(modelsQuery);
  return <span>{data?.find((model) => model.id === id)?.name ?? id}</span>;
}

function Member({ member, jobs, isFirst }: Omit<GenerationCardProps, 'group'> & { member: GroupMember }) {
  const { job, pending } = member;
  if (job && hasEnded(job) && job.status !== 'succeeded') return <FailedJob job={job} />;
  const input = job?.input ?? pending?.input ?? {};
  const ratio = ratioOfInput(input) ?? 1;
  if (job?.status === 'succeeded') {
    return (
      <ul className="flex flex-wrap gap-2">
        {job.outputs.map((output) => {
          const file = fileOfJob(job, output);
          return (
            <li
              key={file.id}
              className={file.type === 'audio' ? 'w-full max-w-xl' : ''}
              style={rowStyle(file.type, file.ratio)}
            >
              <MediaTile file={file} sizes={`min(100vw, ${file.ratio * ROW_MAX_REM}rem)`} isFirst={isFirst} />
            </li>
          );
        })}
      </ul>
    );
  }
  const type = job?.type ?? pending?.type ?? 'image';
  return (
    <div className="flex flex-col gap-2">
      <ul className="flex flex-wrap gap-2">
        {Array.from({ length: countOf(input) }, (_, index) => (
          <li key={index} className={type === 'audio' ? 'w-full max-w-xl' : ''} style={rowStyle(type, ratio)}>
            <WaitingTile
              type={type}
              ratio={ratio}
              status={job?.status ?? 'sending'}
              progress={job?.progress ?? 0}
              position={job ? queuePosition(job, jobs) : undefined}
            />
          </li>
        ))}
      </ul>
      {job ? <CancelJob job={job} /> : null}
    </div>
  );
}

/** Pictures of a line share its height: each takes room in proportion to its shape. */
function rowStyle(type: JobDto['type'], ratio: number) {
  if (type === 'audio') return undefined;
  return { flex: `${ratio} 1 ${ratio * ROW_REM}rem`, maxWidth: `min(100%, ${ratio * ROW_MAX_REM}rem)` };
}

function CancelJob({ job }: { job: JobDto }) {
  const t = useMessages();
  const cancel = useCancel();
  const { can } = useWorkspace();
  if (!can('jobs:cancel')) return null;
  return (
    <Button
      variant="quiet"
      size="sm"
      className="self-start"
      disabled={job.cancelRequested}
      onClick={() => void cancel([job.id])}
    >
      <X aria-hidden />
      {t(job.cancelRequested ? 'job.stopping' : 'action.cancel')}
    </Button>
  );
}

function FailedJob({ job }: { job: JobDto }) {
  const t = useMessages();
  const { can } = useWorkspace();
  const { generate, refusal } = useGenerate();
  const again = () => void generate([{ type: job.type, model: job.model, input: job.input }]);
  return (
    <JobFailure job={job} refusal={refusal}>
      {can('jobs:create') ? (
        <Button size="sm" onClick={again}>
          <RotateCcw aria-hidden />
          {t('action.retry')}
        </Button>
      ) : null}
    </JobFailure>
  );
}
