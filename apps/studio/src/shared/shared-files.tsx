import { ChevronLeft, ChevronRight, Download } from 'lucide-react';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import type { SharedFileDto } from '#sdk';
import { Button, buttonStyle } from '../components/ui/button.js';
import { useContentSize } from '../components/use-content-size.js';
import { layOutPage } from '../gallery/rows.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import { AudioPlayer } from '../media/audio-player.js';
import { isTranscript } from '../media/media-file.js';
import { downloadLink } from '../media/download.js';
import { useOpenLabel } from '../media/open-label.js';
import { Picture } from '../media/picture.js';
import { VideoPreview } from '../media/video-preview.js';

const TranscriptReader = lazy(async () => ({ default: (await import('../media/transcript.js')).TranscriptReader }));
const FullScreen = lazy(async () => ({ default: (await import('../gallery/full-screen.js')).FullScreen }));

const GAP = 12;
/** Rows are as high as pleases, and higher where few files would leave a gap: a lone one is nearly as high as the window. */
const LEAST_ROW = 280;
const MOST_WINDOW_SHARE = 0.8;

const ratioOf = ({ width, height }: SharedFileDto) => (width && height ? width / height : 1);

/** A file under a name, also when its prompt is hidden. */
const named = (t: Translator, file: SharedFileDto, index: number) => ({
  ...file,
  id: String(index + 1),
  prompt: file.prompt ?? `${t(`media.${file.type}`)} ${index + 1}`,
});

/** The files of a shared page, to look at, to listen to, to keep. */
export function SharedFiles({ files }: { files: readonly SharedFileDto[] }) {
  const t = useMessages();
  const [opened, setOpened] = useState<number>();
  const container = useRef<HTMLDivElement>(null);
  const { width } = useContentSize(container);
  const rows = useMemo(() => {
    const seen = files.flatMap((file, index) => (file.type === 'audio' ? [] : [{ file, index, ratio: ratioOf(file) }]));
    const most = Math.max(LEAST_ROW, window.innerHeight * MOST_WINDOW_SHARE);
    return width === 0 ? [] : layOutPage(seen, { width, gap: GAP }, [LEAST_ROW, most]);
  }, [files, width]);
  return (
    <div ref={container} className="mt-8 flex flex-col gap-8">
      {rows.length > 0 ? (
        <ul className="flex flex-wrap gap-3">
          {rows.flatMap(({ tiles }) =>
            tiles.map(({ file: { file, index }, width: tileWidth }) => (
              <li key={file.url} style={{ width: Math.floor(tileWidth) }}>
                <SharedTile
                  file={file}
                  sizes={`${Math.ceil(tileWidth)}px`}
                  isFirst={index === 0}
                  name={named(t, file, index).prompt}
                  onOpen={() => setOpened(index)}
                />
              </li>
            )),
          )}
        </ul>
      ) : null}
      <SharedSounds files={files} />
      <Suspense>
        {opened === undefined ? null : (
          <OpenedFile files={files} index={opened} onIndex={setOpened} onClose={() => setOpened(undefined)} />
        )}
      </Suspense>
    </div>
  );
}

/** What is listened to or read, below what is looked at. */
function SharedSounds({ files }: { files: readonly SharedFileDto[] }) {
  const t = useMessages();
  if (!files.some(({ type }) => type === 'audio')) return null;
  return (
    <ul className="grid gap-3 lg:grid-cols-2">
      {files.map((file, index) =>
        file.type === 'audio' ? (
          <li key={file.url} className="min-w-0 only:col-span-full">
            {isTranscript(file) ? (
              <Suspense>
                <TranscriptReader file={file} />
              </Suspense>
            ) : (
              <AudioPlayer file={named(t, file, index)} />
            )}
          </li>
        ) : null,
      )}
    </ul>
  );
}

interface SharedTileProps {
  file: SharedFileDto;
  sizes: string;
  name: string;
  isFirst: boolean;
  onOpen: () => void;
}

function SharedTile({ file, sizes, name, isFirst, onOpen }: SharedTileProps) {
  const openLabel = useOpenLabel();
  const look = { file, isFirst, sizes };
  return (
    <>
      <button
        type="button"
        aria-label={openLabel(file, name)}
        onClick={onOpen}
        className="relative block w-full overflow-hidden rounded-lg bg-sunken focus-visible:outline-offset-4"
        style={{ aspectRatio: ratioOf(file) }}
      >
        {file.type === 'video' ? (
          <VideoPreview {...look} />
        ) : (
          <Picture {...look} alt={name} className="size-full bg-cover object-cover" />
        )}
      </button>
      {file.prompt ? <p className="mt-2 text-sm text-pretty text-muted">{file.prompt}</p> : null}
    </>
  );
}

interface OpenedFileProps {
  files: readonly SharedFileDto[];
  index: number;
  onIndex: (index: number) => void;
  onClose: () => void;
}

function OpenedFile({ files, index, onIndex, onClose }: OpenedFileProps) {
  const t = useMessages();
  const file = files[index];
  if (!file) return null;
  const shown = named(t, file, index);
  const go = (by: number) => {
    let next = index + by;
    while (files[next]?.type === 'audio') next += by;
    if (files[next]) onIndex(next);
  };
  const toolbar = (
    <>
      <Button variant="quiet" size="icon" aria-label={t('lightbox.previous')} onClick={() => go(-1)}>
        <ChevronLeft />
      </Button>
      <Button variant="quiet" size="icon" aria-label={t('lightbox.next')} onClick={() => go(1)}>
        <ChevronRight />
      </Button>
      <a href={downloadLink(shown)} className={buttonStyle({ variant: 'secondary', size: 'sm', className: 'ml-2' })}>
        <Download aria-hidden />
        {t('action.download')}
      </a>
    </>
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowLeft') go(-1);
  };
  const place = 'absolute inset-0 size-full object-contain p-2 sm:p-4';
  return (
    <FullScreen title={shown.prompt} toolbar={toolbar} onClose={onClose} onKeyDown={onKeyDown}>
      <div className="relative min-h-0 flex-1">
        {file.type === 'video' ? (
          <video
            key={file.url}
            src={file.url}
            poster={file.posterUrl ?? undefined}
            controls
            autoPlay
            loop
            muted
            playsInline
            aria-label={shown.prompt}
            className={place}
          />
        ) : (
          <Picture
            key={file.url}
            file={file}
            alt={shown.prompt}
            sizes={`min(100vw, 100vh * ${ratioOf(file)})`}
            isFirst
            isWhole
            className={`bg-contain ${place}`}
          />
        )}
      </div>
    </FullScreen>
  );
}
