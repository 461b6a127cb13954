export { renderSandboxAudio, renderSandboxImage, renderSandboxVideo } from './sandbox-media.js';
export type {
  AudioRequest,
  ImageRequest,
  RenderedAudio,
  RenderedImage,
  RenderedVideo,
  VideoRequest,
} from './media-requests.js';
