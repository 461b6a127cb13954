import { clsx } from 'clsx';
import { useState } from 'react';

/** A file with what the server made of it to be looked at; files of jobs, galleries, uploads and shared pages are such. */
export interface Sight {
  url: string;
  thumbnailUrl: string | null;
  previewUrl: string | null;
  posterUrl: string | null;
  placeholder: string | null;
  width: number | null;
  height: number | null;
}

/** The longest side of what the server makes, pixels. */
const THUMBNAIL_SIDE = 320;
const PREVIEW_SIDE = 1280;

interface PictureProps extends Pick<React.ComponentProps<'img'>, 'className' | 'style' | 'draggable'> {
  file: Sight;
  alt: string;
  /** How wide it is drawn, as in `sizes`; where the browser knows better, it looks for itself. */
  sizes: string;
  /** In sight when the page opens: loaded before all others. */
  isFirst?: boolean;
  /** The file itself may be loaded where its previews are too small. */
  isWhole?: boolean;
}

/** A picture, or the poster of a film: a blur at once, then as many pixels as its place needs. */
export function Picture({
  file,
  alt,
  sizes,
  isFirst = false,
  isWhole = false,
  className,
  style,
  ...img
}: PictureProps) {
  const [isLoaded, setIsLoaded] = useState(false);
  const sources = sourcesOf(file, isWhole);
  const blur = isLoaded || !file.placeholder ? undefined : `url(${file.placeholder})`;
  return (
    <img
      {...img}
      src={sources.at(-1)?.url ?? file.url}
      srcSet={sources.map(({ url, width }) => `${url} ${width}w`).join(', ')}
      // Only what is loaded late has a size by then.
      sizes={isFirst ? sizes : `auto, ${sizes}`}
      width={file.width ?? undefined}
      height={file.height ?? undefined}
      alt={alt}
      loading={isFirst ? 'eager' : 'lazy'}
      fetchPriority={isFirst ? 'high' : 'auto'}
      decoding="async"
      onLoad={() => setIsLoaded(true)}
      className={clsx('bg-center bg-no-repeat', className)}
      style={{ ...style, backgroundImage: blur }}
    />
  );
}

/** From the smallest to the largest. */
function sourcesOf(file: Sight, isWhole: boolean): { url: string; width: number }[] {
  const { thumbnailUrl, previewUrl, posterUrl, url } = file;
  const width = file.width ?? PREVIEW_SIDE;
  const longest = Math.max(width, file.height ?? 0);
  const widthAt = (side: number) => Math.max(1, Math.round(width * Math.min(1, side / longest)));
  const preview = previewUrl ?? posterUrl;
  const sources: { url: string; width: number }[] = [];
  if (thumbnailUrl) sources.push({ url: thumbnailUrl, width: widthAt(THUMBNAIL_SIDE) });
  if (preview && longest > THUMBNAIL_SIDE) sources.push({ url: preview, width: widthAt(PREVIEW_SIDE) });
  if (sources.length === 0 || (isWhole && longest > PREVIEW_SIDE)) sources.push({ url, width });
  return sources;
}
