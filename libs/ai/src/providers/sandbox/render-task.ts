import type { RenderTask, RenderedAudio, RenderedImage, RenderedVideo } from './media-requests.js';
import { renderImageFile } from './picture/image-file.js';
import { renderAudioFile } from './sound/audio-file.js';
import { renderVideoFile } from './video/video-file.js';

/** Does one piece of work. The entry of a render thread: everything heavy is imported here and nowhere above. */
export default function render(task: RenderTask): Promise<RenderedImage | RenderedVideo | RenderedAudio> {
  if (task.kind === 'image') return renderImageFile(task.request);
  if (task.kind === 'video') return renderVideoFile(task.request);
  return renderAudioFile(task.request);
}
