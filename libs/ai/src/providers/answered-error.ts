import type { KeyPace } from './provider.js';
import { ProviderError, type ProviderErrorOptions } from './provider.errors.js';

/**
 * The request was surely not taken up: 503 is "not able to process your request", and Cloudflare, which stands before
 * most of these APIs, answers 521, 523, 525 and 526 when it could not connect to the origin at all.
 */
const NOT_ACCEPTED: readonly number[] = [503, 521, 523, 525, 526];

/** What a provider's error answer means where the status alone does not say it. */
export type ErrorMeaning =
  | 'content_policy'
  | 'quota_exhausted'
  | 'rate_limited'
  | 'authentication_failed'
  | 'invalid_input'
  | 'unavailable'
  | 'generation_failed';

/** An error answer as every provider's translation of its own words leaves it. */
export interface ErrorAnswer {
  status: number;
  headers: Headers;
  /** The provider's words, secrets already removed (see `redactSecrets`). */
  message: string;
  requestId?: string;
  /** When the provider's codes say more than the status. */
  meaning?: ErrorMeaning;
  /** When the headers say nothing of waiting. */
  retryAfterMs?: number;
  spacingMs?: number;
}

/**
 * The platform's error for an error answer. Whether a retry is safe follows from what the answer says about acceptance;
 * there is no idempotency key to lean on, so one that may come from a request already at work (500, 502, 504, …) is
 * ambiguous.
 */
export function answeredError(answer: ErrorAnswer): ProviderError {
  const { status, meaning } = answer;
  const facts = { providerMessage: answer.message, providerRequestId: answer.requestId };
  const never = { ...facts, retry: 'never' } as const;
  const safe: ProviderErrorOptions = {
    ...facts,
    retry: 'safe',
    retryAfterMs: retryAfterMs(answer.headers) ?? answer.retryAfterMs,
    spacingMs: answer.spacingMs,
  };

  switch (meaning) {
    case 'rate_limited':
    case 'unavailable':
      return new ProviderError(`provider.${meaning}`, safe);
    case undefined:
      break;
    default:
      return new ProviderError(`provider.${meaning}`, never);
  }
  if (status === 402) return new ProviderError('provider.quota_exhausted', never);
  if (status === 401 || status === 403) return new ProviderError('provider.authentication_failed', never);
  // An unknown model or path is a fault of the set-up, not of the customer's input.
  if (status === 404 || status < 400) return new ProviderError('provider.unavailable', never);
  if (status === 408) return new ProviderError('provider.timeout', { ...facts, retry: 'ambiguous' });
  if (status === 429) return new ProviderError('provider.rate_limited', safe);
  // 409 is a lock that could not be had: nothing was begun.
  if (status === 409 || NOT_ACCEPTED.includes(status)) return new ProviderError('provider.unavailable', safe);
  if (status < 500) return new ProviderError('provider.invalid_input', never);
  return new ProviderError('provider.unavailable', { ...facts, retry: 'ambiguous' });
}

/**
 * How long to wait before asking again: `retry-after-ms`, else `Retry-After` (seconds or a date), else the longest
 * `x-ratelimit-reset-*` of a limit that has nothing left (of any limit when none says so). The reset is when a limit
 * is full again, so the wait errs on the long side.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const millis = Number(headers.get('retry-after-ms') ?? NaN);
  if (Number.isFinite(millis) && millis >= 0) return Math.ceil(millis);

  const retryAfter = headers.get('retry-after');
  if (retryAfter !== null) {
    const seconds = Number(retryAfter);
    if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
    const wait = Date.parse(retryAfter) - serverTimeMs(headers);
    if (Number.isFinite(wait)) return Math.max(0, wait);
  }

  const resets = resetsIn(headers);
  return usedUpMs(headers) ?? (resets.length > 0 ? Math.max(...resets.map(({ resetMs }) => resetMs)) : undefined);
}

/** What an answer says about the limits of the key it was given to, in its headers; undefined: nothing. */
export function paceIn(headers: Headers): KeyPace | undefined {
  const pauseMs = usedUpMs(headers);
  // ElevenLabs says how many requests the key's plan runs at once.
  const concurrent = Number(headers.get('maximum-concurrent-requests') ?? NaN);
  const maxConcurrent = Number.isInteger(concurrent) && concurrent > 0 ? concurrent : undefined;
  return pauseMs === undefined && maxConcurrent === undefined ? undefined : { pauseMs, maxConcurrent };
}

/** Until the last of the limits that have nothing left is full again; undefined: all have some left, or none is told. */
function usedUpMs(headers: Headers): number | undefined {
  const waits = resetsIn(headers).filter(({ empty }) => empty);
  return waits.length > 0 ? Math.max(...waits.map(({ resetMs }) => resetMs)) : undefined;
}

function resetsIn(headers: Headers): { resetMs: number; empty: boolean }[] {
  return [...headers].flatMap(([name, value]) => {
    const limit = /^(?:x-)?ratelimit-reset(-.+)?$/.exec(name);
    const resetMs = limit === null ? undefined : untilResetMs(value, headers);
    const empty = headers.get(name.replace('reset', 'remaining')) === '0';
    return resetMs === undefined ? [] : [{ resetMs, empty }];
  });
}

/** Larger numbers than this many seconds (some 30 years) are no durations, but moments of Unix time. */
const UNIX_TIMES = 1e9;

function untilResetMs(value: string, headers: Headers): number | undefined {
  const ms = durationMs(value);
  return ms === undefined || ms < UNIX_TIMES * 1000 ? ms : Math.max(0, ms - serverTimeMs(headers));
}

/** The server's clock, so that a wrong one here does not matter; ours when it does not tell. */
function serverTimeMs(headers: Headers): number {
  return Date.parse(headers.get('date') ?? '') || Date.now();
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `1h2m3.5s`, `12ms` (Go's notation, as OpenAI writes it); a bare number is seconds (Azure). */
function durationMs(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  return Math.ceil([...parts].reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS[unit] ?? 0), 0));
}
