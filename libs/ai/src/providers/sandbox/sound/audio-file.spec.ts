import type { AudioRequest } from '../media-requests.js';
import { renderAudioFile } from './audio-file.js';
import { sampleRate } from './waves.js';

const base: AudioRequest = { text: 'Olá, tudo bem?', seed: 5, kind: 'speech', format: 'wav' };

interface Measured {
  readonly channels: number;
  readonly seconds: number;
  readonly peak: number;
  readonly rms: number;
  readonly clipped: number;
  readonly ends: readonly number[];
}

/** Reads a PCM WAV file back; levels are fractions of full scale. */
function measure(bytes: Buffer): Measured {
  expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
  expect(bytes.readUInt32LE(24)).toBe(sampleRate);
  const channels = bytes.readUInt16LE(22);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) / 2);
  let peak = 0;
  let squares = 0;
  let clipped = 0;
  for (const sample of samples) {
    const level = Math.abs(sample) / 32768;
    peak = Math.max(peak, level);
    squares += level * level;
    if (level > 0.99) clipped += 1;
  }
  const ends = [samples.at(0) ?? 0, samples.at(-1) ?? 0].map((sample) => Math.abs(sample) / 32768);
  return {
    channels,
    seconds: samples.length / channels / sampleRate,
    peak,
    rms: Math.sqrt(squares / samples.length),
    clipped,
    ends,
  };
}

/** Seconds of an MP3 by counting its frames (ISO/IEC 11172-3, 2.4.1.3); fails on anything between two frames. */
function mp3Seconds(bytes: Buffer): number {
  const bitratesKbps = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
  let frames = 0;
  for (let at = 0; at + 4 <= bytes.length; frames += 1) {
    expect(bytes.readUInt16BE(at) & 0xfffe).toBe(0xfffa);
    const bitrate = (bitratesKbps[bytes.readUInt8(at + 2) >> 4] ?? 0) * 1000;
    const padding = (bytes.readUInt8(at + 2) >> 1) & 1;
    at += Math.floor((144 * bitrate) / sampleRate) + padding;
  }
  return (frames * 1152) / sampleRate;
}

describe('a sandbox sound', () => {
  it.each<[string, AudioRequest]>([
    ['speech', base],
    ['music', { ...base, kind: 'music', text: 'lofi calmo', seconds: 3 }],
    ['rain', { ...base, kind: 'sound-effect', text: 'chuva', seconds: 1.5 }],
    ['thunder', { ...base, kind: 'sound-effect', text: 'thunder', seconds: 1.5 }],
    ['the sea', { ...base, kind: 'sound-effect', text: 'ondas do mar', seconds: 1.5 }],
    ['wind', { ...base, kind: 'sound-effect', text: 'vento', seconds: 1.5 }],
    ['birds', { ...base, kind: 'sound-effect', text: 'pássaros', seconds: 1.5 }],
    ['bells', { ...base, kind: 'sound-effect', text: 'sino', seconds: 1.5 }],
    ['a click', { ...base, kind: 'sound-effect', text: 'click', seconds: 1.5 }],
    ['steps', { ...base, kind: 'sound-effect', text: 'passos', seconds: 1.5 }],
    ['an engine', { ...base, kind: 'sound-effect', text: 'motor', seconds: 1.5 }],
    ['a laser', { ...base, kind: 'sound-effect', text: 'laser', seconds: 1.5 }],
    ['anything else', { ...base, kind: 'sound-effect', text: 'qwert', seconds: 1.5 }],
    ['speech of nothing', { ...base, text: '' }],
    ['speech of emoji', { ...base, text: '🎉🎉' }],
  ])('of %s can be heard, is not clipped, and begins and ends in silence', async (_name, request) => {
    const { bytes, mimeType, durationMs } = await renderAudioFile(request);
    const measured = measure(bytes);
    expect(mimeType).toBe('audio/wav');
    expect(measured.seconds * 1000).toBeCloseTo(durationMs, -1);
    expect(measured.peak).toBeGreaterThan(0.5);
    expect(measured.peak).toBeLessThan(0.72);
    expect(measured.rms).toBeGreaterThan(0.03);
    expect(measured.clipped).toBe(0);
    for (const end of measured.ends) expect(end).toBeLessThan(0.002);
  });

  it('lasts as long as was asked for, and speech without a length follows its text', async () => {
    for (const kind of ['speech', 'music', 'sound-effect'] as const) {
      expect((await renderAudioFile({ ...base, kind, seconds: 1.5 })).durationMs).toBe(1500);
    }
    const short = await renderAudioFile(base);
    const long = await renderAudioFile({ ...base, text: base.text.repeat(5) });
    expect(long.durationMs).toBeGreaterThan(short.durationMs * 2);
  });

  it('is an MP3 made of whole frames, as long as it says', async () => {
    for (const kind of ['speech', 'music'] as const) {
      const { bytes, mimeType, durationMs } = await renderAudioFile({ ...base, kind, format: 'mp3', seconds: 2 });
      expect(mimeType).toBe('audio/mpeg');
      expect(Math.abs(mp3Seconds(bytes) - durationMs / 1000)).toBeLessThan(0.09);
    }
  });

  it('is the same file for equal input, and another for another seed, text or voice', async () => {
    const first = await renderAudioFile(base);
    expect((await renderAudioFile(base)).bytes.equals(first.bytes)).toBe(true);
    for (const other of [{ seed: 6 }, { text: 'Até já!' }, { voice: 'nova' }]) {
      expect((await renderAudioFile({ ...base, ...other })).bytes.equals(first.bytes)).toBe(false);
    }
    const mp3 = await renderAudioFile({ ...base, format: 'mp3' });
    expect((await renderAudioFile({ ...base, format: 'mp3' })).bytes.equals(mp3.bytes)).toBe(true);
  });
});
