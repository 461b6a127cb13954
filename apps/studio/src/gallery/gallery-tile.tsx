import type { LinkProps } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Heart } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { AudioTile } from '../media/audio-player.js';
import { isTranscript, type MediaFile } from '../media/media-file.js';
import { useOpenLabel } from '../media/open-label.js';
import { Picture } from '../media/picture.js';
import { VideoPreview } from '../media/video-preview.js';

const Transcript = lazy(() => import('../media/transcript.js'));

export interface GalleryTileProps {
  file: MediaFile;
  /** How wide it is drawn, as in `sizes`. */
  sizes: string;
  isFirst: boolean;
  isSelected: boolean;
  /** Tab leads here; to the others lead the arrows. */
  isActive: boolean;
  /** With some selected already, a click anywhere selects. */
  isSelecting: boolean;
  /** @param isRange everything since the last one too */
  onToggle: (id: string, isRange: boolean) => void;
  /** Left out: this is not the place for it. */
  onFavorite?: ((file: MediaFile) => void) | undefined;
  linkTo: (id: string) => Pick<LinkProps, 'to' | 'params' | 'search' | 'state'>;
}

/** One file of the gallery; pointed at, it says what it is and what can be done. */
export function GalleryTile(props: GalleryTileProps) {
  const { file, sizes, isFirst, isSelected, isActive, isSelecting, onToggle, linkTo } = props;
  const tabIndex = isActive ? 0 : -1;
  const t = useMessages();
  const openLabel = useOpenLabel();
  const pick = (event: React.MouseEvent) => {
    // Of keys, the space bar selects, and Enter opens.
    const isByKey = event.detail === 0;
    if (isByKey || (!isSelecting && !event.shiftKey)) return;
    event.preventDefault();
    onToggle(file.id, event.shiftKey);
  };
  const isText = isTranscript(file);
  const isAudio = file.type === 'audio' && !isText;
  return (
    <>
      {isAudio ? (
        <AudioTile
          file={file}
          tabIndex={tabIndex}
          name={
            <Link {...linkTo(file.id)} onClick={pick} tabIndex={tabIndex} className="rounded-sm hover:underline">
              {file.prompt}
            </Link>
          }
        />
      ) : (
        <Link
          {...linkTo(file.id)}
          onClick={pick}
          tabIndex={tabIndex}
          className="absolute inset-0 overflow-hidden rounded-lg bg-sunken focus-visible:-outline-offset-2"
          aria-label={openLabel(file, file.prompt)}
        >
          {isText ? (
            <Suspense>
              <Transcript file={file} className="line-clamp-6 p-3 pt-10 text-sm" />
            </Suspense>
          ) : file.type === 'video' ? (
            <VideoPreview file={file} sizes={sizes} isFirst={isFirst} />
          ) : (
            <Picture
              file={file}
              alt={file.prompt}
              sizes={sizes}
              isFirst={isFirst}
              className="size-full bg-cover object-cover"
            />
          )}
          <span
            aria-hidden
            className="pointer-events-none absolute inset-x-0 bottom-0 truncate bg-gradient-to-t from-black/75 to-transparent px-3 pt-8 pb-2.5 text-sm text-white opacity-0 transition-opacity duration-150 group-hover/tile:opacity-100"
          >
            {file.prompt}
          </span>
        </Link>
      )}
      {isSelected ? (
        <span aria-hidden className="pointer-events-none absolute inset-0 rounded-lg ring-3 ring-accent ring-inset" />
      ) : null}
      <input
        type="checkbox"
        tabIndex={tabIndex}
        checked={isSelected}
        onChange={(event) => onToggle(file.id, (event.nativeEvent as MouseEvent).shiftKey)}
        aria-label={t(isSelected ? 'gallery.deselect' : 'gallery.select', { prompt: file.prompt })}
        className={clsx(
          'absolute top-2 left-2 grid size-6 cursor-pointer appearance-none place-items-center rounded-full border-2 border-white/85 bg-black/35 text-white transition-opacity duration-150 group-hover/tile:opacity-100 checked:border-accent checked:bg-accent checked:after:text-xs checked:after:font-bold checked:after:content-["✓"] focus-visible:opacity-100 pointer-coarse:opacity-100',
          isSelected || isSelecting ? 'opacity-100' : 'opacity-0',
        )}
      />
      <FavoriteButton {...props} />
    </>
  );
}

function FavoriteButton({ file, onFavorite, isSelecting, isActive }: GalleryTileProps) {
  const t = useMessages();
  // A finger has no way to point: there the heart is in the file's own view.
  if (!onFavorite || (isSelecting && !file.isFavorite)) return null;
  return (
    <button
      type="button"
      tabIndex={isActive ? 0 : -1}
      aria-pressed={file.isFavorite}
      aria-label={t('favorite.toggle', { prompt: file.prompt })}
      title={t(file.isFavorite ? 'favorite.remove' : 'favorite.add')}
      onClick={() => onFavorite(file)}
      className={buttonStyle({
        variant: file.type === 'audio' ? 'quiet' : 'overImage',
        size: 'iconSm',
        className: clsx(
          'absolute top-1.5 right-1.5 rounded-full! group-hover/tile:opacity-100 focus-visible:opacity-100',
          file.isFavorite ? 'opacity-100' : 'opacity-0',
        ),
      })}
    >
      <Heart className={file.isFavorite ? 'fill-accent text-accent' : ''} />
    </button>
  );
}
