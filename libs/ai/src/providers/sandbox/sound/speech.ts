import type { Random } from '../random.js';
import { Biquad, bell, blend, pitch, reverberate, sampleRate, samples, silence } from './waves.js';
import type { Sound } from './waves.js';

/** What the voice does for a moment. */
interface Segment {
  readonly seconds: number;
  /** Hertz of the first three formants; the mouth glides from one segment to the next. */
  readonly formants: readonly [number, number, number];
  /** Loudness of the voice, 0 to 1. */
  readonly voice: number;
  /** Loudness of breath, and the hertz it hisses at. */
  readonly breath: number;
  readonly hiss: number;
  /** Semitones above the speaker's middle, reached in this segment. */
  readonly melody: number;
}

/** Vowel formants of an adult voice, after Peterson and Barney (1952). */
const vowels: Readonly<Record<string, readonly [number, number, number]>> = {
  a: [730, 1090, 2440],
  e: [530, 1840, 2480],
  i: [300, 2250, 3010],
  o: [500, 860, 2410],
  u: [320, 870, 2240],
  y: [310, 1900, 2600],
};
const neutral = [500, 1500, 2500] as const;
const fricatives: Readonly<Record<string, number>> = {
  s: 6200,
  z: 5600,
  c: 5200,
  x: 3100,
  f: 4600,
  v: 3900,
  h: 1700,
  j: 2700,
  g: 2300,
};
const nasals = new Set(['m', 'n']);
const liquids = new Set(['l', 'r', 'w']);

const chimeSeconds = 0.62;
/** Speech, chime and the last echo never take longer than this. */
export const longestSpeechSeconds = 120;

/**
 * A made-up voice that babbles the text: vowels become formants, consonants become hiss, hum or closure, commas and
 * full stops become pauses, a question rises. It cannot be taken for a person, and a short chime before it says so.
 */
export function speak(text: string, random: Random, options: { voice?: string; seconds?: number }): Sound {
  const speaker = random.fork(`speaker ${options.voice ?? ''}`);
  const high = speaker.chance(0.5);
  const base = high ? speaker.between(168, 215) : speaker.between(98, 132);
  const tract = high ? speaker.between(1.1, 1.18) : speaker.between(0.94, 1.02);
  const segments = score(text, random.fork('prosody'), speaker.between(1.28, 1.5));
  const spoken = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const natural = chimeSeconds + spoken + 0.35;
  const total = Math.min(longestSpeechSeconds, options.seconds ?? natural);
  // An asked-for length is kept by speaking faster or slower, within what still sounds like speech.
  const stretch = Math.min(2.2, Math.max(0.45, (total - chimeSeconds - 0.35) / spoken));
  const room = silence(total);
  const said = babble(segments, random.fork('breath'), { base, tract, stretch, seconds: total - chimeSeconds });
  // The voice is the loudest part, whatever vowels it was given.
  const loudest = said.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 1e-6);
  blend(room, said, chimeSeconds, 0.9 / loudest);
  for (const [note, at] of [
    [76, 0],
    [83, 0.14],
  ] as const) {
    blend(
      room,
      bell(pitch(note), 0.6, [
        [1, 0.5, 7],
        [3.98, 0.1, 16],
      ]),
      at,
      0.34,
    );
  }
  const sound: Sound = { left: room, right: room };
  reverberate(sound, 0.16, 0.6);
  return sound;
}

