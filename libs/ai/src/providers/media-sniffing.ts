import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';

/** As much of a stream's beginning as `file-type` asks for, and as the size of most pictures takes. */
const SAMPLE_BYTES = 64 * 1024;

/** From this EXIF orientation on, viewers turn a picture by a quarter. */
const FIRST_TURNED = 5;

/** What the beginning of a file says of it. */
export interface SniffedFile {
  mimeType: string;
  /** Of pictures whose header lies within the beginning; as they are seen, upright. */
  width?: number;
  height?: number;
}

/** One name for each kind, where the detector has its own. */
const SAME: Readonly<Record<string, string>> = {
  'audio/vnd.wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'image/apng': 'image/png',
  // What browsers and programs declare.
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/wave': 'audio/wav',
  'audio/m4a': 'audio/mp4',
  'application/font-woff': 'font/woff',
};

/** The one name of a media type, without its parameters. */
export function plainMediaType(type: string): string {
  const plain = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return SAME[plain] ?? plain;
}

/** What the beginning of a file says of it, whatever anybody claimed; null when it says nothing known. */
export async function sniffHead(head: Buffer): Promise<SniffedFile | null> {
  const type = await fileTypeFromBuffer(head);
  if (!type) return null;
  const mimeType = plainMediaType(type.mime);
  if (!mimeType.startsWith('image/')) return { mimeType };
  try {
    const { width, height, orientation = 1 } = imageSize(head);
    return orientation < FIRST_TURNED ? { mimeType, width, height } : { mimeType, width: height, height: width };
  } catch {
    return { mimeType };
  }
}

/** What an image says of itself; null when the bytes are no image with a readable header. */
export async function sniffImage(bytes: Buffer): Promise<Required<SniffedFile> | null> {
  const { mimeType = '', width, height } = (await sniffHead(bytes)) ?? {};
  return mimeType.startsWith('image/') && width && height ? { mimeType, width, height } : null;
}

/** The MIME type of an audio file by its first bytes; null when they are something else. */
export async function sniffAudio(head: Buffer): Promise<string | null> {
  const sniffed = await sniffHead(head);
  return sniffed?.mimeType.startsWith('audio/') ? sniffed.mimeType : null;
}

/**
 * Takes the beginning off a stream, enough to sniff it.
 * @returns `bytes` bytes or a little more; less only when the stream is shorter, empty when it is empty
 */
export async function takeHead(chunks: AsyncIterator<Uint8Array>, bytes = SAMPLE_BYTES): Promise<Buffer> {
  const taken: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const next = await chunks.next();
    if (next.done) break;
    taken.push(next.value);
    length += next.value.byteLength;
  }
  return Buffer.concat(taken);
}

/**
 * The whole stream again: the beginning that was taken off, then what is left, chunk by chunk as they are asked for.
 * @param errorFor what a break on the way becomes
 */
export async function* restOf(
  head: Buffer,
  chunks: AsyncIterator<Uint8Array>,
  errorFor = (error: unknown): unknown => error,
): AsyncGenerator<Buffer> {
  yield head;
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  } catch (error) {
    throw errorFor(error);
  }
}
