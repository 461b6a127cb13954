import type { Random } from '../random.js';
import {
  Biquad,
  bell,
  envelope,
  filtered,
  noise,
  pitch,
  place,
  reverberate,
  sampleRate,
  samples,
  silence,
  tone,
} from './waves.js';
import type { Partial, Sound } from './waves.js';

/** Degrees of the scale on which the chords stand; each list is one turn of the harmony. */
const progressions: Readonly<Record<'major' | 'minor', readonly (readonly number[])[]>> = {
  major: [
    [0, 4, 5, 3],
    [0, 5, 3, 4],
    [3, 0, 4, 5],
    [0, 2, 3, 4],
  ],
  minor: [
    [0, 5, 2, 6],
    [0, 3, 5, 4],
    [0, 6, 5, 6],
    [0, 2, 5, 3],
  ],
};
const scales = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;

interface Piece {
  readonly beatSeconds: number;
  readonly tonic: number;
  readonly scale: readonly number[];
  readonly chords: readonly number[];
  readonly drums: boolean;
}

/** Soft chords, a bass, an arpeggio and sometimes a brushed beat; the words set mode and pace. */
export function compose(text: string, random: Random, seconds: number): Sound {
  const sound: Sound = { left: silence(seconds), right: silence(seconds) };
  const piece = conceive(text, random);
  const barSeconds = piece.beatSeconds * 4;
  const bars = Math.ceil(seconds / barSeconds);
  for (let bar = 0; bar < bars; bar += 1) {
    const degree = piece.chords[bar % piece.chords.length] ?? 0;
    const from = bar * barSeconds;
    const length = Math.min(barSeconds, seconds - from);
    if (length < 0.05) break;
    const chord = [0, 2, 4, 6].map((third) => note(piece, degree + third));
    playPad(sound, chord, from, length + 0.5, random);
    playBass(sound, (chord[0] ?? 48) - 12, from, piece.beatSeconds);
    playArpeggio(sound, piece, chord, from, random);
    if (piece.drums && bar > 0) playBeat(sound, from, piece.beatSeconds, random);
  }
  reverberate(sound, 0.5, 0.82);
  return sound;
}

function conceive(text: string, random: Random): Piece {
  const words = text.slice(0, 2000).toLowerCase();
  const sad = /trist|melanc|sad|dark|sombri|chuv|rain|noite|night|minor|menor|drama|tens/.test(words);
  const glad = /feliz|alegr|happy|upbeat|joy|festa|party|sun|sol |verão|summer|maior|major/.test(words);
  const mode = glad ? 'major' : sad ? 'minor' : random.pick(['major', 'minor'] as const);
  const quick = /dance|dança|techno|house|upbeat|rápid|fast|energ|rock|funk|samba|epic|épic/.test(words);
  const slow = /calm|ambient|relax|slow|lent|medita|sleep|dormir|suave|soft/.test(words);
  const perMinute = quick ? random.between(112, 126) : slow ? random.between(58, 68) : random.between(76, 94);
  return {
    beatSeconds: 60 / perMinute,
    tonic: 48 + random.whole(-3, 5),
    scale: scales[mode],
    chords: random.pick(progressions[mode]),
    drums: quick || (!slow && random.chance(0.6)),
  };
}

/** The MIDI note of a degree of the scale; degrees above 6 are an octave higher. */
function note(piece: Piece, degree: number): number {
  const octave = Math.floor(degree / 7);
  return piece.tonic + octave * 12 + (piece.scale[degree - octave * 7] ?? 0);
}

/** Three partials of a triangle: warm, without the buzz of a saw. */
const reed: readonly Partial[] = [
  [1, 1],
  [2, 0.22],
  [3, 0.1],
];

function shaped(sound: Float32Array, shape: Float32Array): Float32Array {
  for (let i = 0; i < sound.length; i += 1) sound[i] = (sound[i] ?? 0) * (shape[i] ?? 0);
  return sound;
}

function playPad(sound: Sound, chord: readonly number[], from: number, seconds: number, random: Random): void {
  const length = samples(seconds);
  const shape = envelope(length, 0.35, 0.6);
  chord.slice(0, 3).forEach((key, voice) => {
    for (const side of [-1, 1]) {
      // Two slightly detuned voices, one on each side: they beat against each other and sound wide.
      const pad = tone(pitch(key) * (1 + side * 0.0022), length, reed, random.next() * 2 * Math.PI);
      place(sound, shaped(pad, shape), { seconds: from, gain: 0.062, pan: side * (0.35 + voice * 0.15) });
    }
  });
}

function playBass(sound: Sound, key: number, from: number, beatSeconds: number): void {
  for (const [beat, beats] of [
    [0, 1.75],
    [2, 0.9],
    [3, 0.9],
  ] as const) {
    const length = samples(beats * beatSeconds);
    const string = tone(pitch(key), length, [
      [1, 1],
      [2, 0.25],
    ]);
    place(sound, shaped(string, envelope(length, 0.012, beatSeconds * 0.7)), {
      seconds: from + beat * beatSeconds,
      gain: 0.2,
      pan: 0,
    });
  }
}

function playArpeggio(sound: Sound, piece: Piece, chord: readonly number[], from: number, random: Random): void {
  const pattern = random.pick([
    [0, 1, 2, 3, 2, 1, 2, 3],
    [0, 2, 1, 3, 0, 2, 3, 2],
    [3, 2, 1, 0, 1, 2, 3, 2],
  ]);
  pattern.forEach((index, eighth) => {
    if (random.chance(0.14)) return;
    const high = (chord[index] ?? 60) + 12 + (random.chance(0.12) ? 12 : 0);
    const key = bell(pitch(high), 1.1, [
      [1, 0.8, 4.2],
      [2, 0.22, 6.5],
      [3.01, 0.1, 10],
      [5.4, 0.035, 22],
    ]);
    const at = from + (eighth * piece.beatSeconds) / 2 + random.between(0, 0.008);
    const accent = eighth % 4 === 0 ? 1 : 0.72;
    place(sound, key, { seconds: at, gain: 0.13 * accent, pan: Math.sin(eighth * 1.7) * 0.55 });
  });
}

function playBeat(sound: Sound, from: number, beatSeconds: number, random: Random): void {
  for (const beat of [0, 2]) place(sound, kick(), { seconds: from + beat * beatSeconds, gain: 0.34, pan: 0 });
  for (const beat of [1, 3])
    place(sound, brush(random, 0.16, 1700), { seconds: from + beat * beatSeconds, gain: 0.16, pan: 0.12 });
  for (let eighth = 0; eighth < 8; eighth += 1) {
    place(sound, brush(random, 0.05, 7800), {
      seconds: from + (eighth * beatSeconds) / 2,
      gain: eighth % 2 === 0 ? 0.04 : 0.075,
      pan: -0.3,
    });
  }
}

function kick(): Float32Array {
  const sound = silence(0.26);
  let angle = 0;
  for (let i = 0; i < sound.length; i += 1) {
    const time = i / sampleRate;
    angle += (2 * Math.PI * (46 + 92 * Math.exp(-time * 34))) / sampleRate;
    sound[i] = Math.sin(angle) * Math.exp(-time * 13) * Math.min(1, i / 90);
  }
  return sound;
}

function brush(random: Random, seconds: number, hertz: number): Float32Array {
  const sound = filtered(noise(random, seconds), new Biquad().bandPass(hertz, 0.8));
  for (let i = 0; i < sound.length; i += 1)
    sound[i] = (sound[i] ?? 0) * Math.exp((-i / sampleRate) * (3.6 / seconds)) * Math.min(1, i / 60);
  return sound;
}