function score(text: string, random: Random, pace: number): Segment[] {
  const letters = text.slice(0, 4000).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const segments: Segment[] = [];
  let sentence = 0;
  let before: readonly [number, number, number] = neutral;
  const push = (seconds: number, part: Omit<Segment, 'seconds' | 'melody'>, lift = 0): void => {
    const fall = -Math.min(4, sentence * 0.07);
    segments.push({ seconds: seconds / pace, ...part, melody: fall + lift + random.between(-0.8, 1.4) });
    sentence += 1;
    before = part.formants;
  };
  for (const letter of letters) {
    const vowel = vowels[letter];
    const hiss = fricatives[letter];
    if (vowel)
      push(
        random.between(0.085, 0.15),
        { formants: vowel, voice: 1, breath: 0.015, hiss: 3000 },
        random.chance(0.2) ? 3 : 0,
      );
    else if (nasals.has(letter))
      push(random.between(0.05, 0.075), { formants: [260, 1100, 2300], voice: 0.5, breath: 0, hiss: 3000 });
    else if (liquids.has(letter))
      push(random.between(0.045, 0.07), { formants: [400, 1250, 2300], voice: 0.62, breath: 0, hiss: 3000 });
    else if (hiss)
      push(random.between(0.055, 0.09), {
        formants: before,
        voice: 'zvjg'.includes(letter) ? 0.28 : 0,
        breath: 0.34,
        hiss,
      });
    else if (/[a-z]/.test(letter)) {
      push(0.04, { formants: before, voice: 'bd'.includes(letter) ? 0.14 : 0, breath: 0, hiss: 3000 });
      push(0.016, {
        formants: neutral,
        voice: 0.2,
        breath: 0.26,
        hiss: letter === 'k' || letter === 'q' ? 2200 : 3600,
      });
    } else if (/[\d\p{L}]/u.test(letter))
      push(0.13, {
        formants: vowels[random.pick(['a', 'e', 'i', 'o', 'u'])] ?? neutral,
        voice: 1,
        breath: 0.02,
        hiss: 3000,
      });
    else if (/[.!?;:…\n]/.test(letter)) {
      if (letter === '?') raise(segments);
      push(0.3, { formants: neutral, voice: 0, breath: 0, hiss: 3000 });
      sentence = 0;
    } else if (letter === ',') push(0.17, { formants: neutral, voice: 0, breath: 0, hiss: 3000 });
    else if (letter === ' ') push(0.035, { formants: before, voice: 0.08, breath: 0, hiss: 3000 });
  }
  if (segments.some((segment) => segment.voice === 1)) return segments;
  // Nothing to say in letters: a short hum, so that there is something to hear.
  for (const vowel of ['o', 'a', 'e', 'a'] as const)
    push(0.22, { formants: vowels[vowel] ?? neutral, voice: 1, breath: 0.01, hiss: 3000 });
  return segments;
}

function raise(segments: Segment[]): void {
  const from = Math.max(0, segments.length - 6);
  for (let i = from; i < segments.length; i += 1) {
    const segment = segments[i];
    if (segment) segments[i] = { ...segment, melody: segment.melody + (i - from + 1) * 1.3 };
  }
}

/** Brings the difference of two samples of the flow back to the level of the flow itself. */
const radiation = 22;

function babble(
  segments: readonly Segment[],
  random: Random,
  speaker: { base: number; tract: number; stretch: number; seconds: number },
): Float32Array {
  const sound = silence(Math.max(0, speaker.seconds));
  const mouth = [new Biquad(), new Biquad(), new Biquad()];
  const formants: [number, number, number] = [...neutral];
  const gains = [1, 0.75, 0.5] as const;
  const hiss = new Biquad();
  const warmth = new Biquad().lowPass(4600);
  let voice = 0;
  let breath = 0;
  let hertz = speaker.base;
  let phase = 0;
  let step = hertz / sampleRate;
  let flowBefore = 0;
  let at = 0;
  for (const segment of segments) {
    const end = Math.min(sound.length, at + samples(segment.seconds * speaker.stretch));
    hiss.bandPass(segment.hiss, 2.4);
    const target = speaker.base * 2 ** (segment.melody / 12);
    for (; at < end; at += 1) {
      if (at % 32 === 0) {
        mouth.forEach((filter, index) => {
          const wanted = (segment.formants[index] ?? 500) * speaker.tract;
          formants[index as 0 | 1 | 2] += (wanted - (formants[index] ?? 500)) * 0.055;
          filter.bandPass(formants[index] ?? 500, 5 + index * 3);
        });
        hertz += (target - hertz) * 0.012;
        step = (hertz * (1 + 0.008 * Math.sin((at / sampleRate) * 2 * Math.PI * 5.1))) / sampleRate;
      }
      voice += (segment.voice - voice) * 0.0022;
      breath += (segment.breath - breath) * 0.004;
      phase = (phase + step) % 1;
      // Lips radiate the change of the flow, not the flow: this gives the upper formants their strength.
      const flow = glottis[(phase * 4096) | 0] ?? 0;
      const pulse = (flow - flowBefore) * radiation * voice;
      flowBefore = flow;
      let spoken = 0;
      for (let index = 0; index < mouth.length; index += 1)
        spoken += (mouth[index]?.run(pulse) ?? 0) * (gains[index] ?? 0);
      sound[at] = warmth.run(spoken + pulse * 0.05) + hiss.run((random.next() * 2 - 1) * breath) * 0.3;
    }
    if (at >= sound.length) break;
  }
  return sound;
}

/**
 * One period of the vocal cords as a table: a slow opening, a quick closing (A. E. Rosenberg, "Effect of glottal pulse
 * shape on the quality of natural vowels", 1971).
 */
const glottis = Float32Array.from({ length: 4096 }, (_, index) => {
  const phase = index / 4096;
  if (phase < 0.4) return 0.5 - 0.5 * Math.cos((Math.PI * phase) / 0.4);
  return phase < 0.56 ? Math.cos((Math.PI * (phase - 0.4)) / 0.32) : 0;
});
