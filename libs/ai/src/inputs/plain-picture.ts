import type { Sharp } from 'sharp';
import { STRIP_TAGS } from './strip-tags.js';

/** What viewers can hardly tell from the file before. */
const JPEG = { quality: 95, chromaSubsampling: '4:4:4' };
const WEBP_QUALITY = 95;

/**
 * A picture that tells nothing but itself: what cameras and programs wrote beside it (EXIF with the place where it was
 * taken, XMP, IPTC, texts of a PNG) is gone, and the turn that EXIF asks of viewers is done to its pixels. Only what is turned is compressed
 * anew; everything else keeps its pixels, frames and colour profile, and a picture without such tags every byte.
 * @param bytes PNG, JPEG or WebP
 */
export async function toPlainPicture(bytes: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(bytes, { failOn: 'error' });
  const { format, orientation = 1, exif, xmp, iptc, comments, pages = 1, depth } = await picture.metadata();
  if (!exif && !xmp && !iptc && !comments) return bytes;
  // A turn of what moves is not asked for by anything that makes such files.
  const stripped = orientation === 1 || pages > 1 ? STRIP_TAGS[format]?.(bytes) : undefined;
  if (stripped) return stripped;
  const upright = picture.autoOrient().keepIccProfile();
  return encode(depth === 'ushort' ? upright.toColourspace('rgb16') : upright, format, bytes).toBuffer();
}

function encode(picture: Sharp, format: string, original: Buffer): Sharp {
  if (format === 'jpeg') return picture.jpeg(JPEG);
  // Lossless pixels have a chunk of their own name (RFC 9649, section 2.5).
  if (format === 'webp') return picture.webp({ quality: WEBP_QUALITY, lossless: original.includes('VP8L') });
  // A quality would mean a palette.
  return picture.png();
}
