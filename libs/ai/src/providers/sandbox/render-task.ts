import type { RenderTask, RenderedAudio, RenderedImage, RenderedVideo } from './media-requests.js';
import { renderImageFile } from './picture/image-file.js';
import { renderCutOutFile } from './retouch/cut-out-file.js';
import { renderEditFile, renderExpansionFile } from './retouch/edit-file.js';
import { renderUpscaleFile } from './retouch/upscale-file.js';
import { renderAudioFile } from './sound/audio-file.js';
import { renderVideoFile } from './video/video-file.js';

/** Does one piece of work. The entry of a render thread: everything heavy is imported here and nowhere above. */
export default function render(task: RenderTask): Promise<RenderedImage | RenderedVideo | RenderedAudio> {
  switch (task.kind) {
    case 'image':
      return renderImageFile(task.request);
    case 'edit':
      return renderEditFile(task.request);
    case 'expansion':
      return renderExpansionFile(task.request);
    case 'upscale':
      return renderUpscaleFile(task.request);
    case 'cut-out':
      return renderCutOutFile(task.request);
    case 'video':
      return renderVideoFile(task.request);
    case 'audio':
      return renderAudioFile(task.request);
  }
}
