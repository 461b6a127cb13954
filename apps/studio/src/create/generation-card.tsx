import { Copy, CornerUpLeft, RotateCcw, X } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import type { JobDto } from '#sdk';
import { hasEnded } from '../api/job-states.js';
import { modelsQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { notify } from '../components/notices.js';
import { useCreditWords } from '../i18n/credit-words.js';
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
const ROW_MAX_REM = 32;

/** What was asked for, and what came of it: in this order where it is narrow, else the files first and large. */
export function GenerationCard({ group, jobs, isFirst }: GenerationCardProps) {
  const isSet = group.members.length > 1;
  return (
    <li className="flex animate-arrive flex-col gap-3 @3xl:flex-row-reverse @3xl:gap-6">
      <About group={group} />
      <div className={clsx('min-w-0 flex-1', isSet && sideBySide(group))}>
        {group.members.map((member) => (
          <div key={member.job?.id ?? member.pending?.key} className="flex min-w-0 flex-col gap-1.5">
            {isSet ? (
              <p className="flex items-baseline justify-between gap-3 text-sm text-muted">
                <span className="truncate font-medium text-ink">
                  <ModelName id={modelOf(member)} />
                </span>
                <Charge of={[member]} />
              </p>
            ) : null}
            <Member member={member} jobs={jobs} isFirst={isFirst} />
          </div>
        ))}
      </div>
    </li>
  );
}

const modelOf = ({ job, pending }: GroupMember) => job?.model ?? pending?.model ?? '';

/** The words of a request, when it was made, what it cost, and what can be done with it. */
function About({ group: { input, members, createdAt } }: { group: GenerationGroup }) {
  const t = useMessages();
  const formats = useFormats();
  const { can } = useWorkspace();
  const prompt = promptOf(input);
  const [first] = members;
  const model = members.length === 1 && first ? <ModelName id={modelOf(first)} /> : null;
  const copy = async () => {
    await copyText(prompt);
    notify(t('action.copied'));
  };
  return (
    <div className="flex items-start gap-4 @3xl:w-60 @3xl:shrink-0 @3xl:flex-col @3xl:gap-2">
      <div className="min-w-0 flex-1 @3xl:flex-none">
        <p className="line-clamp-2 text-base text-pretty wrap-anywhere @3xl:line-clamp-6" title={prompt}>
          {prompt || model}
        </p>
        <p className="mt-0.5 flex flex-wrap gap-x-2 text-sm text-muted tabular-nums @3xl:mt-1.5">
          {prompt ? model : null}
          <time dateTime={new Date(createdAt).toISOString()}>{formats.moment(createdAt)}</time>
          <Charge of={members} />
        </p>
      </div>
      <div className="flex shrink-0 gap-0.5 @3xl:-ml-2">
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
        {can('jobs:create') && first?.job ? <RecallButton job={first.job} /> : null}
      </div>
    </div>
  );
}

/** What was charged, and given back of it; nothing where nothing was charged. */
function Charge({ of }: { of: readonly GroupMember[] }) {
  const words = useCreditWords();
  const total = (part: 'charged' | 'refunded') => of.reduce((sum, { job }) => sum + (job?.credits[part] ?? 0), 0);
  const charged = total('charged');
  if (charged === 0) return null;
  return <span className="shrink-0 tabular-nums">{words.charge(charged, total('refunded'))}</span>;
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
  // No picture is higher than what is in sight.
  return {
    flex: `${ratio} 1 ${ratio * ROW_REM}rem`,
    maxWidth: `min(100%, ${ratio} * min(${ROW_MAX_REM}rem, 62vh))`,
  };
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
