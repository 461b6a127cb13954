import type { Random } from '../random.js';
import { neutral, score } from './speech-score.js';
import type { Segment } from './speech-score.js';
import { Biquad, bell, blend, pitch, reverberate, sampleRate, samples, silence } from './waves.js';
import type { Sound } from './waves.js';

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
