export { largestGivenPixels } from './media-requests.js';
export type {
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
export {
  renderSandboxAudio,
  renderSandboxCutOut,
  renderSandboxEdit,
  renderSandboxExpansion,
  renderSandboxImage,
  renderSandboxUpscale,
  renderSandboxVideo,
} from './sandbox-media.js';
export { transcriptOfNobody } from './transcript-words.js';
