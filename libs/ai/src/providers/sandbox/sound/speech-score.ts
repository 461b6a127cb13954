import type { Random } from '../random.js';

/** What the voice does for a moment. */
export interface Segment {
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
/** The mouth at rest. */
export const neutral = [500, 1500, 2500] as const;
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

type Part = Omit<Segment, 'seconds' | 'melody'>;

interface Phone {
  readonly seconds: number;
  readonly part: Part;
  /** Semitones of emphasis. */
  readonly lift?: number;
}

const sentenceEnd = /[.!?;:…\n]/;
const longestTextCharacters = 4000;

/** What the mouth does, one segment after the other. `pace` above 1 is faster. */
export function score(text: string, random: Random, pace: number): Segment[] {
  const letters = text.slice(0, longestTextCharacters).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const segments: Segment[] = [];
  let sentence = 0;
  let mouth: Part['formants'] = neutral;
  const say = (phone: Phone): void => {
    // Speech falls by and by until the sentence ends.
    const fall = -Math.min(4, sentence * 0.07);
    const melody = fall + (phone.lift ?? 0) + random.between(-0.8, 1.4);
    segments.push({ seconds: phone.seconds / pace, ...phone.part, melody });
    sentence += 1;
    mouth = phone.part.formants;
  };
  for (const letter of letters) {
    if (letter === '?') raise(segments);
    for (const phone of pronounce(letter, mouth, random)) say(phone);
    if (sentenceEnd.test(letter)) sentence = 0;
  }
  if (segments.some((segment) => segment.voice === 1)) return segments;
  // Nothing to say in letters: a short hum, so that there is something to hear.
  for (const vowel of ['o', 'a', 'e', 'a']) say({ seconds: 0.22, part: voiced(vowels[vowel] ?? neutral, 1) });
  return segments;
}

function voiced(formants: Part['formants'], voice: number, breath = 0): Part {
  return { formants, voice, breath, hiss: 3000 };
}

/** The sounds of one letter; `mouth` is how the one before left it. */
function pronounce(letter: string, mouth: Part['formants'], random: Random): Phone[] {
  const vowel = vowels[letter];
  if (vowel) {
    return [{ seconds: random.between(0.085, 0.15), part: voiced(vowel, 1, 0.015), lift: random.chance(0.2) ? 3 : 0 }];
  }
  if (nasals.has(letter)) return [{ seconds: random.between(0.05, 0.075), part: voiced([260, 1100, 2300], 0.5) }];
  if (liquids.has(letter)) return [{ seconds: random.between(0.045, 0.07), part: voiced([400, 1250, 2300], 0.62) }];
  const hiss = fricatives[letter];
  if (hiss !== undefined) {
    const voice = 'zvjg'.includes(letter) ? 0.28 : 0;
    return [{ seconds: random.between(0.055, 0.09), part: { formants: mouth, voice, breath: 0.34, hiss } }];
  }
  if (/[a-z]/.test(letter)) {
    // A plosive: closed, then a burst.
    const burst = 'kq'.includes(letter) ? 2200 : 3600;
    return [
      { seconds: 0.04, part: voiced(mouth, 'bd'.includes(letter) ? 0.14 : 0) },
      { seconds: 0.016, part: { formants: neutral, voice: 0.2, breath: 0.26, hiss: burst } },
    ];
  }
  if (/[\d\p{L}]/u.test(letter)) {
    const any = vowels[random.pick(['a', 'e', 'i', 'o', 'u'])] ?? neutral;
    return [{ seconds: 0.13, part: voiced(any, 1, 0.02) }];
  }
  if (sentenceEnd.test(letter)) return [{ seconds: 0.3, part: voiced(neutral, 0) }];
  if (letter === ',') return [{ seconds: 0.17, part: voiced(neutral, 0) }];
  return letter === ' ' ? [{ seconds: 0.035, part: voiced(mouth, 0.08) }] : [];
}

/** A question: the last sounds climb. */
function raise(segments: Segment[]): void {
  const from = Math.max(0, segments.length - 6);
  for (let i = from; i < segments.length; i += 1) {
    const segment = segments[i];
    if (segment) segments[i] = { ...segment, melody: segment.melody + (i - from + 1) * 1.3 };
  }
}
