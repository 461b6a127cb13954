import { ChevronLeft, ChevronRight, Download, Heart, Minus, Plus, Scan, Share2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button, buttonStyle } from '../components/ui/button.js';
import { useMessages } from '../i18n/use-messages.js';
import { AudioPlayer } from '../media/audio-player.js';
import { downloadLink } from '../media/download.js';
import { isTranscript, type MediaFile } from '../media/media-file.js';
import { TranscriptReader } from '../media/transcript.js';
import { useWorkspace } from '../shell/workspace.js';
import { FileDetails } from './file-details.js';
import { FullScreen } from './full-screen.js';
import { useFileActions } from './file-actions.js';
import { FIT, type View, zoomBy, ZoomStage } from './zoom-stage.js';

const ShareDialog = lazy(() => import('../shared/share-dialog.js'));

interface LightboxProps {
  files: readonly MediaFile[];
  /** The id of the file that is shown. */
  view: string;
  onView: (id: string) => void;
  onClose: () => void;
}

const STEP = 1.5;

/** One file, as large as the screen, with how it was made and how to go on from it. */
export default function Lightbox({ files, view, onView, onClose }: LightboxProps) {
  const t = useMessages();
  const actions = useFileActions();
  const index = files.findIndex(({ id }) => id === view);
  const file = files[index];
  const [zoom, setZoom] = useState<View>(FIT);
  const [isSharing, setIsSharing] = useState(false);
  const { can } = useWorkspace();
  if (!file) return null;
  const go = (by: number) => {
    const next = files[index + by];
    if (!next) return;
    setZoom(FIT);
    onView(next.id);
  };
  const toggleFavorite = () => void actions.favorite([file.id], !file.isFavorite);
  const onKeyDown = (event: React.KeyboardEvent) => {
    // What is opened from here has keys of its own.
    if (!event.currentTarget.contains(event.target as Node)) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLVideoElement) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowLeft') go(-1);
    else if (event.key === '+' || event.key === '=') setZoom((now) => zoomBy(now, STEP));
    else if (event.key === '-') setZoom((now) => zoomBy(now, 1 / STEP));
    else if (event.key === '0') setZoom(FIT);
    else if (event.key === 'f') toggleFavorite();
  };
  const toolbar = (
    <>
      {file.type === 'image' ? <ZoomButtons zoom={zoom} onZoom={setZoom} /> : null}
      {file.restorableUntil ? null : (
        <Button
          variant="quiet"
          size="icon"
          aria-pressed={file.isFavorite}
          aria-label={t('favorite.toggle', { prompt: file.prompt })}
          title={t(file.isFavorite ? 'favorite.remove' : 'favorite.add')}
          onClick={toggleFavorite}
        >
          <Heart className={file.isFavorite ? 'fill-accent text-accent' : ''} />
        </Button>
      )}
      {can('studio:share') && !file.restorableUntil ? (
        <Button
          variant="quiet"
          size="icon"
          aria-label={t('share.action')}
          title={t('share.action')}
          onClick={() => setIsSharing(true)}
        >
          <Share2 />
        </Button>
      ) : null}
      <a href={downloadLink(file)} className={buttonStyle({ variant: 'secondary', size: 'sm', className: 'ml-2' })}>
        <Download aria-hidden />
        {t('action.download')}
      </a>
    </>
  );
  return (
    <FullScreen title={t('lightbox.title')} toolbar={toolbar} onClose={onClose} onKeyDown={onKeyDown}>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="relative min-h-0 flex-1">
          <Stage file={file} zoom={zoom} onZoom={setZoom} />
          <Step side="left" isPossible={index > 0} onClick={() => go(-1)} />
          <Step side="right" isPossible={index < files.length - 1} onClick={() => go(1)} />
        </div>
        <FileDetails
          file={file}
          onGone={() => {
            const next = files[index + 1] ?? files[index - 1];
            if (next) onView(next.id);
            else onClose();
          }}
        />
      </div>
      {isSharing ? (
        <Suspense>
          <ShareDialog files={[file]} onClose={() => setIsSharing(false)} />
        </Suspense>
      ) : null}
    </FullScreen>
  );
}

function ZoomButtons({ zoom, onZoom }: { zoom: View; onZoom: (view: View) => void }) {
  const t = useMessages();
  return (
    <span className="flex items-center max-sm:hidden">
      <Button
        variant="quiet"
        size="icon"
        aria-label={t('lightbox.zoomOut')}
        onClick={() => onZoom(zoomBy(zoom, 1 / STEP))}
      >
        <Minus />
      </Button>
      <span aria-live="polite" className="w-12 text-center text-sm text-muted tabular-nums">
        {Math.round(zoom.scale * 100)}%
      </span>
      <Button variant="quiet" size="icon" aria-label={t('lightbox.zoomIn')} onClick={() => onZoom(zoomBy(zoom, STEP))}>
        <Plus />
      </Button>
      <Button variant="quiet" size="icon" aria-label={t('lightbox.zoomReset')} onClick={() => onZoom(FIT)}>
        <Scan />
      </Button>
    </span>
  );
}

function Stage({ file, zoom, onZoom }: { file: MediaFile; zoom: View; onZoom: (view: View) => void }) {
  if (isTranscript(file)) {
    return (
      <div className="grid size-full place-items-center p-6">
        <TranscriptReader key={file.id} file={file} />
      </div>
    );
  }
  if (file.type === 'audio') {
    return (
      // The arrows stand at its sides.
      <div className="flex size-full items-center justify-center px-14 sm:px-20">
        <div className="w-full max-w-2xl min-w-0">
          <AudioPlayer key={file.id} file={file} />
        </div>
      </div>
    );
  }
  if (file.type === 'video') {
    return (
      <video
        key={file.id}
        src={file.url}
        poster={file.posterUrl ?? undefined}
        controls
        autoPlay
        loop
        muted
        playsInline
        aria-label={file.prompt}
        className="absolute inset-0 size-full object-contain p-2 sm:p-4"
      />
    );
  }
  return <ZoomStage key={file.id} file={file} view={zoom} onView={onZoom} />;
}

function Step({ side, isPossible, onClick }: { side: 'left' | 'right'; isPossible: boolean; onClick: () => void }) {
  const t = useMessages();
  if (!isPossible) return null;
  return (
    <Button
      variant="overImage"
      size="icon"
      className={`absolute top-1/2 -translate-y-1/2 rounded-full! ${side === 'left' ? 'left-3' : 'right-3'}`}
      aria-label={t(side === 'left' ? 'lightbox.previous' : 'lightbox.next')}
      onClick={onClick}
    >
      {side === 'left' ? <ChevronLeft /> : <ChevronRight />}
    </Button>
  );
}
