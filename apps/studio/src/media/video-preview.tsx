import { Play } from 'lucide-react';
import { useRef } from 'react';
import { useFormats } from '../i18n/formats.js';
import type { MediaFile } from './media-file.js';

/** Its poster, else its first frame; the film while the pointer is on it. */
export function VideoPreview({ file }: { file: Pick<MediaFile, 'url' | 'thumbnailUrl' | 'durationMs'> }) {
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
        src={file.url}
        poster={file.thumbnailUrl ?? undefined}
        muted
        loop
        playsInline
        // With a poster there is something to see before a byte of the film is asked for.
        preload={file.thumbnailUrl ? 'none' : 'metadata'}
        className="size-full object-cover"
      />
      <span className="absolute bottom-2 left-2 flex items-center gap-1 rounded-md bg-black/55 px-1.5 py-0.5 text-xs text-white tabular-nums backdrop-blur-md">
        <Play className="size-3 fill-current" aria-hidden />
        {formats.duration(file.durationMs ?? 0)}
      </span>
    </span>
  );
}
