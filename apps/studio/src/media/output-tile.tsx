import { Link } from '@tanstack/react-router';
import { Download, Play } from 'lucide-react';
import { useRef } from 'react';
import type { JobDto, JobOutputDto } from '#sdk';
import { buttonStyle } from '../components/ui/button.js';
import { promptOf } from '../create/generations.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { AudioPlayer } from './audio-player.js';
import { downloadLink } from './download.js';

interface OutputTileProps {
  job: JobDto;
  output: JobOutputDto;
  /** Width over height, so that the place is kept while the file loads. */
  ratio: number;
}

/** One file, as large as its place allows; opened, it fills the screen. */
export function OutputTile({ job, output, ratio }: OutputTileProps) {
  const t = useMessages();
  const prompt = promptOf(job.input);
  if (job.type === 'audio')
    return (
      <AudioPlayer
        output={output}
        title={prompt}
        name={
          <Link
            to="/gallery"
            search={{ view: output.id, type: undefined }}
            className="block truncate rounded-sm hover:underline"
          >
            {prompt}
          </Link>
        }
      />
    );
  return (
    <div className="group relative overflow-hidden rounded-lg bg-sunken" style={{ aspectRatio: ratio }}>
      <Link
        to="/gallery"
        search={{ view: output.id, type: undefined }}
        className="absolute inset-0 rounded-lg focus-visible:-outline-offset-2"
        aria-label={t('media.open', { prompt })}
      >
        {job.type === 'video' ? (
          <VideoPreview output={output} />
        ) : (
          <img src={output.url} alt={prompt} loading="lazy" decoding="async" className="size-full object-cover" />
        )}
      </Link>
      <a
        href={downloadLink(job, output)}
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

/** Its first frame; the film while the pointer is on it. */
export function VideoPreview({ output }: { output: JobOutputDto }) {
  const formats = useFormats();
  const video = useRef<HTMLVideoElement>(null);
  const stop = () => {
    if (!video.current) return;
    video.current.pause();
    video.current.currentTime = 0;
  };
  return (
    <span
      className="block size-full"
      onPointerEnter={() => void video.current?.play().catch(() => undefined)}
      onPointerLeave={stop}
    >
      <video
        ref={video}
        src={output.url}
        muted
        loop
        playsInline
        preload="metadata"
        className="size-full object-cover"
      />
      <span className="absolute bottom-2 left-2 flex items-center gap-1 rounded-md bg-black/55 px-1.5 py-0.5 text-xs text-white tabular-nums backdrop-blur-md">
        <Play className="size-3 fill-current" aria-hidden />
        {formats.duration(output.durationMs ?? 0)}
      </span>
    </span>
  );
}
