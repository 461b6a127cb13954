import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';

/**
 * Manrope (OFL-1.1) comes with the npm package, so text looks the same on a machine without fonts. Each file holds one
 * range of characters; a font list tries them in turn.
 */
const subsets = ['latin', 'latin-ext', 'vietnamese', 'cyrillic', 'greek'] as const;
const weights = [500, 700] as const;
export type Weight = (typeof weights)[number];

const require = createRequire(import.meta.url);
let registered = false;

function family(subset: string, weight: Weight): string {
  return `Sandbox ${subset} ${weight}`;
}

function registerFonts(): void {
  if (registered) return;
  for (const subset of subsets) {
    for (const weight of weights) {
      const name = family(subset, weight);
      const file = require.resolve(`@fontsource/manrope/files/manrope-${subset}-${weight}-normal.woff2`);
      if (!GlobalFonts.has(name) && !GlobalFonts.registerFromPath(file, name))
        throw new Error(`The font ${file} cannot be read`);
    }
  }
  registered = true;
}

export function setFont(ctx: SKRSContext2D, sizePixels: number, weight: Weight): void {
  registerFonts();
  const families = subsets.map((subset) => `"${family(subset, weight)}"`).join(', ');
  ctx.font = `${weight} ${sizePixels.toFixed(2)}px ${families}`;
}

/** Letters, digits, punctuation and signs of the scripts the font covers; marks are composed away before. */
const drawable =
  /[\u0020-\u007E\u00A0-\u00AC\u00AE-\u017F\u0192\u01A0\u01A1\u01AF\u01B0\u0218-\u021B\u0386-\u03CE\u0400-\u045F\u0490\u0491\u1E80-\u1E85\u1EA0-\u1EF9\u2010-\u2027\u2030-\u203A\u20AC\u20B4\u20BD\u20BF\u2116\u2122\u2212]/u;

/** Far more than any picture has room for; a longer prompt costs no more time. */
const longestShownCharacters = 600;

/** What of a prompt can be shown: one line of plain text, without controls, emoji and scripts the font does not have. */
export function displayable(text: string): string {
  const composed = text.slice(0, longestShownCharacters * 4).normalize('NFC');
  let shown = '';
  for (const character of composed) {
    if (/\s/u.test(character)) shown += ' ';
    else if (drawable.test(character)) shown += character;
    if (shown.length >= longestShownCharacters) break;
  }
  const plain = shown.replace(/ +/g, ' ').trim();
  // Punctuation that stood between words of another script says nothing alone.
  return /[\p{L}\p{N}]/u.test(plain) ? plain : '';
}

/** The longest beginning of the text that fits, with an ellipsis when something is missing. */
export function ellipsized(ctx: SKRSContext2D, text: string, widestPixels: number): string {
  if (ctx.measureText(text).width <= widestPixels) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ctx.measureText(`${text.slice(0, middle).trimEnd()}…`).width <= widestPixels) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low).trimEnd()}…`;
}

/** The text in at most `most` lines, broken between words (within a word only when it alone is too long). */
export function wrapped(ctx: SKRSContext2D, text: string, widestPixels: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < most) {
    if (lines.length === most - 1) {
      lines.push(ellipsized(ctx, rest, widestPixels));
      break;
    }
    const words = rest.split(' ');
    let line = '';
    let used = 0;
    for (const word of words) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (ctx.measureText(longer).width > widestPixels) break;
      line = longer;
      used += 1;
    }
    if (used === 0) {
      const first = words[0] ?? '';
      let cut = first.length;
      while (cut > 1 && ctx.measureText(first.slice(0, cut)).width > widestPixels) cut -= 1;
      lines.push(first.slice(0, cut));
      rest = [first.slice(cut), ...words.slice(1)].filter((word) => word !== '').join(' ');
      continue;
    }
    lines.push(line);
    rest = words.slice(used).join(' ');
  }
  return lines.filter((line) => line !== '');
}
