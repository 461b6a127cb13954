import type { RenderedImage, UpscaleRequest } from '../media-requests.js';
import { encodePicture, openPicture, sizeOf } from './given-picture.js';

/** Enlarges a picture by resampling: nothing is invented. */
export async function renderUpscaleFile({ picture, factor, format }: UpscaleRequest): Promise<RenderedImage> {
  const { width, height } = await sizeOf(picture);
  const enlarged = openPicture(picture).resize(width * factor, height * factor, { fit: 'fill', kernel: 'lanczos3' });
  return encodePicture(enlarged, format);
}
