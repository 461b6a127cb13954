import { checkAudioRequest, checkImageRequest, checkVideoRequest } from './media-requests.js';
import type { AudioRequest, ImageRequest, VideoRequest } from './media-requests.js';

const image: ImageRequest = { prompt: 'mar', seed: 1, width: 512, height: 512, format: 'png' };
const video: VideoRequest = { prompt: 'mar', seed: 1, width: 640, height: 360, seconds: 4 };
const audio: AudioRequest = { text: 'mar', seed: 1, kind: 'speech', format: 'mp3' };

describe('bounds of sandbox media', () => {
  it('let every documented extreme pass', () => {
    checkImageRequest({ ...image, width: 64, height: 4096 });
    checkVideoRequest({ ...video, width: 1920, height: 1080, seconds: 10, fps: 30 });
    checkVideoRequest({ ...video, width: 64, height: 64, seconds: 1, fps: 1 });
    checkAudioRequest({ ...audio, seconds: 0.5 });
    checkAudioRequest({ ...audio, seconds: 120 });
    checkImageRequest({ ...image, seed: Number.MAX_SAFE_INTEGER });
  });

  it.each<[string, Partial<ImageRequest>]>([
    ['width', { width: 63 }],
    ['width', { width: 4097 }],
    ['height', { height: 100.5 }],
    ['height', { height: Number.NaN }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 1.5 }],
    ['format', { format: 'gif' as 'png' }],
    ['prompt', { prompt: 'a'.repeat(100_001) }],
  ])('name the %s of an image that is out of bounds', (name, wrong) => {
    expect(() => checkImageRequest({ ...image, ...wrong })).toThrow(RangeError);
    expect(() => checkImageRequest({ ...image, ...wrong })).toThrow(name);
  });

  it.each<[string, Partial<VideoRequest>]>([
    ['width', { width: 641 }],
    ['width', { width: 2048 }],
    ['width times height', { width: 1920, height: 1920 }],
    ['seconds', { seconds: 0.9 }],
    ['seconds', { seconds: 11 }],
    ['seconds', { seconds: Number.NaN }],
    ['fps', { fps: 0 }],
    ['fps', { fps: 60 }],
  ])('name the %s of a video that is out of bounds', (name, wrong) => {
    expect(() => checkVideoRequest({ ...video, ...wrong })).toThrow(RangeError);
    expect(() => checkVideoRequest({ ...video, ...wrong })).toThrow(name);
  });

  it.each<[string, Partial<AudioRequest>]>([
    ['seconds', { seconds: 0.4 }],
    ['seconds', { seconds: 121 }],
    ['kind', { kind: 'noise' as 'music' }],
    ['format', { format: 'ogg' as 'mp3' }],
  ])('name the %s of a sound that is out of bounds', (name, wrong) => {
    expect(() => checkAudioRequest({ ...audio, ...wrong })).toThrow(RangeError);
    expect(() => checkAudioRequest({ ...audio, ...wrong })).toThrow(name);
  });
});
