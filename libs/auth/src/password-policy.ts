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
  const estimator = await loadEstimator();
  const { score } = estimator.check(password.slice(0, ESTIMATED_CHARACTERS), known.flatMap(words));
  if (score < NEEDED_SCORE) {
    const message = 'This is among the first guesses of an attacker. A few unrelated words make a good password.';
    throw weak({ pointer, code: 'too_guessable', message });
  }
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
