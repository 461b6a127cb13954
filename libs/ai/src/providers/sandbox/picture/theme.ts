import type { Random } from '../random.js';
import { tinted } from './color.js';
import { keywords, motifs, naturalMoods } from './keywords.js';
import type { Motif } from './keywords.js';
import { palettes } from './palettes.js';
import type { Mood, Palette } from './palettes.js';

export interface Theme {
  readonly motif: Motif;
  readonly palette: Palette;
  /** Whether the prompt has one of the words. */
  readonly says: (words: string) => boolean;
}

/** Reading a whole novel would change nothing: the subject stands at the beginning. */
const longestReadCharacters = 2000;

/** Phrases that mean something else than their words: a sunset is no sunny day. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/-(por|poente)-d[oe]-sol-/g, '-sunset-'],
  [/-golden-hour-/g, '-sunset-'],
  [/-nascer-do-sol-/g, '-sunrise-'],
  [/-luz-do-dia-/g, '-day-'],
];

/** Lower case, without accents, words between single hyphens: `Céu azul!` → `-ceu-azul-`. */
function folded(prompt: string): string {
  const text = prompt
    .slice(0, longestReadCharacters)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return phrases.reduce((said, [phrase, meaning]) => said.replace(phrase, meaning), `-${text}-`);
}

/** Where one of the words stands in the folded text, or -1. */
function position(text: string, words: string): number {
  let first = -1;
  for (const word of words.split(' ')) {
    const needle = word.endsWith('*') ? `-${word.slice(0, -1)}` : `-${word}-`;
    const at = text.indexOf(needle);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/**
 * What to draw and in which colours: the first subject the prompt names decides the motif, everything it says of light,
 * season and colour decides the palette, and chance decides the rest.
 */
export function chooseTheme(prompt: string, random: Random): Theme {
  const text = folded(prompt);
  let motif: Motif | undefined;
  let motifAt = Infinity;
  const wanted = new Set<Mood>();
  for (const keyword of keywords) {
    const at = position(text, keyword.words);
    if (at < 0) continue;
    if (keyword.motif && at < motifAt) {
      motif = keyword.motif;
      motifAt = at;
    }
    for (const mood of keyword.moods ?? []) wanted.add(mood);
  }
  const chosen = motif ?? random.pick(motifs);
  const palette = choosePalette(chosen, wanted, random);
  return { motif: chosen, palette, says: (words) => position(text, words) >= 0 };
}

function choosePalette(motif: Motif, wanted: ReadonlySet<Mood>, random: Random): Palette {
  const natural = new Set(naturalMoods[motif]);
  const scored = palettes.map((palette) => ({
    palette,
    score:
      palette.moods.filter((mood) => wanted.has(mood)).length * 10 +
      (palette.moods.some((mood) => natural.has(mood)) ? 1 : 0),
  }));
  const best = Math.max(...scored.map((entry) => entry.score));
  const palette = random.pick(scored.filter((entry) => entry.score === best)).palette;
  return varied(palette, random.between(-9, 9));
}

/** A small turn of every hue, so that two pictures of one palette are cousins, not twins. */
function varied(palette: Palette, turnDegrees: number): Palette {
  const turn = (hex: string): string => tinted(hex, turnDegrees);
  const [top, middle, horizon] = palette.sky;
  const [first, second, third, fourth] = palette.accents;
  return {
    ...palette,
    sky: [turn(top), turn(middle), turn(horizon)],
    far: turn(palette.far),
    near: turn(palette.near),
    accents: [turn(first), turn(second), turn(third), turn(fourth)],
  };
}
