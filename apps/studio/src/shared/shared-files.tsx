import { ChevronLeft, ChevronRight, Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { SharedFileDto } from '#sdk';
import { Button, buttonStyle } from '../components/ui/button.js';
import { type Translator, useMessages } from '../i18n/use-messages.js';
import { AudioPlayer } from '../media/audio-player.js';
import { isTranscript } from '../media/media-file.js';
import { downloadLink } from '../media/download.js';
import { useOpenLabel } from '../media/open-label.js';
import { Picture } from '../media/picture.js';
import { VideoPreview } from '../media/video-preview.js';

const TranscriptReader = lazy(async () => ({ default: (await import('../media/transcript.js')).TranscriptReader }));
const FullScreen = lazy(async () => ({ default: (await import('../gallery/full-screen.js')).FullScreen }));

/** The height of a row before it grows to fill the line, rem, and the most it may grow to. */
const ROW_REM = 18;
const ROW_MAX_REM = 32;

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
  return (
    <>
      <ul className="mt-8 flex flex-wrap gap-3">
        {files.map((file, index) => {
          const ratio = ratioOf(file);
          const flex = { flex: `${ratio} 1 ${ratio * ROW_REM}rem`, maxWidth: `min(100%, ${ratio * ROW_MAX_REM}rem)` };
          return file.type === 'audio' ? (
            <li key={file.url} className="w-full">
              {isTranscript(file) ? (
                <Suspense>
                  <TranscriptReader file={file} />
                </Suspense>
              ) : (
                <AudioPlayer file={named(t, file, index)} />
              )}
            </li>
          ) : (
            <li key={file.url} style={flex}>
              <SharedTile
                file={file}
                isFirst={index === 0}
                name={named(t, file, index).prompt}
                onOpen={() => setOpened(index)}
              />
            </li>
          );
        })}
      </ul>
      <Suspense>
        {opened === undefined ? null : (
          <OpenedFile files={files} index={opened} onIndex={setOpened} onClose={() => setOpened(undefined)} />
        )}
      </Suspense>
    </>
  );
}

interface SharedTileProps {
  file: SharedFileDto;
  name: string;
  isFirst: boolean;
  onOpen: () => void;
}

function SharedTile({ file, name, isFirst, onOpen }: SharedTileProps) {
  const openLabel = useOpenLabel();
  const look = { file, isFirst, sizes: `min(100vw, ${ratioOf(file) * ROW_MAX_REM}rem)` };
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
