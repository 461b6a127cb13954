import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import type { RenderedVideo, VideoRequest } from '../media-requests.js';
import { affordableFps, renderVideoFile } from './video-file.js';

const base: VideoRequest = { prompt: 'o mar ao pôr do sol', seed: 3, width: 192, height: 108, seconds: 2 };

interface Box {
  readonly type: string;
  readonly body: Buffer;
}

function boxes(bytes: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return found;
}

/** The body of the first box on a path such as `moov/trak/mdia`. */
function box(bytes: Buffer, path: string): Buffer {
  return path.split('/').reduce((within, type) => {
    const found = boxes(within).find((each) => each.type === type);
    if (!found) throw new Error(`There is no ${type} of ${path}`);
    return found.body;
  }, bytes);
}

describe('a sandbox video', () => {
  let video: RenderedVideo;

  beforeAll(async () => {
    video = await renderVideoFile(base);
  });

  it('is an MP4 of H.264 whose index stands before its data', () => {
    expect(video).toMatchObject({ mimeType: 'video/mp4', width: 192, height: 108, durationMs: 2000 });
    const order = boxes(video.bytes).map((each) => each.type);
    expect(order[0]).toBe('ftyp');
    expect(order.indexOf('moov')).toBeGreaterThan(0);
    expect(order.indexOf('moov')).toBeLessThan(order.indexOf('mdat'));

    const movie = box(video.bytes, 'moov/mvhd');
    expect(movie.readUInt32BE(16) / movie.readUInt32BE(12)).toBeCloseTo(2, 2);
    const description = box(video.bytes, 'moov/trak/mdia/minf/stbl/stsd');
    expect(description.toString('latin1', 12, 16)).toBe('avc1');
    expect([description.readUInt16BE(40), description.readUInt16BE(42)]).toEqual([192, 108]);
    const sizes = box(video.bytes, 'moov/trak/mdia/minf/stbl/stsz');
    expect(sizes.readUInt32BE(8)).toBe(40);
  });

  it('can be sought: it says which frames are whole, one in every second', () => {
    const sync = box(video.bytes, 'moov/trak/mdia/minf/stbl/stss');
    const numbers = Array.from({ length: sync.readUInt32BE(4) }, (_, index) => sync.readUInt32BE(8 + index * 4));
    expect(numbers).toEqual([1, 21]);
  });

  it('moves: the frames between the key frames carry something', () => {
    const { bytes } = video;
    const sizes = box(bytes, 'moov/trak/mdia/minf/stbl/stsz');
    const between = Array.from({ length: 39 }, (_, index) => sizes.readUInt32BE(12 + (index + 1) * 4));
    const moving = between.filter((size) => size > 60);
    expect(moving.length).toBeGreaterThan(30);
  });

  it('has a soft sound that lasts no longer than the pictures, and says its colours', async () => {
    const input = new Input({ source: new BufferSource(video.bytes), formats: ALL_FORMATS });
    const pictures = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    const config = await pictures?.getDecoderConfig();
    expect(config?.codec).toMatch(/^avc1\.42/);
    expect(config?.colorSpace).toMatchObject({ matrix: 'bt709', fullRange: false });
    expect((await audio?.getDecoderConfig())?.codec).toBe('mp3');
    expect(await input.computeDuration()).toBeCloseTo(2, 3);
  });

  it('is the same file for equal input, and another for another seed', async () => {
    expect((await renderVideoFile(base)).bytes.equals(video.bytes)).toBe(true);
    expect((await renderVideoFile({ ...base, seed: 4 })).bytes.equals(video.bytes)).toBe(false);
  });

  it('keeps to the frame rate that was asked for, and lowers its own for large frames', async () => {
    const asked = await renderVideoFile({ ...base, seconds: 1, fps: 5 });
    expect(box(asked.bytes, 'moov/trak/mdia/minf/stbl/stsz').readUInt32BE(8)).toBe(5);
    expect(affordableFps({ width: 640, height: 360, seconds: 10 })).toBe(20);
    expect(affordableFps({ width: 1280, height: 720, seconds: 5 })).toBe(10);
    expect(affordableFps({ width: 1920, height: 1080, seconds: 10 })).toBe(8);
  });
});
