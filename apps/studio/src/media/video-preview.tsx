import { Play } from 'lucide-react';
import { useState } from 'react';
import { useFormats } from '../i18n/formats.js';
import { Picture, type Sight } from './picture.js';

interface VideoPreviewProps {
  file: Sight & { durationMs: number | null };
  sizes: string;
  isFirst?: boolean;
}

/** Its poster, before there is one its first frame; the film while the pointer is on it. */
export function VideoPreview({ file, sizes, isFirst }: VideoPreviewProps) {
  const formats = useFormats();
  const [isPointedAt, setIsPointedAt] = useState(false);
  const hasPoster = file.thumbnailUrl !== null;
  return (
    <span
      className="block size-full"
      onPointerEnter={({ pointerType }) => {
        if (pointerType === 'mouse' && !matchMedia('(prefers-reduced-motion: reduce)').matches) setIsPointedAt(true);
      }}
      onPointerLeave={() => setIsPointedAt(false)}
    >
      {hasPoster ? (
        <Picture file={file} alt="" sizes={sizes} isFirst={isFirst} className="size-full bg-cover object-cover" />
      ) : null}
      {isPointedAt || !hasPoster ? (
        <video
          // A film that stands still begins anew.
          key={String(isPointedAt)}
          src={file.url}
          autoPlay={isPointedAt}
          muted
          loop
          playsInline
          preload="metadata"
          className="absolute inset-0 size-full object-cover"
        />
      ) : null}
      <span className="absolute bottom-2 left-2 flex items-center gap-1 rounded-md bg-black/55 px-1.5 py-0.5 text-xs text-white tabular-nums backdrop-blur-md">
        <Play className="size-3 fill-current" aria-hidden />
        {formats.duration(file.durationMs ?? 0)}
      </span>
    </span>
  );
}
