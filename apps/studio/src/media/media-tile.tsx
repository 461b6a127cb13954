import { Link, type LinkProps } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { AudioPlayer } from './audio-player.js';
import { downloadLink } from './download.js';
import { isTranscript, type MediaFile } from './media-file.js';
import { OPENED_HERE } from './opened-here.js';
import { useOpenLabel } from './open-label.js';
import { Picture } from './picture.js';
import { VideoPreview } from './video-preview.js';

const Transcript = lazy(() => import('./transcript.js'));

interface MediaTileProps {
  file: MediaFile;
  /** Where the whole file is seen; left out: the gallery. */
  link?: Pick<LinkProps, 'to' | 'params' | 'search' | 'state'>;
  /** How wide it is drawn, as in `sizes`. */
  sizes: string;
  isFirst?: boolean;
}

/** One file, as large as its place allows; opened, it fills the screen. */
export function MediaTile({
  file,
  link = { to: '/gallery', search: { view: file.id }, state: OPENED_HERE },
  sizes,
  isFirst,
}: MediaTileProps) {
  const t = useMessages();
  const openLabel = useOpenLabel();
  if (isTranscript(file)) {
    return (
      <Link
        {...link}
        aria-label={openLabel(file, file.prompt)}
        className="block min-h-18 rounded-lg border border-line bg-surface p-3 transition-colors duration-150 hover:border-line-strong"
      >
        <Suspense>
          <Transcript file={file} className="line-clamp-3 text-base" />
        </Suspense>
      </Link>
    );
  }
  if (file.type === 'audio') {
    return (
      <AudioPlayer
        file={file}
        name={
          <Link {...link} className="block truncate rounded-sm hover:underline">
            {file.prompt}
          </Link>
        }
      />
    );
  }
  return (
    <div className="group relative overflow-hidden rounded-lg bg-sunken" style={{ aspectRatio: file.ratio }}>
      <Link
        {...link}
        className="absolute inset-0 rounded-lg focus-visible:-outline-offset-2"
        aria-label={openLabel(file, file.prompt)}
      >
        {file.type === 'video' ? (
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
      </Link>
      <a
        href={downloadLink(file)}
        className={buttonStyle({
          variant: 'overImage',
          size: 'iconSm',
          className:
            'absolute right-2 bottom-2 opacity-0 transition-opacity duration-150 group-focus-within:opacity-100 group-hover:opacity-100',
        })}
        aria-label={t('action.download')}
        title={t('action.download')}
      >
        <Download />
      </a>
    </div>
  );
}
