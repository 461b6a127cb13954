import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { ProviderError } from './provider.errors.js';
import type { ProviderContext } from './provider.js';

const MAX_KEYS = 10_000;
/** A longer wait than this is not believed: limits of days are told as quotas. */
const MAX_PAUSE_MS = 5 * 60_000;
const MAX_OPEN_MS = 5 * 60_000;

interface Gate {
  /** Failures of the provider itself, one after the other. */
  failures: number;
  /** Nobody is let through before. */
  closedUntilMs: number;
  /** Why. */
  because: 'provider.unavailable' | 'provider.rate_limited';
}

/**
 * Whether a provider may be asked now, for each provider and key. After a row of failures that are the provider's own,
 * nobody asks it for a while (a circuit breaker); then one request goes ahead, and its success opens the gate for all.
 * A rate limit closes the gate for as long as the provider asked. Kept by each process for itself: the point is to send
 * less, not to be exact.
 */
@Injectable()
export class ProviderGates {
  private readonly gates = new LRUCache<string, Gate>({ max: MAX_KEYS });
  private readonly maxFailures: number;
  private readonly openMs: number;

  constructor(config: AppConfig) {
    this.maxFailures = config.providers.circuitFailures;
    this.openMs = config.providers.circuitMs;
  }

  /** @throws ProviderError (`notAsked`) while the gate is closed */
  admit(provider: string, context: ProviderContext): void {
    const gate = this.gates.get(nameOf(provider, context));
    if (!gate) return;
    const waitMs = gate.closedUntilMs - Date.now();
    if (waitMs > 0) {
      throw new ProviderError(gate.because, { retry: 'safe', notAsked: true, retryAfterMs: waitMs });
    }
    // Whoever comes first after the wait finds out for all; the others wait for the answer.
    if (gate.failures >= this.maxFailures) gate.closedUntilMs = Date.now() + this.openMs;
  }

  /** Asks, and learns from how it went. */
  async watch<T>(provider: string, context: ProviderContext, ask: () => Promise<T>): Promise<T> {
    const name = nameOf(provider, context);
    try {
      const answer = await ask();
      this.gates.delete(name);
      return answer;
    } catch (error) {
      this.learn(name, error);
      throw error;
    }
  }

  private learn(name: string, error: unknown): void {
    if (!(error instanceof ProviderError)) return;
    const gate = this.gates.get(name) ?? { failures: 0, closedUntilMs: 0, because: 'provider.unavailable' };
    if (error.code === 'provider.rate_limited') {
      const pauseMs = Math.min(error.options.retryAfterMs ?? 0, MAX_PAUSE_MS);
      this.gates.set(name, { failures: 0, closedUntilMs: Date.now() + pauseMs, because: error.code });
      return;
    }
    if (!isProvidersOwn(error)) {
      // It answered, and sensibly: it is there.
      this.gates.delete(name);
      return;
    }
    const failures = gate.failures + 1;
    const beyond = failures - this.maxFailures;
    const closedMs = beyond < 0 ? 0 : Math.min(MAX_OPEN_MS, this.openMs * 2 ** beyond);
    this.gates.set(name, { failures, closedUntilMs: Date.now() + closedMs, because: 'provider.unavailable' });
  }
}

/** Whether a failure says something about the provider, not about the request or our own wish to stop. */
function isProvidersOwn({ code, options }: ProviderError): boolean {
  if (options.providerMessage === 'given up waiting') return false;
  if (code === 'provider.unavailable') return options.retry !== 'never';
  return code === 'provider.timeout' || code === 'provider.outcome_unknown';
}

/** The key's hash: the map must not be a list of keys. */
function nameOf(provider: string, { credentials }: ProviderContext): string {
  return credentials ? `${provider} ${sha256(credentials.apiKey).toString('base64')}` : provider;
}
