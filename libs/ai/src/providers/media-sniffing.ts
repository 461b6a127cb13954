import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';

/** As much of a stream's beginning as `file-type` asks for. */
const SAMPLE_BYTES = 4100;

/** What an image says of itself, whatever anybody claimed; null when the bytes are no image with a readable header. */
export async function sniffImage(bytes: Buffer): Promise<{ mimeType: string; width: number; height: number } | null> {
  const type = await fileTypeFromBuffer(bytes.subarray(0, SAMPLE_BYTES));
  if (!type?.mime.startsWith('image/')) return null;
  try {
    const { width, height } = imageSize(bytes);
    return { mimeType: type.mime, width, height };
  } catch {
    return null;
  }
}

/** The MIME type of an audio file by its first bytes; null when they are something else. */
export async function sniffAudio(head: Buffer): Promise<string | null> {
  const type = await fileTypeFromBuffer(head);
  return type?.mime.startsWith('audio/') ? type.mime : null;
}

/**
 * Takes the beginning off a stream, enough to sniff it.
 * @returns the first 4,100 bytes or a little more; less only when the stream is shorter, empty when it is empty
 */
export async function takeHead(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const taken: Uint8Array[] = [];
  let length = 0;
  while (length < SAMPLE_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    taken.push(next.value);
    length += next.value.byteLength;
  }
  return Buffer.concat(taken);
}
