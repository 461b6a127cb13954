import { Biquad, filtered, samples } from './waves.js';
import type { Sound } from './waves.js';

/** -3 dBFS: loud enough, and an encoder's overshoot stays below full scale. */
const peakLevel = 0.708;

/** Takes away what cannot be heard, brings the loudest sample to -3 dBFS, and fades both ends so that nothing clicks. */
export function master(sound: Sound): Sound {
  const channels = sound.left === sound.right ? [sound.left] : [sound.left, sound.right];
  let peak = 0;
  for (const channel of channels) {
    filtered(channel, new Biquad().highPass(28));
    for (const sample of channel) {
      if (sample > peak) peak = sample;
      else if (-sample > peak) peak = -sample;
    }
  }
  const gain = peak > 0 ? peakLevel / peak : 0;
  for (const channel of channels) fade(channel, gain);
  return sound;
}

function fade(channel: Float32Array, gain: number): void {
  const rise = Math.min(samples(0.012), Math.floor(channel.length / 4));
  const fall = Math.min(samples(0.18), Math.floor(channel.length / 4));
  const last = channel.length - 1;
  for (let i = 0; i < channel.length; i += 1) channel[i] = (channel[i] ?? 0) * gain;
  for (let i = 0; i < rise; i += 1) channel[i] = (channel[i] ?? 0) * eased(i / rise);
  for (let i = 0; i < fall; i += 1) channel[last - i] = (channel[last - i] ?? 0) * eased(i / fall);
}

/** From 0 to 1 without a corner. */
function eased(share: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * share);
}
