import { ProviderError, type ProviderErrorOptions } from './provider.errors.js';

/**
 * The safety system's refusals. Images: `moderation_blocked` (type `image_generation_user_error`, status 400);
 * `content_policy_violation` is the older word, `content_filter` the one of Azure-hosted models.
 */
const CONTENT_POLICY_CODES: readonly string[] = ['moderation_blocked', 'content_policy_violation', 'content_filter'];

/**
 * Refusals that only money or a person mends. OpenAI's error guide: these come as 429 like a rate limit does, the
 * type may still be `insufficient_quota`, and "retrying billing, spend, or quota errors will not restore API access".
 * Images answer `billing_hard_limit_reached` with 400.
 */
const QUOTA_CODES: readonly string[] = [
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_not_active',
];

/**
 * The request was surely not taken up: 503 is documented as "not enough capacity to process your request", and
 * Cloudflare, which stands before the API, answers 521, 523, 525 and 526 when it could not connect to the origin at all.
 */
const NOT_ACCEPTED: readonly number[] = [503, 521, 523, 525, 526];

/** Failures of name resolution, connecting and the TLS handshake: no byte of the request has left. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_CERT_\w+|ERR_SSL_WRONG_VERSION_NUMBER|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(GET|VERIFY)_\w+)$/;

/** An error answer, stripped of everything that must not travel (see `redactSecrets` for the message). */
export interface OpenAiErrorAnswer {
  status: number;
  code: string | undefined;
  type: string | undefined;
  message: string;
  requestId: string | undefined;
  headers: Headers;
}

/**
 * The platform's error for an error answer of OpenAI (`{ error: { message, type, param, code } }`).
 * Whether a retry is safe follows from what the status says about acceptance; there is no idempotency key to lean on,
 * so an answer that may come from a request already at work (500, 502, 504, …) is ambiguous.
 */
export function answeredError(answer: OpenAiErrorAnswer): ProviderError {
  const { status, code = '', type = '' } = answer;
  const facts = { providerMessage: answer.message, providerRequestId: answer.requestId };
  const never = { ...facts, retry: 'never' } as const;

  if (CONTENT_POLICY_CODES.includes(code)) return new ProviderError('provider.content_policy', never);
  if (QUOTA_CODES.includes(code) || type === 'insufficient_quota' || status === 402) {
    return new ProviderError('provider.quota_exhausted', never);
  }
  if (status === 401 || status === 403) return new ProviderError('provider.authentication_failed', never);
  // An unknown model or path is a fault of the set-up, not of the customer's input.
  if (status === 404 || status < 400) return new ProviderError('provider.unavailable', never);
  if (status === 408) return new ProviderError('provider.timeout', { ...facts, retry: 'ambiguous' });

  const safe: ProviderErrorOptions = { ...facts, retry: 'safe', retryAfterMs: retryAfterMs(answer.headers) };
  if (status === 429) return new ProviderError('provider.rate_limited', safe);
  // 409 is a lock that could not be had (so the SDK's retry rules): nothing was begun.
  if (status === 409 || NOT_ACCEPTED.includes(status)) return new ProviderError('provider.unavailable', safe);
  if (status < 500) return new ProviderError('provider.invalid_input', never);
  return new ProviderError('provider.unavailable', { ...facts, retry: 'ambiguous' });
}

/**
 * The platform's error for a connection that failed before an answer came.
 * @param codes the system and undici error codes found along the cause chain
 */
export function connectionError(codes: readonly string[]): ProviderError {
  const providerMessage = codes.join(' ') || undefined;
  if (codes.some((code) => NOT_CONNECTED.test(code))) {
    return new ProviderError('provider.unavailable', { retry: 'safe', providerMessage });
  }
  const silent = codes.includes('UND_ERR_HEADERS_TIMEOUT') || codes.includes('UND_ERR_BODY_TIMEOUT');
  const code = silent ? 'provider.timeout' : 'provider.outcome_unknown';
  return new ProviderError(code, { retry: 'ambiguous', providerMessage });
}

/**
 * The codes of an error and its causes, outermost first. Read by shape, not by class: the errors come from Node, undici
 * and OpenSSL, and parallel connection attempts are wrapped in one `AggregateError`.
 */
export function errorCodes(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const attempts: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const inner = [...attempts, 'cause' in error ? error.cause : undefined];
  return [...new Set([...own, ...inner.flatMap((one) => errorCodes(one, depth + 1))])];
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
    // Measured on the server's clock, so that a wrong one here does not matter.
    const wait = Date.parse(retryAfter) - (Date.parse(headers.get('date') ?? '') || Date.now());
    if (Number.isFinite(wait)) return Math.max(0, wait);
  }

  const resets = [...headers].flatMap(([name, value]) => {
    const limit = /^x-ratelimit-reset-(.+)$/.exec(name)?.[1];
    const resetMs = limit === undefined ? undefined : durationMs(value);
    return resetMs === undefined ? [] : [{ resetMs, empty: headers.get(`x-ratelimit-remaining-${limit}`) === '0' }];
  });
  const decisive = resets.some(({ empty }) => empty) ? resets.filter(({ empty }) => empty) : resets;
  return decisive.length === 0 ? undefined : Math.max(...decisive.map(({ resetMs }) => resetMs));
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `6m0s`, `1h2m3.5s`, `12ms` (Go's notation, as OpenAI writes it); a bare number is seconds (Azure). */
function durationMs(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  return Math.ceil([...parts].reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MS[unit] ?? 0), 0));
}
