import type { Random } from '../random.js';

/** Samples per second, of everything made here. */
export const sampleRate = 44_100;

/** Left and right, samples around [-1, 1]; both are the same array when the sound is mono. */
export interface Sound {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

export function samples(seconds: number): number {
  return Math.round(seconds * sampleRate);
}

export function silence(seconds: number): Float32Array {
  return new Float32Array(samples(seconds));
}

/** Hertz of a MIDI note; 69 is the concert A. */
export function pitch(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

/** Adds a sound into a longer one, from a moment on; what does not fit is dropped. */
export function blend(into: Float32Array, sound: Float32Array, fromSeconds: number, gain: number): void {
  const from = samples(fromSeconds);
  const count = Math.min(sound.length, into.length - from);
  for (let i = Math.max(0, -from); i < count; i += 1) into[from + i] = (into[from + i] ?? 0) + (sound[i] ?? 0) * gain;
}

/** The same, placed between left (-1) and right (1) with equal power. */
export function place(into: Sound, sound: Float32Array, at: { seconds: number; gain: number; pan: number }): void {
  const angle = ((at.pan + 1) * Math.PI) / 4;
  blend(into.left, sound, at.seconds, at.gain * Math.cos(angle) * Math.SQRT2);
  if (into.right !== into.left) blend(into.right, sound, at.seconds, at.gain * Math.sin(angle) * Math.SQRT2);
}

/** From silence to 1 and back, over a sound of some length: a rounded rise, a fall that dies away. */
export function envelope(length: number, attackSeconds: number, releaseSeconds: number): Float32Array {
  const shape = new Float32Array(length).fill(1);
  const attack = Math.min(length, Math.max(1, samples(attackSeconds)));
  const release = Math.min(length, Math.max(1, samples(releaseSeconds)));
  for (let i = 0; i < attack; i += 1) shape[i] = Math.sin((i / attack) * (Math.PI / 2));
  for (let i = 0; i < release; i += 1) shape[length - 1 - i] = (shape[length - 1 - i] ?? 0) * (i / release) ** 2;
  return shape;
}

/** White noise in [-1, 1]. */
export function noise(random: Random, seconds: number): Float32Array {
  const sound = silence(seconds);
  for (let i = 0; i < sound.length; i += 1) sound[i] = random.next() * 2 - 1;
  return sound;
}

export type Filter = (input: number) => number;

interface Coefficients {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/** A second-order section whose corner can move while it runs. Formulas: R. Bristow-Johnson, "Audio EQ Cookbook". */
export class Biquad {
  private c: Coefficients = { b0: 1, b1: 0, b2: 0, a1: 0, a2: 0 };
  private z1 = 0;
  private z2 = 0;

  lowPass(hertz: number, q = 0.707): this {
    const { cosine, alpha } = Biquad.corner(hertz, q);
    return this.set((1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2, 1 + alpha, -2 * cosine, 1 - alpha);
  }

  highPass(hertz: number, q = 0.707): this {
    const { cosine, alpha } = Biquad.corner(hertz, q);
    return this.set((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2, 1 + alpha, -2 * cosine, 1 - alpha);
  }

  /** Gain 1 at the middle. */
  bandPass(hertz: number, q: number): this {
    const { cosine, alpha } = Biquad.corner(hertz, q);
    return this.set(alpha, 0, -alpha, 1 + alpha, -2 * cosine, 1 - alpha);
  }

  run(input: number): number {
    const { b0, b1, b2, a1, a2 } = this.c;
    const output = b0 * input + this.z1;
    this.z1 = b1 * input - a1 * output + this.z2;
    this.z2 = b2 * input - a2 * output;
    return output;
  }

  private static corner(hertz: number, q: number): { cosine: number; alpha: number } {
    const angle = (2 * Math.PI * Math.min(sampleRate * 0.45, Math.max(10, hertz))) / sampleRate;
    return { cosine: Math.cos(angle), alpha: Math.sin(angle) / (2 * q) };
  }

  private set(b0: number, b1: number, b2: number, a0: number, a1: number, a2: number): this {
    this.c = { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0 };
    return this;
  }
}

/** Runs a whole sound through a filter, in place. */
export function filtered(sound: Float32Array, filter: Biquad): Float32Array {
  for (let i = 0; i < sound.length; i += 1) sound[i] = filter.run(sound[i] ?? 0);
  return sound;
}

/** Part of a tone: a sine that fades by `e` in `1 / decay` seconds; no decay, no fading. */
export type Partial = readonly [ratio: number, gain: number, decay?: number];

/**
 * Fading sines on one fundamental. Each is the ringing of a two-pole resonator, two multiplications per sample, many
 * times cheaper than a sine and an exponential.
 */
export function tone(hertz: number, length: number, partials: readonly Partial[], startRadians = 0): Float32Array {
  const sound = new Float32Array(length);
  for (const [ratio, gain, decay = 0] of partials) {
    const step = (2 * Math.PI * hertz * ratio) / sampleRate;
    if (step >= Math.PI) continue;
    const fading = Math.exp(-decay / sampleRate);
    const turn = 2 * fading * Math.cos(step);
    const damping = fading * fading;
    let before = (Math.sin(startRadians - 2 * step) * gain) / damping;
    let last = (Math.sin(startRadians - step) * gain) / fading;
    for (let i = 0; i < length; i += 1) {
      const value = turn * last - damping * before;
      sound[i] = (sound[i] ?? 0) + value;
      before = last;
      last = value;
    }
  }
  return sound;
}

/** A struck bar: a tone that begins softly enough not to click, and ends in silence. */
export function bell(hertz: number, seconds: number, partials: readonly Partial[]): Float32Array {
  const sound = tone(hertz, samples(seconds), partials);
  const attack = Math.min(sound.length, samples(0.004));
  for (let i = 0; i < attack; i += 1) sound[i] = (sound[i] ?? 0) * (i / attack);
  return fadeOut(sound, Math.min(0.05, seconds / 4));
}

export function fadeOut(sound: Float32Array, seconds: number): Float32Array {
  const count = Math.min(sound.length, samples(seconds));
  for (let i = 0; i < count; i += 1) {
    const at = sound.length - 1 - i;
    sound[at] = (sound[at] ?? 0) * (i / count);
  }
  return sound;
}

const roomDelays = [
  [0.0297, 0.0371, 0.0411, 0.0437],
  [0.0309, 0.0353, 0.0427, 0.0451],
] as const;

/** A small room: four comb filters and two all-passes per side (M. R. Schroeder, 1962). Adds to the sound in place. */
export function reverberate(sound: Sound, wet: number, decay = 0.78): void {
  [sound.left, sound.right].forEach((side, index) => {
    if (index === 1 && sound.right === sound.left) return;
    const room = new Float32Array(side.length);
    for (const seconds of roomDelays[index] ?? roomDelays[0]) comb(side, room, samples(seconds), decay);
    for (const seconds of [0.005, 0.0017]) allPass(room, samples(seconds));
    for (let i = 0; i < side.length; i += 1) side[i] = (side[i] ?? 0) + (room[i] ?? 0) * wet * 0.25;
  });
}

function comb(input: Float32Array, output: Float32Array, delay: number, decay: number): void {
  const line = new Float32Array(delay);
  let damped = 0;
  for (let i = 0; i < input.length; i += 1) {
    const slot = i % delay;
    const echo = line[slot] ?? 0;
    damped = echo * 0.6 + damped * 0.4;
    line[slot] = (input[i] ?? 0) + damped * decay;
    output[i] = (output[i] ?? 0) + echo;
  }
}

function allPass(sound: Float32Array, delay: number): void {
  const line = new Float32Array(delay);
  for (let i = 0; i < sound.length; i += 1) {
    const slot = i % delay;
    const held = line[slot] ?? 0;
    const input = sound[i] ?? 0;
    const output = held - 0.5 * input;
    line[slot] = input + 0.5 * output;
    sound[i] = output;
  }
}
