import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { largestGivenPixels } from '../media-requests.js';
import type { ImageRequest, RenderedImage } from '../media-requests.js';

/** Everything is done once to one picture: what libvips would keep of it only takes memory. */
sharp.cache(false);

const longestSeconds = 60;

/** Pixels in rows from the top, four bytes each: red, green, blue, opacity. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Opens a picture that somebody gave: upright, bounded in pixels and time.
 * @throws Error when it is read and is none, or is too large
 */
export function openPicture(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: largestGivenPixels, failOn: 'error', pages: 1 })
    .timeout({ seconds: longestSeconds })
    .autoOrient();
}

/** The size of a picture as it is seen, upright. */
export async function sizeOf(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(bytes, { limitInputPixels: largestGivenPixels }).metadata();
  return autoOrient;
}

export async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

export function fromPixels({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

export async function encodePicture(picture: Sharp, format: ImageRequest['format']): Promise<RenderedImage> {
  const { data, info } = await withFormat(picture, format).toBuffer({ resolveWithObject: true });
  return { bytes: data, mimeType: `image/${format}`, width: info.width, height: info.height };
}

function withFormat(picture: Sharp, format: ImageRequest['format']): Sharp {
  switch (format) {
    case 'png':
      return picture.png();
    case 'webp':
      return picture.webp({ quality: 86 });
    case 'jpeg':
      // JPEG knows no transparency; paper is white.
      return picture.flatten({ background: '#ffffff' }).jpeg({ quality: 90 });
  }
}
