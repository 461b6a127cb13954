import { createMp3Encoder } from 'wasm-media-encoders';
import { sampleRate } from './waves.js';
import type { Sound } from './waves.js';

/** Samples handed over at a time: the encoder's memory stays small whatever the length. */
const blockSamples = 1152 * 64;

/** MPEG-1 layer III at a constant bit rate, so that every player reads the right length. */
export async function mp3File(sound: Sound): Promise<Buffer> {
  const channels = sound.left === sound.right ? [sound.left] : [sound.left, sound.right];
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate, channels: channels.length === 2 ? 2 : 1, bitrate: channels.length === 2 ? 128 : 96 });
  const parts: Buffer[] = [];
  for (let from = 0; from < sound.left.length; from += blockSamples) {
    const block = channels.map((channel) => channel.subarray(from, from + blockSamples));
    // The answer is the encoder's own memory, overwritten by the next call.
    parts.push(Buffer.from(encoder.encode(block)));
  }
  parts.push(Buffer.from(encoder.finalize()));
  return Buffer.concat(parts);
}
