import { describe, expect, it } from '@jest/globals';
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { probeMedia } from './media-probe.js';

const PACKETS = 3000;
const RATE_HZ = 48_000;
/** AAC-LC, 48 kHz, mono. */
const AAC_CONFIG = new Uint8Array([0x11, 0x88]);

/** A sound of 60 (Opus) or 64 (AAC) seconds in a container whose times are `scale` of the true ones. */
async function sound(codec: 'aac' | 'opus', scale: number): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: codec === 'aac' ? new Mp4OutputFormat() : new WebMOutputFormat(), target });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  const seconds = ((codec === 'aac' ? 1024 : 960) / RATE_HZ) * scale;
  // Silence; the first byte of the Opus says 20 ms, one frame.
  const data = codec === 'aac' ? new Uint8Array([0x01, 0x40, 0x20, 0x06]) : new Uint8Array([0xf8, 0xff, 0xfe]);
  const decoderConfig = {
    ...{ codec: codec === 'aac' ? 'mp4a.40.2' : 'opus', sampleRate: RATE_HZ, numberOfChannels: 1 },
    ...(codec === 'aac' && { description: AAC_CONFIG }),
  };
  for (let number = 0; number < PACKETS; number += 1) {
    await source.add(new EncodedPacket(data, 'key', number * seconds, seconds), { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}

const lengthOf = async (bytes: Buffer) => {
  const facts = await probeMedia({ bytes: bytes.length, read: (start, end) => bytes.subarray(start, end) });
  return Math.round((facts?.durationMs ?? NaN) / 1000);
};

describe('the length of a recording', () => {
  it.each([
    ['aac', 64],
    ['opus', 60],
  ] as const)('is that of its sound, however short its container says it is: %s', async (codec, seconds) => {
    expect(await lengthOf(await sound(codec, 1))).toBe(seconds);
    expect(await lengthOf(await sound(codec, 0.1))).toBe(seconds);
    expect(await lengthOf(await sound(codec, 0.8))).toBe(seconds);
  });
});
