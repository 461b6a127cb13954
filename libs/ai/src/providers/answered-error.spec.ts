import { retryAfterMs } from './answered-error.js';
import { connectionError, errorCodes } from './connection-error.js';
import { redactSecrets } from './redact-secrets.js';

describe('how long a provider asks to wait', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '20' }, 20_000],
    ['fractions of seconds', { 'retry-after': '0.5' }, 500],
    ['milliseconds, which win', { 'retry-after-ms': '1250', 'retry-after': '20' }, 1250],
    [
      "a date, on the server's clock",
      { 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' },
      30_000,
    ],
    ['a date gone by', { 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' }, 0],
    [
      'the reset of the limit that is used up',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '12ms',
        'x-ratelimit-remaining-tokens': '900',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      12,
    ],
    [
      'the longest reset when no limit says it is used up',
      { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '1h2m3.5s' },
      3_723_500,
    ],
    ['bare seconds in a reset', { 'x-ratelimit-reset-tokens': '7' }, 7000],
    [
      'a moment of Unix time in a reset',
      { 'x-ratelimit-reset': '1795341630', date: 'Sun, 22 Nov 2026 10:00:00 GMT' },
      30_000,
    ],
    ['nothing from nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset-tokens': 'tomorrow' }, undefined],
    ['nothing when nothing is said', {}, undefined],
  ])('reads %s', (_, headers, expected) => {
    expect(retryAfterMs(new Headers(headers))).toBe(expected);
  });
});

describe('what a broken connection means', () => {
  const withCode = (code: string) => Object.assign(new Error(code), { code });

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  ])('%s is safe to try again: nothing was sent', (code) => {
    const error = new TypeError('fetch failed', { cause: withCode(code) });
    expect(connectionError(errorCodes(error))).toMatchObject({
      code: 'provider.unavailable',
      options: { retry: 'safe', providerMessage: code },
    });
  });

  it.each([
    'ECONNRESET',
    'EPIPE',
    'UND_ERR_SOCKET',
    'ETIMEDOUT',
    'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
    'SOMETHING_NEW',
  ])('%s is ambiguous: the request may have arrived', (code) => {
    expect(connectionError([code])).toMatchObject({
      code: 'provider.outcome_unknown',
      options: { retry: 'ambiguous' },
    });
  });

  it('finds the codes of parallel connection attempts', () => {
    const attempts = new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')]);
    expect(errorCodes(new Error('outer', { cause: attempts }))).toEqual(['ENETUNREACH', 'ECONNREFUSED']);
  });
});

describe("a provider's words in the logs", () => {
  it.each([
    ['Incorrect API key provided: sk-proj-********************abcd. See', 'abcd'],
    ['Incorrect API key provided: local-key-1234. See', '1234'],
    ['authorization: Bearer eyJhbGciOi.x.y was refused', 'eyJhbGciOi'],
    ['the key my$odd.key is wrong', 'my$odd.key'],
    ['token abcdefgh*****wxyz expired', 'wxyz'],
  ])('keep no key: %s', (told, secret) => {
    const kept = redactSecrets(told, ['my$odd.key']);
    expect(kept).toContain('[redacted]');
    expect(kept).not.toContain(secret);
  });

  it('stay readable and short', () => {
    expect(redactSecrets('Invalid size. Width must be divisible by 16.', ['key'])).toBe(
      'Invalid size. Width must be divisible by 16.',
    );
    expect(redactSecrets('long '.repeat(1000), [])).toHaveLength(500);
  });
});
