import { checkAudioRequest, checkImageRequest, checkVideoRequest } from './media-requests.js';
import type {
  AudioRequest,
  ImageRequest,
  RenderedAudio,
  RenderedImage,
  RenderedVideo,
  VideoRequest,
} from './media-requests.js';
import { renderInPool } from './render-pool.js';

/**
 * A picture drawn from the prompt, with a badge that says "BASE sandbox".
 * @throws RangeError when a value is out of bounds.
 */
export async function renderSandboxImage(request: ImageRequest): Promise<RenderedImage> {
  checkImageRequest(request);
  return renderInPool<RenderedImage>({ kind: 'image', request });
}

/**
 * The same picture in gentle motion, as an MP4 that loops without a seam; badge on every frame.
 * @throws RangeError when a value is out of bounds.
 */
export async function renderSandboxVideo(request: VideoRequest): Promise<RenderedVideo> {
  checkVideoRequest(request);
  return renderInPool<RenderedVideo>({ kind: 'video', request });
}

/**
 * A synthesized voice, effect or piece of music.
 * @throws RangeError when a value is out of bounds.
 */
export async function renderSandboxAudio(request: AudioRequest): Promise<RenderedAudio> {
  checkAudioRequest(request);
  return renderInPool<RenderedAudio>({ kind: 'audio', request });
}
