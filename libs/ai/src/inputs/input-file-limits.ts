import type { MediaType } from '../providers/provider.js';

/** What an input refers to: fields by name, with the kind of file that each takes. */
export type InputFileFields = Readonly<Record<string, MediaType>>;

/** What a file that a model is given has to be. */
export interface InputFileLimits {
  maxBytes?: number;
  /** Of pictures. */
  maxPixels?: number;
  /** Of pictures: the shortest and the longest side, pixels. */
  sides?: readonly [number, number];
  mimeTypes?: readonly string[];
}

/** What a file says of itself, by its content. */
export interface InputFileFacts {
  mimeType: string;
  bytes: number;
  width?: number | null;
  height?: number | null;
  durationMs?: number | null;
}

const ANY_SIDES = [1, Number.POSITIVE_INFINITY] as const;

/** Providers are given whole files, so they are smaller than uploads may be. All of them take these kinds. */
const LIMITS: Readonly<Record<MediaType, Required<InputFileLimits>>> = {
  image: {
    maxBytes: 25 * 1024 ** 2,
    maxPixels: 50_000_000,
    sides: ANY_SIDES,
    mimeTypes: ['image/png', 'image/jpeg', 'image/webp'],
  },
  audio: {
    maxBytes: 25 * 1024 ** 2,
    maxPixels: 0,
    sides: ANY_SIDES,
    mimeTypes: ['audio/mpeg', 'audio/wav', 'audio/flac', 'audio/ogg', 'audio/mp4', 'audio/webm', 'audio/aac'],
  },
  video: {
    maxBytes: 50 * 1024 ** 2,
    maxPixels: 50_000_000,
    sides: ANY_SIDES,
    mimeTypes: ['video/mp4', 'video/webm', 'video/quicktime'],
  },
};

/** What a field of this kind takes. @param own where it is narrower */
export function limitsOf(type: MediaType, own: InputFileLimits = {}): Required<InputFileLimits> {
  return { ...LIMITS[type], ...own };
}

/**
 * Why a model cannot take a file, as the end of a sentence that begins with its field; undefined: it can.
 * @param own the field's own limits
 * @param longestMs of sounds and films
 */
export function unfitness(
  file: InputFileFacts,
  type: MediaType,
  own: InputFileLimits = {},
  longestMs = Number.POSITIVE_INFINITY,
): string | undefined {
  const { maxBytes, maxPixels, mimeTypes, sides } = limitsOf(type, own);
  if (!mimeTypes.includes(file.mimeType)) return `takes ${mimeTypes.join(', ')}; the file is ${file.mimeType}`;
  if (file.bytes > maxBytes) return `takes at most ${maxBytes} bytes; the file has ${file.bytes}`;
  const { width, height, durationMs } = file;
  if (type === 'image') {
    const size = `the picture has ${width ?? '?'} x ${height ?? '?'}`;
    if (!(width && height && width * height <= maxPixels)) return `takes at most ${maxPixels} pixels; ${size}`;
    const [least, most] = sides;
    if (Math.min(width, height) < least) return `takes pictures with sides of at least ${least} pixels; ${size}`;
    if (Math.max(width, height) > most) return `takes pictures with sides of at most ${most} pixels; ${size}`;
  }
  if (type !== 'image' && !durationMs) return 'takes a file that can be played; this one tells no length';
  if ((durationMs ?? 0) > longestMs)
    return `may play ${longestMs / 1000} s; the file plays ${(durationMs ?? 0) / 1000} s`;
  return undefined;
}
