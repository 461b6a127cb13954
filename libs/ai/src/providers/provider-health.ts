import { messageOf } from '#core/errors';
import { ProviderError } from './provider.errors.js';
import type { ProviderHealth } from './provider.js';

/** A provider that answers, but slower than this, is not well. */
const SLOW_MS = 5000;

/** How a provider is doing, by a question that costs nothing. A refused key says nothing against the provider. */
export async function healthBy(ask: () => Promise<unknown>): Promise<ProviderHealth> {
  const begunMs = performance.now();
  const error = await ask().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const latencyMs = Math.round(performance.now() - begunMs);
  if (error === undefined) return { state: latencyMs > SLOW_MS ? 'degraded' : 'healthy', latencyMs };
  if (!(error instanceof ProviderError)) return { state: 'down', latencyMs, detail: messageOf(error).slice(0, 200) };
  const limited = ['provider.rate_limited', 'provider.authentication_failed', 'provider.quota_exhausted'];
  return {
    state: limited.includes(error.code) ? 'degraded' : 'down',
    latencyMs,
    keyRefused: error.code === 'provider.authentication_failed',
    detail: `${error.code}: ${error.options.providerMessage ?? ''}`.slice(0, 500),
  };
}
