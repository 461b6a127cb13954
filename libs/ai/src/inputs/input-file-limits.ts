import type { MediaType } from '../providers/provider.js';

/** What an input refers to: fields by name, with the kind of file that each takes. */
export type InputFileFields = Readonly<Record<string, MediaType>>;

/** What a file that a model is given has to be. */
export interface InputFileLimits {
  maxBytes?: number;
  /** Of pictures. */
  maxPixels?: number;
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

/** Providers are given whole files, so they are smaller than uploads may be. All of them take these kinds. */
const LIMITS: Readonly<Record<MediaType, Required<InputFileLimits>>> = {
  image: { maxBytes: 25 * 1024 ** 2, maxPixels: 50_000_000, mimeTypes: ['image/png', 'image/jpeg', 'image/webp'] },
  audio: {
    maxBytes: 25 * 1024 ** 2,
    maxPixels: 0,
    mimeTypes: ['audio/mpeg', 'audio/wav', 'audio/flac', 'audio/ogg', 'audio/mp4', 'audio/webm', 'audio/aac'],
  },
  video: {
    maxBytes: 50 * 1024 ** 2,
    maxPixels: 50_000_000,
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
  const { maxBytes, maxPixels, mimeTypes } = limitsOf(type, own);
  if (!mimeTypes.includes(file.mimeType)) return `takes ${mimeTypes.join(', ')}; the file is ${file.mimeType}`;
  if (file.bytes > maxBytes) return `takes at most ${maxBytes} bytes; the file has ${file.bytes}`;
  const { width, height, durationMs } = file;
  if (type === 'image' && !(width && height && width * height <= maxPixels)) {
    return `takes at most ${maxPixels} pixels; the picture has ${width ?? '?'} x ${height ?? '?'}`;
  }
  if (type !== 'image' && !durationMs) return 'takes a file that can be played; this one tells no length';
  if ((durationMs ?? 0) > longestMs)
    return `may play ${longestMs / 1000} s; the file plays ${(durationMs ?? 0) / 1000} s`;
  return undefined;
}
