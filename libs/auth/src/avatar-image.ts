import { fileTypeFromBuffer } from 'file-type';
import { AvatarUnreadable, AvatarUnsupported } from './auth.errors.js';

export const MAX_AVATAR_BYTES = 5 * 1024 * 1024;
export const AVATAR_PIXELS = 256;

const ACCEPTED = new Set(['image/png', 'image/jpeg', 'image/webp']);
/** A photo of 50 megapixels takes 150 MB when decoded; a few bytes can claim far more. */
const MAX_INPUT_PIXELS = 50_000_000;
const MAX_DECODE_SECONDS = 5;

/**
 * A picture as an avatar: a square WebP of 256 pixels, turned upright, without any metadata (place, camera, comments).
 * The kind is told by the content, whatever name or type the sender gave it.
 * @throws AvatarUnsupported, AvatarUnreadable
 */
export async function makeAvatar(picture: Buffer): Promise<Buffer> {
  const kind = await fileTypeFromBuffer(picture);
  if (!kind || !ACCEPTED.has(kind.mime)) throw AvatarUnsupported('Send a PNG, JPEG or WebP.');
  const { default: sharp } = await import('sharp');
  try {
    return await sharp(picture, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error', pages: 1 })
      .timeout({ seconds: MAX_DECODE_SECONDS })
      .rotate()
      .resize(AVATAR_PIXELS, AVATAR_PIXELS, { fit: 'cover', position: 'attention' })
      .webp({ quality: 82 })
      .toBuffer();
  } catch (error) {
    throw AvatarUnreadable({ detail: 'It is damaged, or has more than 50 megapixels.', cause: error });
  }
}
