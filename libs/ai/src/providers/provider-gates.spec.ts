import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#core/config';
import { paceIn } from './answered-error.js';
import { ElevenLabsProvider } from './elevenlabs.provider.js';
import { OpenAiProvider } from './openai.provider.js';
import { ProviderError, type ProviderErrorCode, type ProviderErrorOptions } from './provider.errors.js';
import { ProviderGates } from './provider-gates.js';

const context = (apiKey?: string) => ({
  signal: new AbortController().signal,
  attempt: 1,
  credentials: apiKey ? { apiKey } : undefined,
});

function gates(seconds = 300): ProviderGates {
  return new ProviderGates(
    loadConfig({
      DATABASE_URL: 'postgres://localhost/none',
      APP_SECRET: 'a secret for tests, long enough to be taken',
      PROVIDER_CIRCUIT_FAILURES: '3',
      PROVIDER_CIRCUIT_SECONDS: String(seconds),
    }),
  );
}

async function fail(
  gate: ProviderGates,
  code: ProviderErrorCode,
  options: ProviderErrorOptions,
  times = 1,
  key?: string,
): Promise<void> {
  for (let left = times; left > 0; left -= 1) {
    const ask = () => Promise.reject(new ProviderError(code, options));
    await expect(gate.watch('replicate', context(key), ask)).rejects.toMatchObject({ code });
  }
}

const down = { retry: 'ambiguous' } as const;

describe('the gate of a provider', () => {
  it('closes after a row of failures, for this key only, without counting the try of who is turned away', async () => {
    const gate = gates();
    await fail(gate, 'provider.timeout', down, 2);
    expect(() => gate.admit('replicate', context())).not.toThrow();
    await fail(gate, 'provider.unavailable', { retry: 'safe' });
    expect(() => gate.admit('replicate', context())).toThrow(
      expect.objectContaining({
        code: 'provider.unavailable',
        options: expect.objectContaining({
          notAsked: true,
          retry: 'safe',
          retryAfterMs: expect.any(Number) as unknown,
        }) as unknown,
      }),
    );
    expect(() => gate.admit('replicate', context('their own key'))).not.toThrow();
    expect(() => gate.admit('fal', context())).not.toThrow();
  });

  it('lets one go ahead when the wait is over, and all when that one succeeds', async () => {
    const gate = gates(0.1);
    await fail(gate, 'provider.timeout', down, 3);
    const until = Date.now() + 10_000;
    for (let open = false; !open && Date.now() < until;) {
      try {
        gate.admit('replicate', context());
        open = true;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    expect(() => gate.admit('replicate', context())).toThrow(ProviderError);
    await gate.watch('replicate', context(), () => Promise.resolve('an answer'));
    expect(() => gate.admit('replicate', context())).not.toThrow();
    expect(() => gate.admit('replicate', context())).not.toThrow();
  });

  it('closes for as long as a rate limit asks', async () => {
    const gate = gates();
    await fail(gate, 'provider.rate_limited', { retry: 'safe', retryAfterMs: 60_000 });
    expect(() => gate.admit('replicate', context())).toThrow(
      expect.objectContaining({ code: 'provider.rate_limited' }),
    );
  });

  it('stays closed for its time though another request, sent before, succeeds', async () => {
    const gate = gates();
    await fail(gate, 'provider.rate_limited', { retry: 'safe', retryAfterMs: 60_000 });
    await gate.watch('replicate', context(), () => Promise.resolve('an answer'));
    expect(() => gate.admit('replicate', context())).toThrow(ProviderError);
  });

  it('lets one after the other through at the pace that a throttled key was told, and other keys as they come', async () => {
    const gate = gates();
    await fail(gate, 'provider.rate_limited', { retry: 'safe', retryAfterMs: 0, spacingMs: 60_000 });
    gate.admit('replicate', context());
    await gate.watch('replicate', context(), () => Promise.resolve('an answer'));
    expect(() => gate.admit('replicate', context())).toThrow(
      expect.objectContaining({ code: 'provider.rate_limited' }),
    );
    for (const other of [context('another key'), context('another key')]) gate.admit('replicate', other);
  });

  it('closes when an answer says that nothing is left, before anybody is refused', () => {
    const gate = gates();
    const headers = new Headers({
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '30s',
      'x-ratelimit-remaining-tokens': '9000',
      'x-ratelimit-reset-tokens': '1h0m0s',
    });
    expect(paceIn(headers)).toEqual({ pauseMs: 30_000 });
    expect(paceIn(new Headers({ 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '30s' }))).toBe(
      undefined,
    );
    gate.note('openai', context(), { pauseMs: 30_000 });
    expect(() => gate.admit('openai', context())).toThrow(
      expect.objectContaining({ options: expect.objectContaining({ notAsked: true }) as unknown }),
    );
  });

  it('gives a key as many places as its provider says, never more than its owner', () => {
    const gate = gates();
    const provider = new ElevenLabsProvider({ baseUrl: 'http://127.0.0.1', timeoutMs: 1000 });
    const places = (set?: number) => gate.placesAt(provider, context(), set);
    expect([places(), places(5)]).toEqual([2, 5]);
    gate.note('elevenlabs', context(), { maxConcurrent: 10 });
    expect([places(), places(5), places(40)]).toEqual([10, 5, 10]);
    const openAi = new OpenAiProvider({ baseUrl: 'http://127.0.0.1', timeoutMs: 1000 });
    expect(gate.placesAt(openAi, context(), undefined)).toBe(undefined);
  });

  it.each<[ProviderErrorCode, ProviderErrorOptions]>([
    ['provider.invalid_input', { retry: 'never' }],
    ['provider.authentication_failed', { retry: 'never' }],
    ['provider.outcome_unknown', { retry: 'ambiguous', providerMessage: 'given up waiting' }],
  ])('stays open for what is not the provider’s own: %s', async (code, options) => {
    const gate = gates();
    await fail(gate, code, options, 5);
    expect(() => gate.admit('replicate', context())).not.toThrow();
  });
});
