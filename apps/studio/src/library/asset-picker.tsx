import { useInfiniteQuery } from '@tanstack/react-query';
import { FileImage } from 'lucide-react';
import type { AssetDto } from '#sdk';
import { assetsQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { Dialog } from '../components/ui/dialog.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaType } from '../media/media-type.js';
import { useWorkspace } from '../shell/workspace.js';

interface AssetPickerProps {
  media: MediaType;
  onPick: (asset: AssetDto) => void;
  onClose: () => void;
}

/** Something that was uploaded before. */
export default function AssetPicker({ media, onPick, onClose }: AssetPickerProps) {
  const t = useMessages();
  const { organization } = useWorkspace();
  const assets = useInfiniteQuery(assetsQuery(organization.id));
  const files = assets.data?.pages
    .flatMap(({ data }) => data)
    .filter(({ mimeType }) => mimeType.startsWith(`${media}/`));
  return (
    <Dialog open onOpenChange={onClose} title={t('upload.fromLibrary')} className="sm:w-[40rem]">
      {assets.isPending ? <Skeleton className="h-40" /> : null}
      {files?.length === 0 ? <p className="py-8 text-center text-muted">{t('upload.noneText')}</p> : null}
      <ul className="grid grid-cols-3 gap-2 sm:grid-cols-4">
        {files?.map((asset) => (
          <li key={asset.id}>
            <button
              type="button"
              className="block w-full rounded-md text-left"
              onClick={() => {
                onPick(asset);
                onClose();
              }}
            >
              <span className="grid aspect-square place-items-center overflow-hidden rounded-md bg-sunken text-muted">
                {media === 'image' ? (
                  <img src={asset.thumbnailUrl ?? asset.url} alt="" loading="lazy" className="size-full object-cover" />
                ) : (
                  <FileImage className="size-6" aria-hidden />
                )}
              </span>
              <span className="mt-1 block truncate text-sm">{asset.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {assets.hasNextPage ? (
        <Button
          className="mt-4 w-full"
          disabled={assets.isFetchingNextPage}
          onClick={() => void assets.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      ) : null}
    </Dialog>
  );
}
