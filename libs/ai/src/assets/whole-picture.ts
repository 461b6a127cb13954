import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const MAX_SECONDS = 30;
const SIDE = 16;

/**
 * Decodes a picture from its first pixel to its last, and keeps none: one whose structure is whole may still hold less
 * than it says.
 * @returns its size as it is seen, upright, however the camera was held
 * @throws Error when something is missing or damaged, or there are more pixels than allowed
 */
export async function measurePicture(picture: Readable, maxPixels: number): Promise<{ width: number; height: number }> {
  // Not before the first picture: it takes memory that an idle service need not have.
  const { default: sharp } = await import('sharp');
  const decoder = sharp({ limitInputPixels: maxPixels, failOn: 'error', pages: 1, sequentialRead: true })
    .timeout({ seconds: MAX_SECONDS })
    .resize(SIDE, SIDE, { fit: 'inside' })
    .raw();
  // What breaks off is told by both as well, which must not be left unheard.
  const [{ autoOrient }] = await Promise.all([decoder.metadata(), decoder.toBuffer(), pipeline(picture, decoder)]);
  return autoOrient;
}
