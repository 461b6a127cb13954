import { setImmediate as immediate } from 'node:timers/promises';
import { createCanvas } from '@napi-rs/canvas';
import type { Canvas } from '@napi-rs/canvas';
import h264 from 'h264-mp4-encoder';
import type { RenderedVideo, VideoRequest } from '../media-requests.js';
import { paintVignette } from '../picture/finish.js';
import { paintLabel } from '../picture/label.js';
import { composePicture } from '../picture/picture.js';
import type { Picture } from '../picture/picture.js';
import { pictureInMotion } from '../picture/picture-in-motion.js';
import { seededRandom } from '../random.js';
import { master } from '../sound/master.js';
import { mp3File } from '../sound/mp3.js';
import { compose } from '../sound/music.js';
import { joinMp4 } from './mp4-file.js';
import { toYuv420 } from './yuv.js';

/** Work for one video, in pixels over all its frames; larger frames get fewer per second. */
const pixelBudget = 640 * 360 * 20 * 10;
const mostFps = 20;
const leastFps = 8;
const framesPerTurn = 6;
/** One turn of the motion; a video is cut into whole turns, so that it loops without a seam. */
const cycleSeconds = 5;
/** A little below the picture: it accompanies. */
const musicGain = 0.45;

/** Draws, encodes and joins one video. Computes for a while: runs in a render thread. */
export async function renderVideoFile(request: VideoRequest): Promise<RenderedVideo> {
  const { width, height } = request;
  const fps = request.fps ?? affordableFps(request);
  const frames = Math.max(1, Math.round(request.seconds * fps));
  const seconds = frames / fps;
  const video = await encodeFrames(request, fps, frames);
  const music = master(compose(request.prompt, seededRandom(`music ${request.seed}\u0000${request.prompt}`), seconds));
  for (const channel of [music.left, music.right])
    for (let i = 0; i < channel.length; i += 1) channel[i] = (channel[i] ?? 0) * musicGain;
  const bytes = await joinMp4(video, await mp3File(music), seconds);
  return { bytes, mimeType: 'video/mp4', width, height, durationMs: Math.round(seconds * 1000) };
}

/** Frames per second for a video that does not ask for a rate. */
export function affordableFps({ width, height, seconds }: Pick<VideoRequest, 'width' | 'height' | 'seconds'>): number {
  return Math.max(leastFps, Math.min(mostFps, Math.floor(pixelBudget / (width * height * seconds))));
}

async function encodeFrames(request: VideoRequest, fps: number, frames: number): Promise<Uint8Array> {
  const { width, height } = request;
  const picture = await (request.firstFrame
    ? pictureInMotion({ ...request, firstFrame: request.firstFrame })
    : composePicture({ ...request, moving: true }));
  const overlay = paintOverlay(request, picture);
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  const yuv = new Uint8Array((width * height * 3) / 2);
  const cycles = Math.max(1, Math.round(request.seconds / cycleSeconds));
  const encoder = await h264.createH264MP4Encoder();
  try {
    encoder.width = width;
    encoder.height = height;
    encoder.frameRate = fps;
    encoder.speed = 10;
    encoder.quantizationParameter = 18;
    encoder.groupOfPictures = fps;
    encoder.initialize();
    for (let frame = 0; frame < frames; frame += 1) {
      picture.paint(ctx, ((frame / frames) * cycles) % 1);
      ctx.drawImage(overlay, 0, 0);
      toYuv420(canvas.data(), width, height, yuv);
      encoder.addFrameYuv(yuv);
      // The pixels of a frame are freed only when the loop turns; without this, memory grows with every frame.
      if (frame % framesPerTurn === 0) await immediate();
    }
    encoder.finalize();
    const file = encoder.FS.readFile(encoder.outputFilename);
    encoder.FS.unlink(encoder.outputFilename);
    return file;
  } finally {
    encoder.delete();
  }
}

/** What does not move: vignette, badge, caption. */
function paintOverlay(request: VideoRequest, picture: Picture): Canvas {
  const overlay = createCanvas(request.width, request.height);
  const ctx = overlay.getContext('2d');
  paintVignette(ctx, request);
  paintLabel(ctx, request, picture.palette, request);
  return overlay;
}
