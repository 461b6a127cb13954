import { ApiError } from '#sdk';
import type { Translator } from '../i18n/use-messages.js';

/** What went wrong and what to do, as a sentence in the language in use. */
export function describeProblem(t: Translator, error: unknown): string {
  if (!(error instanceof ApiError)) return t(navigator.onLine ? 'failure.unreachable' : 'failure.offline');
  const known = t.maybe(`error.${error.code}`, sentenceValues(error));
  if (known) return known;
  if (error.status >= 500) return t('failure.server');
  return t('failure.unknown', { code: error.code });
}

/** What is wrong with one field, by the rule it breaks. `pointer` as in the problem document, e.g. `/email`. */
export function describeField(t: Translator, error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  // Of a list, one of them may be meant.
  const fault = error.errors?.find((candidate) => `${candidate.pointer}/`.startsWith(`${pointer}/`));
  if (!fault) return undefined;
  return t.maybe(`fault.${fault.code}`) ?? t('field.invalid');
}

function sentenceValues(error: ApiError): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(error.problem).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}

/** Worth another try by itself: the line broke, or the server asks to come back. */
export function isTransient(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500 || error.status === 401;
}
