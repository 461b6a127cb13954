import { useQuery } from '@tanstack/react-query';
import { AudioLines, Film, X } from 'lucide-react';
import { assetQuery } from '../api/queries.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

/** A file that was chosen, small, and the way to take it out again. */
export function ChosenAsset({ assetId, onRemove }: { assetId: string; onRemove: () => void }) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const { data: asset, isError } = useQuery(assetQuery(organization.id, assetId));
  const picture = asset?.thumbnailUrl ?? (asset?.mimeType.startsWith('image/') ? asset.url : undefined);
  const Icon = asset?.mimeType.startsWith('video/') ? Film : AudioLines;
  return (
    <span className={`relative h-16 shrink-0 ${asset && !picture ? 'w-40' : 'w-16'}`}>
      {picture ? (
        <img src={picture} alt={asset?.name} className="size-full rounded-md bg-sunken object-cover" />
      ) : (asset ?? isError) ? (
        <span className="flex size-full items-center gap-2 rounded-md bg-sunken px-3 text-sm text-muted">
          <Icon className="size-5 shrink-0" aria-hidden />
          <span className="truncate">{asset?.name ?? t('upload.gone')}</span>
        </span>
      ) : (
        <Skeleton className="size-full" />
      )}
      <button
        type="button"
        aria-label={t('upload.remove', { name: asset?.name ?? '' })}
        onClick={onRemove}
        className="absolute -top-1.5 -right-1.5 grid size-6 place-items-center rounded-full border border-line bg-surface text-muted hover:text-ink"
      >
        <X className="size-3.5" />
      </button>
    </span>
  );
}
