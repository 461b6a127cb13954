import { useMutation } from '@tanstack/react-query';
import { ArchiveRestore, Columns2, Download, FolderInput, Heart, Share2, Trash2, X } from 'lucide-react';
import { createDownload } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { notify } from '../components/notices.js';
import { Button } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { downloadLink, saveLink } from '../media/download.js';
import type { MediaFile } from '../media/media-file.js';
import { ProjectMenu } from '../projects/project-menu.js';
import { useWorkspace } from '../shell/workspace.js';
import { useFileActions } from './file-actions.js';

interface SelectionBarProps {
  files: readonly MediaFile[];
  isBin: boolean;
  /** Move, delete, restore. */
  mayManage: boolean;
  mayShare: boolean;
  onClear: () => void;
  onCompare: () => void;
  onShare: () => void;
}

/** What can be done with what is selected. */
export function SelectionBar(props: SelectionBarProps) {
  const t = useMessages();
  const { files, isBin, onClear } = props;
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-20 flex justify-center px-2 sm:px-4 lg:bottom-6"
    >
      {files.length > 0 ? (
        <div className="pointer-events-auto flex max-w-full animate-arrive items-center gap-0.5 overflow-x-auto rounded-xl border border-line bg-surface p-1.5 pl-3 shadow-lift sm:gap-1 sm:pl-4">
          <span className="mr-1 text-base font-medium whitespace-nowrap tabular-nums sm:mr-2">
            <span className="sm:hidden" aria-hidden>
              {files.length}
            </span>
            <span className="max-sm:sr-only">{t('gallery.selected', { count: files.length })}</span>
          </span>
          {isBin ? <BinActions {...props} /> : <Actions {...props} />}
          <Button
            size="iconSm"
            variant="quiet"
            aria-label={t('action.clear')}
            title={t('action.clear')}
            onClick={onClear}
          >
            <X />
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** An icon; on wide screens with its word. */
function Act({ icon: Icon, label, ...props }: { icon: typeof X; label: string } & React.ComponentProps<typeof Button>) {
  return (
    <Button size="sm" variant="quiet" className="max-sm:w-9 max-sm:px-0" title={label} {...props}>
      <Icon aria-hidden />
      <span className="max-sm:sr-only">{label}</span>
    </Button>
  );
}

function Actions({ files, mayManage, mayShare, onClear, onCompare, onShare }: SelectionBarProps) {
  const t = useMessages();
  const actions = useFileActions();
  const ids = files.map(({ id }) => id);
  const canCompare = files.length === 2 && files.every(({ type }) => type === 'image');
  const areFavorites = files.every(({ isFavorite }) => isFavorite);
  const project = files.every((file) => file.project?.id === files[0]?.project?.id)
    ? (files[0]?.project?.id ?? null)
    : undefined;
  return (
    <>
      {canCompare ? <Act icon={Columns2} label={t('gallery.compare')} onClick={onCompare} /> : null}
      <Act
        icon={Heart}
        label={t(areFavorites ? 'favorite.remove' : 'favorite.add')}
        onClick={() => void actions.favorite(ids, !areFavorites)}
      />
      {mayManage ? (
        <>
          <ProjectMenu
            current={project}
            trigger={<Act icon={FolderInput} label={t('gallery.move')} />}
            onChoose={(chosen) => {
              void actions.move(ids, chosen);
              onClear();
            }}
          />
          <Act
            icon={Trash2}
            label={t('gallery.delete')}
            onClick={() => {
              void actions.remove(ids);
              onClear();
            }}
          />
        </>
      ) : null}
      {mayShare ? <Act icon={Share2} label={t('share.action')} onClick={onShare} /> : null}
      <DownloadButton files={files} />
    </>
  );
}

function DownloadButton({ files }: { files: readonly MediaFile[] }) {
  const t = useMessages();
  const { client } = useWorkspace();
  const archive = useMutation({
    mutationFn: async (generationIds: string[]) =>
      (await createDownload({ client, body: { generationIds }, throwOnError: true })).data,
    onSuccess: ({ url }) => saveLink(url),
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
  });
  const download = () => {
    const [only] = files;
    if (only && files.length === 1) saveLink(downloadLink(only));
    else archive.mutate(files.map(({ id }) => id));
  };
  return (
    <Act
      icon={Download}
      variant="primary"
      label={t(files.length > 1 ? 'gallery.downloadAll' : 'action.download')}
      disabled={archive.isPending}
      onClick={download}
    />
  );
}

function BinActions({ files, mayManage, onClear }: SelectionBarProps) {
  const t = useMessages();
  const actions = useFileActions();
  if (!mayManage) return null;
  return (
    <Act
      icon={ArchiveRestore}
      variant="primary"
      label={t('gallery.restore')}
      onClick={() => {
        void actions.restore(files.map(({ id }) => id));
        onClear();
      }}
    />
  );
}
