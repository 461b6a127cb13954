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
  /** What is written over the shape of the sound. */
  name?: ReactNode;
}

/** A sound with its shape, to look at, to listen to, to jump in. */
export function AudioPlayer({ file, name = file.prompt }: AudioPlayerProps) {
  const t = useMessages();
  const formats = useFormats();
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setIsPlaying] = useState(false);
  const [seconds, setSeconds] = useState(0);
  const total = (file.durationMs ?? 0) / 1000;
  const share = total > 0 ? seconds / total : 0;

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

  return (
    <div className="flex h-18 items-center gap-3 rounded-lg border border-line bg-surface px-3">
      <audio
        ref={audio}
        src={file.url}
        preload="none"
        onPlay={() => setIsPlaying(true)}
        onPause={() => setIsPlaying(false)}
        onTimeUpdate={(event) => setSeconds(event.currentTarget.currentTime)}
        onEnded={() => setSeconds(0)}
      />
      <Button
        variant="primary"
        className="size-11 rounded-full! px-0!"
        aria-label={t(isPlaying ? 'media.pause' : 'media.play', { title: file.prompt })}
        onClick={toggle}
      >
        {isPlaying ? <Pause className="fill-current" /> : <Play className="translate-x-px fill-current" />}
      </Button>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="truncate text-sm">{name}</div>
        <div className="relative h-7 rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
          <Waveform peaks={file.peaks} heard={share} />
          <input
            type="range"
            min={0}
            max={total || 1}
            step={0.1}
            value={seconds}
            aria-label={t('media.seek')}
            aria-valuetext={`${formats.duration(seconds * 1000)} / ${formats.duration(total * 1000)}`}
            onChange={(event) => {
              const next = event.target.valueAsNumber;
              setSeconds(next);
              if (audio.current) audio.current.currentTime = next;
            }}
            className="absolute inset-0 size-full cursor-pointer opacity-0"
          />
        </div>
      </div>
      <span className="text-sm text-muted tabular-nums">
        {formats.duration((isPlaying || seconds > 0 ? seconds : total) * 1000)}
      </span>
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
