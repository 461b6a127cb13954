import { useQuery } from '@tanstack/react-query';
import { Brush, Upload, X } from 'lucide-react';
import { lazy, Suspense, useId, useState } from 'react';
import { assetQuery } from '../api/queries.js';
import { acceptOf } from '../api/uploads.js';
import { useUploads } from '../api/use-uploads.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MaskStep } from '../mask/mask-drawing.js';
import { useWorkspace } from '../shell/workspace.js';
import type { ControlProps } from './control-props.js';
import { assetIdsOf, type InputField } from './schema-fields.js';

const MaskPainter = lazy(() => import('../mask/mask-painter.js'));

interface MaskInputProps extends ControlProps {
  field: InputField & { kind: 'media' };
  /** The upload that the mask lies over. */
  pictureId: string;
}

/** Which part of a picture is to change: painted on it, or brought along as a file. */
export default function MaskInput({ field, pictureId, label, error, value, onChange }: MaskInputProps) {
  const t = useMessages();
  const id = useId();
  const { organization } = useWorkspace();
  const [maskId] = assetIdsOf(value);
  const { data: picture } = useQuery(assetQuery(organization.id, pictureId));
  const { data: mask } = useQuery({ ...assetQuery(organization.id, maskId ?? ''), enabled: maskId !== undefined });
  const [isPainting, setIsPainting] = useState(false);
  // What was painted is kept while the form is open, so that it can be gone on with, and undone.
  const [steps, setSteps] = useState<readonly MaskStep[]>([]);
  const [baseUrl, setBaseUrl] = useState<string>();
  const painting = useUploads(field.limits, (assets) => onChange(assets.map((asset) => asset.id)));
  const bringing = useUploads(field.limits, (assets) => {
    setSteps([]);
    onChange(assets.map((asset) => asset.id));
  });
  const open = () => {
    if (steps.length === 0) setBaseUrl(mask?.url);
    setIsPainting(true);
  };
  const remove = () => {
    setSteps([]);
    onChange(undefined);
  };
  const isOfOtherSize = mask && picture && (mask.width !== picture.width || mask.height !== picture.height);
  const note = painting.fault ?? bringing.fault ?? error ?? (isOfOtherSize ? t('fault.unfit_mask') : undefined);
  const isUploading = painting.isUploading || bringing.isUploading;
  return (
    <div className="col-span-2 flex flex-col gap-1.5" role="group" aria-labelledby={id} aria-describedby={`${id}-note`}>
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <div className="flex flex-wrap items-center gap-2">
        {isUploading ? <Skeleton className="size-16" /> : null}
        {mask && picture && !isUploading ? (
          <span className="relative size-16 shrink-0">
            <img src={picture.thumbnailUrl ?? picture.url} alt="" className="size-full rounded-md object-cover" />
            <img
              src={mask.url}
              alt={t('mask.shown')}
              className="absolute inset-0 size-full rounded-md object-cover opacity-70"
            />
            <button
              type="button"
              aria-label={t('mask.remove')}
              onClick={remove}
              className="absolute -top-1.5 -right-1.5 grid size-6 place-items-center rounded-full border border-line bg-surface text-muted hover:text-ink"
            >
              <X className="size-3.5" />
            </button>
          </span>
        ) : null}
        <Button size="sm" disabled={!picture} onClick={open}>
          <Brush aria-hidden />
          {t(maskId ? 'mask.edit' : 'mask.paint')}
        </Button>
        <label
          className={buttonStyle({
            variant: 'quiet',
            size: 'sm',
            className: 'cursor-pointer has-focus-visible:outline-2',
          })}
        >
          <Upload aria-hidden />
          {t('mask.bring')}
          <input
            type="file"
            className="sr-only"
            accept={acceptOf(field.limits)}
            onChange={(event) => {
              bringing.take(Array.from(event.target.files ?? []));
              event.target.value = '';
            }}
          />
        </label>
      </div>
      <p id={`${id}-note`} role={note ? 'alert' : undefined} className={`text-sm ${note ? 'text-bad' : 'text-muted'}`}>
        {note ?? t('mask.text', { width: picture?.width ?? 0, height: picture?.height ?? 0 })}
      </p>
      {isPainting && picture ? (
        <Suspense>
          <MaskPainter
            picture={picture}
            baseUrl={baseUrl}
            steps={steps}
            onSteps={setSteps}
            onDone={(file) => {
              setIsPainting(false);
              painting.take([file]);
            }}
            onClose={() => setIsPainting(false)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
