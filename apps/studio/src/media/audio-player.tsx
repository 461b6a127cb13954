import { Download, Pause, Play } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, buttonStyle } from '../components/ui/button.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { downloadLink } from './download.js';
import type { MediaFile } from './media-file.js';
import { Waveform } from './waveform.js';

/** One plays at a time: whoever starts stops the other. */
let playing: HTMLAudioElement | undefined;

interface AudioPlayerProps {
  file: Pick<MediaFile, 'id' | 'prompt' | 'url' | 'durationMs' | 'peaks'>;
  /** What is written beside the shape of the sound. */
  name?: ReactNode;
}

/** A sound with its shape, to look at, to listen to, to jump in: a line. */
export function AudioPlayer({ file, name = file.prompt }: AudioPlayerProps) {
  const t = useMessages();
  const sound = useSound(file);
  return (
    <div className="flex h-18 items-center gap-3 rounded-lg border border-line bg-surface px-3">
      {sound.element}
      <PlayButton title={file.prompt} sound={sound} />
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="truncate text-sm">{name}</div>
        <div className="h-7">
          <Track peaks={file.peaks} sound={sound} />
        </div>
      </div>
      <Clock sound={sound} />
      <a
        href={downloadLink(file)}
        className={buttonStyle({ variant: 'quiet', size: 'iconSm' })}
        aria-label={t('action.download')}
        title={t('action.download')}
      >
        <Download />
      </a>
    </div>
  );
}

/** The same as a card, which fills its place among pictures. */
export function AudioTile({ file, name = file.prompt, tabIndex }: AudioPlayerProps & { tabIndex?: number }) {
  const sound = useSound(file);
  return (
    <div className="@container size-full">
      <div className="flex size-full flex-col gap-2 rounded-lg border border-line bg-surface p-2 @3xs:p-3">
        {sound.element}
        {/* The corners above are for what can be done with it. */}
        <div className="min-h-0 flex-1 px-8 @3xs:px-1 @3xs:pt-7">
          <Track peaks={file.peaks} sound={sound} tabIndex={tabIndex} />
        </div>
        <div className="flex items-center gap-2 @3xs:gap-3">
          <PlayButton title={file.prompt} sound={sound} tabIndex={tabIndex} />
          <div className="line-clamp-2 min-w-0 flex-1 text-xs @3xs:text-sm">{name}</div>
          <span className="@max-3xs:hidden">
            <Clock sound={sound} />
          </span>
        </div>
      </div>
    </div>
  );
}

/** What steers a sound. */
interface SoundControl {
  sound: Sound;
  tabIndex?: number | undefined;
}

interface Sound {
  /** To be drawn by whoever plays it. */
  element: ReactNode;
  isPlaying: boolean;
  seconds: number;
  totalSeconds: number;
  toggle: () => void;
  seek: (seconds: number) => void;
}

function useSound({ url, durationMs }: AudioPlayerProps['file']): Sound {
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setIsPlaying] = useState(false);
  const [seconds, setSeconds] = useState(0);

  useEffect(() => {
    const element = audio.current;
    return () => {
      if (playing === element) playing = undefined;
    };
  }, []);

  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    playing?.pause();
    playing = element;
    void element.play().catch(() => undefined);
  };
  const seek = (next: number) => {
    setSeconds(next);
    if (audio.current) audio.current.currentTime = next;
  };
  const element = (
    <audio
      ref={audio}
      src={url}
      preload="none"
      onPlay={() => setIsPlaying(true)}
      onPause={() => setIsPlaying(false)}
      onTimeUpdate={(event) => setSeconds(event.currentTarget.currentTime)}
      onEnded={() => setSeconds(0)}
    />
  );
  return { element, isPlaying, seconds, totalSeconds: (durationMs ?? 0) / 1000, toggle, seek };
}

function PlayButton({ title, sound: { isPlaying, toggle }, tabIndex }: SoundControl & { title: string }) {
  const t = useMessages();
  return (
    <Button
      variant="primary"
      tabIndex={tabIndex}
      className="size-11 rounded-full! px-0!"
      aria-label={t(isPlaying ? 'media.pause' : 'media.play', { title })}
      onClick={toggle}
    >
      {isPlaying ? <Pause className="fill-current" /> : <Play className="translate-x-px fill-current" />}
    </Button>
  );
}

/** The shape of the sound, under a slider that cannot be seen. */
function Track({
  peaks,
  sound: { seconds, totalSeconds, seek },
  tabIndex,
}: SoundControl & { peaks: readonly number[] | null }) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <div className="relative size-full rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <Waveform peaks={peaks} heard={totalSeconds > 0 ? seconds / totalSeconds : 0} />
      <input
        type="range"
        tabIndex={tabIndex}
        min={0}
        max={totalSeconds || 1}
        step={0.1}
        value={seconds}
        aria-label={t('media.seek')}
        aria-valuetext={`${formats.duration(seconds * 1000)} / ${formats.duration(totalSeconds * 1000)}`}
        onChange={(event) => seek(event.target.valueAsNumber)}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
      />
    </div>
  );
}

function Clock({ sound: { isPlaying, seconds, totalSeconds } }: { sound: Sound }) {
  const formats = useFormats();
  return (
    <span className="text-sm text-muted tabular-nums">
      {formats.duration((isPlaying || seconds > 0 ? seconds : totalSeconds) * 1000)}
    </span>
  );
}
