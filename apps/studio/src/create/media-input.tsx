import { useQueries } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { AudioLines, ImagePlus, Library, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useId, useState } from 'react';
import type { AssetDto } from '#sdk';
import { assetQuery } from '../api/queries.js';
import { acceptOf, filesIn } from '../api/uploads.js';
import { useUploads } from '../api/use-uploads.js';
import { Button } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import type { ControlProps } from './control-props.js';
import { assetIdsOf, type InputField } from './schema-fields.js';

const AssetPicker = lazy(() => import('../library/asset-picker.js'));

/** Files that a model works from: dropped, pasted, chosen here or from what was uploaded before. */
export function MediaInput({
  field,
  label,
  error,
  value,
  onChange,
}: ControlProps & { field: InputField & { kind: 'media' } }) {
  const t = useMessages();
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const [isPicking, setIsPicking] = useState(false);
  const ids = assetIdsOf(value).slice(0, field.most);
  const keep = (assetIds: readonly string[]) => onChange(assetIds.length > 0 ? assetIds : undefined);
  const add = (assets: readonly AssetDto[]) => {
    const added = [...ids, ...assets.map((asset) => asset.id)];
    keep([...new Set(added)].slice(-field.most));
  };
  const { take, fault, isUploading } = useUploads([field.media], add);
  usePaste(field.media === 'image' && field.name !== 'mask' ? take : undefined);
  const note = fault ?? error;
  return (
    <div className="col-span-2 flex flex-col gap-1.5" role="group" aria-labelledby={id}>
      <span id={id} className="flex items-baseline justify-between gap-3 text-sm font-medium">
        {label}
        {field.most > 1 ? (
          <span className="font-normal text-muted tabular-nums">
            {ids.length} / {field.most}
          </span>
        ) : null}
      </span>
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          take(filesIn(event.dataTransfer));
        }}
        className={clsx(
          'flex flex-wrap items-center gap-2 rounded-lg border border-dashed p-2 transition-colors duration-150',
          isOver ? 'border-accent bg-accent-soft' : note ? 'border-bad' : 'border-line-strong',
        )}
      >
        <ChosenAssets ids={ids} onRemove={(assetId) => keep(ids.filter((known) => known !== assetId))} />
        {isUploading ? <Skeleton className="size-16" /> : null}
        {ids.length < field.most ? (
          <>
            <label className="flex h-16 min-w-32 flex-1 cursor-pointer items-center justify-center gap-2 rounded-md px-3 text-center text-sm text-muted transition-colors duration-150 hover:bg-sunken hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent">
              <ImagePlus className="size-4 shrink-0" aria-hidden />
              {t(field.media === 'image' ? 'upload.dropImage' : 'upload.drop')}
              <input
                type="file"
                className="sr-only"
                accept={acceptOf([field.media])}
                multiple={field.most > 1}
                onChange={(event) => {
                  take(Array.from(event.target.files ?? []));
                  event.target.value = '';
                }}
              />
            </label>
            <Button
              variant="quiet"
              size="icon"
              aria-label={t('upload.fromLibrary')}
              title={t('upload.fromLibrary')}
              onClick={() => setIsPicking(true)}
            >
              <Library />
            </Button>
          </>
        ) : null}
      </div>
      {note ? (
        <p role="alert" className="text-sm text-bad">
          {note}
        </p>
      ) : null}
      {isPicking ? (
        <Suspense>
          <AssetPicker media={field.media} onClose={() => setIsPicking(false)} onPick={(asset) => add([asset])} />
        </Suspense>
      ) : null}
    </div>
  );
}

function ChosenAssets({ ids, onRemove }: { ids: readonly string[]; onRemove: (id: string) => void }) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const assets = useQueries({ queries: ids.map((assetId) => assetQuery(organization.id, assetId)) });
  return ids.map((assetId, index) => {
    const asset = assets[index]?.data;
    return (
      <span key={assetId} className="relative size-16 shrink-0">
        {asset?.mimeType.startsWith('image/') ? (
          <img
            src={asset.thumbnailUrl ?? asset.url}
            alt={asset.name}
            className="size-full rounded-md bg-sunken object-cover"
          />
        ) : (
          <span className="grid size-full place-items-center rounded-md bg-sunken text-muted" title={asset?.name}>
            {asset ? <AudioLines className="size-5" aria-label={asset.name} /> : <Skeleton className="size-full" />}
          </span>
        )}
        <button
          type="button"
          aria-label={t('upload.remove', { name: asset?.name ?? '' })}
          onClick={() => onRemove(assetId)}
          className="absolute -top-1.5 -right-1.5 grid size-6 place-items-center rounded-full border border-line bg-surface text-muted hover:text-ink"
        >
          <X className="size-3.5" />
        </button>
      </span>
    );
  });
}

/** A picture pasted anywhere on the page is a reference. */
function usePaste(take: ((files: readonly File[]) => void) | undefined): void {
  useEffect(() => {
    if (!take) return;
    const onPaste = (event: ClipboardEvent) => {
      const files = filesIn(event.clipboardData);
      if (files.length === 0 || document.querySelector('[role=dialog]')) return;
      event.preventDefault();
      take(files);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [take]);
}
