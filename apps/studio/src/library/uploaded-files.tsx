import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { File, Film, FolderOpen, Upload } from 'lucide-react';
import { type AssetDto, deleteAsset } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { assetsKey, assetsQuery } from '../api/queries.js';
import { acceptOf, ANY_UPLOAD } from '../api/uploads.js';
import { useFileDrop } from '../api/use-file-drop.js';
import { useUploads } from '../api/use-uploads.js';
import { EmptyState } from '../components/empty-state.js';
import { LoadFailure } from '../components/load-failure.js';
import { MoreButton } from '../components/more-button.js';
import { notify } from '../components/notices.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { Picture } from '../media/picture.js';
import { Waveform } from '../media/waveform.js';
import { useWorkspace } from '../shell/workspace.js';
import { DeleteButton } from './delete-button.js';

const GRID = 'grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-5 2xl:grid-cols-6';

/** What was brought along: references, logos, recordings. */
export function UploadedFiles() {
  const t = useMessages();
  const { organization, can } = useWorkspace();
  const assets = useInfiniteQuery(assetsQuery(organization.id));
  const files = assets.data?.pages.flatMap(({ data }) => data);
  return (
    <div className="flex flex-1 flex-col gap-6 px-4 py-6 sm:px-6">
      {can('assets:manage') ? <UploadArea /> : null}
      {assets.isPending ? (
        <div className={GRID} aria-busy>
          {[0, 1, 2, 3, 4].map((card) => (
            <Skeleton key={card} className="aspect-square rounded-lg" />
          ))}
        </div>
      ) : null}
      {assets.isError && !files ? <LoadFailure error={assets.error} onRetry={() => void assets.refetch()} /> : null}
      {files?.length === 0 ? (
        <EmptyState icon={FolderOpen} title={t('upload.noneTitle')} text={t('upload.noneText')} />
      ) : null}
      <ul className={GRID}>
        {files?.map((asset) => (
          <li key={asset.id}>
            <AssetCard asset={asset} />
          </li>
        ))}
      </ul>
      <MoreButton list={assets} className="self-center" />
    </div>
  );
}

function UploadArea() {
  const t = useMessages();
  const { take, fault, isUploading, limitsText } = useUploads(ANY_UPLOAD, (assets) =>
    notify(t('upload.done', { count: assets.length })),
  );
  const [isOver, drop] = useFileDrop(take);
  return (
    <div>
      <label
        {...drop}
        className={clsx(
          'flex cursor-pointer flex-col items-center gap-2 rounded-lg border border-dashed px-6 py-8 text-center transition-colors duration-150 hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent',
          isOver ? 'border-accent bg-accent-soft' : 'border-field',
        )}
        aria-busy={isUploading}
      >
        <Upload className="size-5 text-muted" aria-hidden />
        <span className="text-base font-medium">{t(isUploading ? 'upload.busy' : 'upload.dropAny')}</span>
        <span className="text-sm text-muted">{limitsText}</span>
        <input
          type="file"
          multiple
          className="sr-only"
          accept={acceptOf(ANY_UPLOAD)}
          onChange={(event) => {
            take(Array.from(event.target.files ?? []));
            event.target.value = '';
          }}
        />
      </label>
      {fault ? (
        <p role="alert" className="mt-2 text-sm text-bad">
          {fault}
        </p>
      ) : null}
    </div>
  );
}

function AssetCard({ asset }: { asset: AssetDto }) {
  const t = useMessages();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const { organization, client, can } = useWorkspace();
  const removal = useMutation({
    mutationFn: () => deleteAsset({ client, path: { assetId: asset.id }, throwOnError: true }),
    onError: (error) => notify(describeProblem(t, error), { tone: 'bad' }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [...assetsKey(organization.id), 'list'] }),
  });
  return (
    <figure className="group relative">
      <a
        href={asset.url}
        target="_blank"
        rel="noreferrer"
        className="grid aspect-square place-items-center overflow-hidden rounded-lg bg-sunken text-muted"
      >
        <AssetLook asset={asset} />
      </a>
      <figcaption className="mt-2">
        <span className="block truncate text-sm">{asset.name}</span>
        <span className="block text-xs text-muted tabular-nums">
          {formats.bytes(asset.bytes)} · {formats.moment(asset.createdAt)}
        </span>
      </figcaption>
      {can('assets:manage') ? (
        <DeleteButton
          name={asset.name}
          label={t('upload.delete', { name: asset.name })}
          text={t('upload.deleteText')}
          variant="overImage"
          className="absolute top-2 right-2 rounded-full! opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
          disabled={removal.isPending}
          onDelete={() => removal.mutate()}
        />
      ) : null}
    </figure>
  );
}

/** What can be seen of it: a picture, the poster of a film, the shape of a sound. */
function AssetLook({ asset }: { asset: AssetDto }) {
  if (asset.mimeType.startsWith('image/') || asset.posterUrl) {
    const sizes = '(min-width: 64rem) 16rem, 45vw';
    return <Picture file={asset} alt={asset.name} sizes={sizes} className="size-full bg-contain object-contain" />;
  }
  if (asset.mimeType.startsWith('audio/')) {
    return (
      <span role="img" aria-label={asset.name} className="h-12 w-full px-4">
        <Waveform peaks={asset.peaks} />
      </span>
    );
  }
  const Icon = asset.mimeType.startsWith('video/') ? Film : File;
  return <Icon className="size-7 stroke-[1.25]" aria-label={asset.name} />;
}
