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

/** What a form says of a refusal. */
export interface FormProblem<Field extends string> {
  /** At a field: its own fault. */
  at: (field: Field) => string | undefined;
  /** Below all fields: what belongs to none of them. */
  below: string | undefined;
}

/**
 * Puts a refusal where a form can show it; no part of it goes unsaid.
 * @param fields that the form has, by their names in the body
 * @param blamed codes that are the fault of one field as a whole
 */
export function describeForm<Field extends string>(
  t: Translator,
  error: unknown,
  fields: readonly Field[],
  blamed: Readonly<Record<string, Field>> = {},
): FormProblem<Field> {
  const atFault = error instanceof ApiError ? blamed[error.code] : undefined;
  const faults = error instanceof ApiError ? (error.errors ?? []) : [];
  const isPlaced =
    faults.length > 0
      ? faults.every(({ pointer }) => fields.some((field) => `${pointer}/`.startsWith(`/${field}/`)))
      : atFault !== undefined;
  return {
    at: (field) => describeField(t, error, `/${field}`) ?? (field === atFault ? describeProblem(t, error) : undefined),
    below: error && !isPlaced ? describeProblem(t, error) : undefined,
  };
}

function sentenceValues(error: ApiError): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(error.problem).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
}

const TOO_MANY = 429;
/** Who is to come back later than this is told so instead. */
const LONGEST_WAIT_MS = 30_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
/** So that those who were turned away together do not come back together. */
const SPREAD_MS = 500;

/** Worth another try by itself: the line broke, the server is in trouble, or it asks to come back soon. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  if (error.status === TOO_MANY) return (retryAfterMs(error) ?? 0) <= LONGEST_WAIT_MS;
  return error.status >= 500 || error.status === 401;
}

/** The pause before another try: what the server asks for, else longer each time. @param failures so far, from 0 */
export function retryDelayMs(failures: number, error: unknown): number {
  const asked = error instanceof ApiError ? retryAfterMs(error) : undefined;
  return (asked ?? Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures)) + Math.random() * SPREAD_MS;
}

/** Only the time is too early: the server is there. */
export const isTooEarly = (error: unknown): boolean => error instanceof ApiError && error.status === TOO_MANY;

/** Whether the time is not over yet after which the server asked to come back. @param refusedAt milliseconds */
export const isStillTooEarly = (error: unknown, refusedAt: number): boolean =>
  error instanceof ApiError && error.status === TOO_MANY && Date.now() < refusedAt + (retryAfterMs(error) ?? 0);

function retryAfterMs({ response }: ApiError): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
