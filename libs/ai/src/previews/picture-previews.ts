import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const THUMBNAIL_SIDE = 320;
const PREVIEW_SIDE = 1280;
const PLACEHOLDER_SIDE = 16;
const MAX_PIXELS = 200_000_000;
const MAX_SECONDS = 30;

export interface PicturePreviews {
  thumbnail: Buffer;
  preview: Buffer;
  /** A data URL. */
  placeholder: string;
}

/**
 * Small versions of a picture as WebP, upright and without metadata: 320 and 1280 pixels a side at most, and a blur of
 * 16 that fits into a row. The picture is decoded once.
 * @throws Error when it cannot be decoded within its bounds
 */
export async function previewsOf(picture: Readable | Buffer): Promise<PicturePreviews> {
  const sharp = await loadSharp();
  const decoder = sharp({ limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1, sequentialRead: true })
    .timeout({ seconds: MAX_SECONDS })
    .rotate()
    .resize(PREVIEW_SIDE, PREVIEW_SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 82 });
  const made = decoder.toBuffer();
  if (Buffer.isBuffer(picture)) decoder.end(picture);
  // What breaks off is told by `made` as well, which must not be left unheard.
  else await Promise.all([pipeline(picture, decoder), made]);
  const preview = await made;
  const smaller = (side: number, quality: number) =>
    sharp(preview).resize(side, side, { fit: 'inside', withoutEnlargement: true }).webp({ quality }).toBuffer();
  const [thumbnail, blur] = await Promise.all([smaller(THUMBNAIL_SIDE, 78), smaller(PLACEHOLDER_SIDE, 30)]);
  return { thumbnail, preview, placeholder: `data:image/webp;base64,${blur.toString('base64')}` };
}

/** Not before the first picture. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  // No picture is decoded twice: what libvips keeps for that would only take memory.
  sharp.cache(false);
  return sharp;
}
