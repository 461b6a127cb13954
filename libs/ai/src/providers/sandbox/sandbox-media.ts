import {
  checkAudioRequest,
  checkEditRequest,
  checkExpansionRequest,
  checkImageRequest,
  checkVideoRequest,
} from './media-requests.js';
import type {
  AudioRequest,
  CutOutRequest,
  EditRequest,
  ExpansionRequest,
  ImageRequest,
  RenderedAudio,
  RenderedImage,
  RenderedVideo,
  UpscaleRequest,
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
 * A picture with a drawing over it, or over the part that a mask leaves open; all else stays as it is.
 * @throws RangeError when a value is out of bounds; Error when a picture cannot be read.
 */
export async function renderSandboxEdit(request: EditRequest): Promise<RenderedImage> {
  checkEditRequest(request);
  return renderInPool<RenderedImage>({ kind: 'edit', request });
}

/**
 * A picture with a drawing around it.
 * @throws RangeError when a value is out of bounds; Error when the picture cannot be read.
 */
export async function renderSandboxExpansion(request: ExpansionRequest): Promise<RenderedImage> {
  checkExpansionRequest(request);
  return renderInPool<RenderedImage>({ kind: 'expansion', request });
}

/**
 * A picture, larger. Nothing is drawn on it.
 * @throws Error when it cannot be read.
 */
export function renderSandboxUpscale(request: UpscaleRequest): Promise<RenderedImage> {
  return renderInPool<RenderedImage>({ kind: 'upscale', request });
}

/**
 * A picture without what has the colour of its edge. Nothing is drawn on it.
 * @throws Error when it cannot be read.
 */
export function renderSandboxCutOut(request: CutOutRequest): Promise<RenderedImage> {
  return renderInPool<RenderedImage>({ kind: 'cut-out', request });
}

/**
 * The same picture, or one that was given, in gentle motion, as an MP4 that loops without a seam; badge on every frame.
 * @throws RangeError when a value is out of bounds; Error when the picture cannot be read.
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
