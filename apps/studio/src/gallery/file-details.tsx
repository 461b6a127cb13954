import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArchiveRestore, CornerUpLeft, FolderInput, Trash2 } from 'lucide-react';
import { jobQuery } from '../api/queries.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { draftOf, recall, type Recall } from '../create/draft.js';
import { ModelName } from '../create/generation-card.js';
import { useRemix } from '../create/remix.js';
import { useCreditWords } from '../i18n/credit-words.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaFile } from '../media/media-file.js';
import { ProjectMenu } from '../projects/project-menu.js';
import { useWorkspace } from '../shell/workspace.js';
import { useFileActions } from './file-actions.js';

interface FileDetailsProps {
  file: MediaFile;
  /** It was deleted or taken out of the bin. */
  onGone: () => void;
}

/** How a file was made, where it is, and how to go on from it. */
export function FileDetails({ file, onGone }: FileDetailsProps) {
  const t = useMessages();
  const { can } = useWorkspace();
  return (
    <aside
      aria-label={t('lightbox.details')}
      className="scroll-quiet flex max-h-[42dvh] shrink-0 flex-col gap-5 overflow-y-auto border-line p-5 max-lg:border-t lg:max-h-none lg:w-84 lg:border-l"
    >
      {file.prompt ? (
        <div>
          <h2 className="text-sm font-medium text-muted">{t('lightbox.prompt')}</h2>
          <p className="mt-1 text-base text-pretty break-words">{file.prompt}</p>
        </div>
      ) : null}
      {can('jobs:create') && !file.restorableUntil ? <RecallButtons file={file} /> : null}
      <Facts file={file} />
      {can('studio:manage') ? <ManageButtons file={file} onGone={onGone} /> : null}
    </aside>
  );
}

function RecallButtons({ file }: { file: MediaFile }) {
  const t = useMessages();
  const navigate = useNavigate();
  const { organization } = useWorkspace();
  // What it was asked with is known to its job alone.
  const { data: job } = useQuery(jobQuery(organization.id, file.jobId));
  const remixing = useRemix(file);
  const use = (what: Recall) => {
    if (!job) return;
    draftOf(organization.id).set((draft) => recall(draft, job, what, file.seed));
    notify(t('recall.done'));
    void navigate({ to: '/' });
  };
  return (
    <div className="flex flex-col gap-2">
      <Button variant="primary" disabled={!job} onClick={() => use('all')}>
        <CornerUpLeft aria-hidden />
        {t('recall.all')}
      </Button>
      <div className="flex flex-wrap gap-2">
        {remixing ? (
          <Button size="sm" disabled={remixing.isPending} onClick={remixing.remix}>
            {t('recall.reference')}
          </Button>
        ) : null}
        {file.prompt ? (
          <Button size="sm" disabled={!job} onClick={() => use('prompt')}>
            {t('recall.prompt')}
          </Button>
        ) : null}
        {file.seed === null ? null : (
          <Button size="sm" disabled={!job} onClick={() => use('seed')}>
            {t('recall.seed')}
          </Button>
        )}
        {job?.input['size'] === undefined ? null : (
          <Button size="sm" onClick={() => use('size')}>
            {t('recall.size')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Facts({ file }: { file: MediaFile }) {
  const t = useMessages();
  const formats = useFormats();
  const words = useCreditWords();
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [t('lightbox.model'), <ModelName key="model" id={file.model} />],
    ...(file.project
      ? [
          [
            t('filter.project'),
            <Link
              key="project"
              to="/projects/$projectId"
              params={{ projectId: file.project.id }}
              className="rounded-sm underline decoration-line-strong underline-offset-4 hover:decoration-ink"
            >
              {file.project.name}
            </Link>,
          ] as const,
        ]
      : []),
    ...(file.member ? [[t('filter.member'), file.member.name] as const] : []),
    ...(file.width && file.height ? [[t('lightbox.size'), `${file.width} × ${file.height}`] as const] : []),
    ...(file.durationMs ? [[t('lightbox.duration'), formats.duration(file.durationMs)] as const] : []),
    ...(file.seed === null ? [] : [[t('lightbox.seed'), String(file.seed)] as const]),
    [t('lightbox.bytes'), `${file.mimeType.split('/')[1]?.toUpperCase() ?? ''}, ${formats.bytes(file.bytes)}`],
    [t('lightbox.credits'), words.charge(file.creditsCharged, file.creditsRefunded)],
    [t('lightbox.created'), formats.dateTime(file.createdAt)],
    ...(file.restorableUntil ? [[t('lightbox.restorable'), formats.dateTime(file.restorableUntil)] as const] : []),
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-base">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="text-right break-words tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ManageButtons({ file, onGone }: FileDetailsProps) {
  const t = useMessages();
  const actions = useFileActions();
  if (file.restorableUntil) {
    const restore = () => {
      onGone();
      void actions.restore([file.id]);
    };
    return (
      <Button variant="primary" onClick={restore}>
        <ArchiveRestore aria-hidden />
        {t('gallery.restore')}
      </Button>
    );
  }
  return (
    <div className="mt-auto flex flex-wrap gap-2 pt-2">
      <ProjectMenu
        current={file.project?.id ?? null}
        trigger={
          <Button size="sm">
            <FolderInput aria-hidden />
            {t('gallery.move')}
          </Button>
        }
        onChoose={(project) => void actions.move([file.id], project)}
      />
      <Button
        size="sm"
        variant="danger"
        onClick={() => {
          onGone();
          void actions.remove([file.id]);
        }}
      >
        <Trash2 aria-hidden />
        {t('gallery.delete')}
      </Button>
    </div>
  );
}
