import { createHash } from 'node:crypto';
import type { Transcript } from '../transcript.js';
import { type Random, seededRandom } from './random.js';

type Language = 'en' | 'pt';

const WORDS: Record<Language, readonly string[]> = {
  en: (
    'morning light over the harbour carries voices from one side to other while somebody counts boats and nobody ' +
    'answers because wind took every word away before noon'
  ).split(' '),
  pt: (
    'manhã clara sobre o porto leva vozes de um lado para outro enquanto alguém conta barcos e ninguém responde ' +
    'porque vento levou cada palavra embora antes do meio-dia'
  ).split(' '),
};
const OPENING: Record<Language, string> = {
  en: 'Sandbox: nothing was listened to.',
  pt: 'Sandbox: nada foi ouvido.',
};
const wordSeconds = 0.5;
/** What is longer than forty minutes is no longer told word by word to its end. */
const mostWords = 5000;

/**
 * Words for a recording that nobody listens to: a sentence that says so, and others until its end, the same for the same
 * file. Each word has its time, so that subtitles can be tried out.
 * @param recording left out: only the sentence
 */
export function transcriptOfNobody(
  language: Language,
  recording?: { bytes: Uint8Array; durationMs?: number },
): Transcript {
  const said = OPENING[language].split(' ');
  const seconds = (recording?.durationMs ?? 0) / 1000;
  if (recording) {
    const random = seededRandom(createHash('sha256').update(recording.bytes).digest('hex'));
    const room = Math.min(mostWords, Math.floor(seconds / wordSeconds));
    while (said.length < room) said.push(...sentence(WORDS[language], random));
  }
  // A recording that is shorter than what is said is spoken faster.
  const each = seconds > 0 ? Math.min(wordSeconds, seconds / said.length) : wordSeconds;
  const at = (index: number) => Math.round(index * each * 1000) / 1000;
  const words = said.map((text, index) => ({ text, start: at(index), end: at(index + 1) }));
  return { text: said.join(' '), language, words };
}

function sentence(words: readonly string[], random: Random): string[] {
  const [first = '', ...rest] = Array.from({ length: random.whole(4, 9) }, () => random.pick(words));
  const last = rest.pop() ?? '';
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest, `${last}.`];
}
