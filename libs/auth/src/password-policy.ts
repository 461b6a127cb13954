import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import type { FieldError } from '#core/errors';
import { PasswordTooWeak } from './auth.errors.js';

/** In characters as people count them. */
export const PASSWORD_LENGTH = { min: 10, max: 128 };
/** Longer texts are no passwords in any script: refused before any work. In UTF-16 units. */
export const MAX_PASSWORD_UNITS = 1024;
/** zxcvbn's scale is 0–4; 3 is "safely unguessable: moderate protection from an offline attack on a slow hash". */
const NEEDED_SCORE = 3;
/** The estimate's cost grows faster than the length; what follows only makes the password harder to guess. */
const ESTIMATED_CHARACTERS = 32;

const GUESSABLE = 'This is among the first guesses of an attacker. A few unrelated words make a good password.';
/** What people here put before a year and an exclamation mark. Without accents. */
const CONTEXT = (
  'base agency baseagency studio estudio agencia password passwort senha welcome bemvindo admin login hello segredo ' +
  'summer winter spring autumn fall verao inverno primavera outono ' +
  'january february march april june july august september october november december ' +
  'janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro ' +
  'monday tuesday wednesday thursday friday saturday sunday segunda terca quarta quinta sexta sabado domingo ' +
  'brasil brazil portugal argentina america canada england london mexico lisboa saopaulo rio'
).split(' ');
/** The longest first: `baseagency` before `base`. */
const CONTEXT_WORD = new RegExp([...CONTEXT].sort((a, b) => b.length - a.length).join('|'), 'g');
const LOOKALIKES: Record<string, string> = { '@': 'a', $: 's', '0': 'o', '1': 'i', '3': 'e', '4': 'a' };

/**
 * Refuses passwords that are short, endless, or near the top of the lists that attackers try.
 * @param known what an attacker would try first for this person: their name, their address.
 * @throws PasswordTooWeak with one code in `errors` (`too_short`, `too_long`, `too_guessable`).
 */
export async function assertStrongPassword(password: string, known: string[], pointer = '/password'): Promise<void> {
  const length = Array.from(password).length;
  if (length < PASSWORD_LENGTH.min) {
    throw weak({ pointer, code: 'too_short', message: `Use at least ${PASSWORD_LENGTH.min} characters.` });
  }
  if (length > PASSWORD_LENGTH.max) {
    throw weak({ pointer, code: 'too_long', message: `Use at most ${PASSWORD_LENGTH.max} characters.` });
  }
  if (isContextOnly(password)) throw weak({ pointer, code: 'too_guessable', message: GUESSABLE });
  const estimator = await loadEstimator();
  const { score } = estimator.check(password.slice(0, ESTIMATED_CHARACTERS), [...known.flatMap(words), ...CONTEXT]);
  if (score < NEEDED_SCORE) {
    throw weak({ pointer, code: 'too_guessable', message: GUESSABLE });
  }
}

/** @throws PasswordTooWeak with the code `same_password` */
export function assertAnotherPassword(next: string, current: string): void {
  if (next.normalize('NFKC') !== current.normalize('NFKC')) return;
  throw weak({ pointer: '/newPassword', code: 'same_password', message: 'Choose another one than you have now.' });
}

/** `Summer2026!!` is one guess for each season and year: such words count for nothing. */
function isContextOnly(password: string): boolean {
  const letters = password
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/(?:19|20)\d\d/g, '')
    .replace(/^[^\p{L}@$]+|[^\p{L}@$]+$/gu, '')
    .replace(/[@$0134]/g, (sign) => LOOKALIKES[sign] ?? '')
    .replace(/\P{L}/gu, '');
  let found = 0;
  const rest = letters.replace(CONTEXT_WORD, () => {
    found++;
    return '';
  });
  return found > 0 && found <= 2 && rest.length < 4;
}

function weak(error: FieldError): Error {
  return PasswordTooWeak({ detail: error.message, errors: [error] });
}

/** `ada.lovelace@example.com` is guessed as a whole and in parts. */
function words(text: string): string[] {
  return [text, ...text.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length > 2).map((word) => word.toLowerCase());
}

let estimator: Promise<ZxcvbnFactory> | undefined;

/**
 * The word lists take some tens of megabytes: they are loaded with the first password that needs judging, and only
 * those that matter here (leaked passwords, and the common words of the two languages our users write).
 */
function loadEstimator(): Promise<ZxcvbnFactory> {
  estimator ??= (async () => {
    const [core, common, english, portuguese] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
      import('@zxcvbn-ts/language-en'),
      import('@zxcvbn-ts/language-pt-br'),
    ]);
    return new core.ZxcvbnFactory({
      dictionary: {
        ...common.dictionary,
        'commonWords-en': english.dictionary['commonWords-en'],
        'commonWords-pt-br': portuguese.dictionary['commonWords-pt-br'],
        'firstnames-pt-br': portuguese.dictionary['firstnames-pt-br'],
      },
      graphs: common.adjacencyGraphs,
    });
  })();
  return estimator;
}
