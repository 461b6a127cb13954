import { clsx } from 'clsx';
import { ImagePlus, Library } from 'lucide-react';
import { lazy, Suspense, useEffect, useId, useState } from 'react';
import type { AssetDto } from '#sdk';
import { acceptOf, filesIn, isOfKind, type UploadLimits } from '../api/uploads.js';
import { useFileDrop } from '../api/use-file-drop.js';
import { useUploads } from '../api/use-uploads.js';
import { Button } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { ChosenAsset } from './chosen-asset.js';
import type { ControlProps } from './control-props.js';
import { assetIdsOf, type InputField } from './schema-fields.js';

const AssetPicker = lazy(() => import('../library/asset-picker.js'));

/** Files that a model works from: dropped, pasted, chosen here, from what was uploaded before or from the gallery. */
export default function MediaInput({
  field,
  label,
  error,
  value,
  onChange,
}: ControlProps & { field: InputField & { kind: 'media' } }) {
  const t = useMessages();
  const id = useId();
  const [isPicking, setIsPicking] = useState(false);
  const ids = assetIdsOf(value).slice(0, field.most);
  const keep = (assetIds: readonly string[]) => onChange(assetIds.length > 0 ? assetIds : undefined);
  const add = (assets: readonly AssetDto[]) => {
    const added = [...ids, ...assets.map((asset) => asset.id)];
    keep([...new Set(added)].slice(-field.most));
  };
  const { take, fault, isUploading, limitsText } = useUploads(field.limits, add);
  const [isOver, drop] = useFileDrop(take);
  usePaste(field.limits, take);
  const note = fault ?? error;
  return (
    <div className="col-span-2 flex flex-col gap-1.5" role="group" aria-labelledby={id} aria-describedby={`${id}-note`}>
      <span id={id} className="flex items-baseline justify-between gap-3 text-sm font-medium">
        {label}
        {field.most > 1 ? (
          <span className="font-normal text-muted tabular-nums">
            {ids.length} / {field.most}
          </span>
        ) : null}
      </span>
      <div
        {...drop}
        className={clsx(
          'flex flex-wrap items-center gap-2 rounded-lg border border-dashed p-2 transition-colors duration-150',
          isOver ? 'border-accent bg-accent-soft' : note ? 'border-bad' : 'border-field',
        )}
      >
        {ids.map((assetId) => (
          <ChosenAsset
            key={assetId}
            assetId={assetId}
            onRemove={() => keep(ids.filter((known) => known !== assetId))}
          />
        ))}
        {isUploading ? <Skeleton className="size-16" /> : null}
        {ids.length < field.most ? (
          <>
            <label className="flex h-16 min-w-32 flex-1 cursor-pointer items-center justify-center gap-2 rounded-md px-3 text-center text-sm text-muted transition-colors duration-150 hover:bg-sunken hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent">
              <ImagePlus className="size-4 shrink-0" aria-hidden />
              {t(field.media === 'image' ? 'upload.dropImage' : 'upload.drop')}
              <input
                type="file"
                className="sr-only"
                accept={acceptOf(field.limits)}
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
              aria-label={t('picker.title')}
              title={t('picker.title')}
              onClick={() => setIsPicking(true)}
            >
              <Library />
            </Button>
          </>
        ) : null}
      </div>
      <p id={`${id}-note`} role={note ? 'alert' : undefined} className={`text-sm ${note ? 'text-bad' : 'text-muted'}`}>
        {note ?? limitsText}
      </p>
      {isPicking ? (
        <Suspense>
          <AssetPicker
            media={field.media}
            limits={field.limits}
            room={field.most - ids.length}
            onClose={() => setIsPicking(false)}
            onPick={add}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

/** A file pasted anywhere on the page goes to the first place that takes its kind. */
function usePaste(limits: UploadLimits, take: (files: readonly File[]) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = filesIn(event.clipboardData).filter((file) => isOfKind(file, limits));
      if (files.length === 0 || event.defaultPrevented || document.querySelector('[role=dialog]')) return;
      event.preventDefault();
      take(files);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [limits, take]);
}
