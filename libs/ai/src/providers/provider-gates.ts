import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { ProviderError } from './provider.errors.js';
import type { KeyPace, Provider, ProviderContext } from './provider.js';

const MAX_KEYS = 10_000;
/** A longer wait than this is not believed: limits of days are told as quotas. */
const MAX_PAUSE_MS = 5 * 60_000;
const MAX_OPEN_MS = 5 * 60_000;

/** What a throttled key is spared after it has asked for fewer requests. */
const SPACED_MS = 5 * 60_000;

interface Gate {
  /** Failures of the provider itself, one after the other. */
  failures: number;
  /** Nobody is let through before. */
  closedUntilMs: number;
  /** Why. */
  because: 'provider.unavailable' | 'provider.rate_limited';
  /** Requests are this far apart, until then. */
  spacing?: { everyMs: number; untilMs: number };
  /** So many generations at once, as the provider says. */
  maxConcurrent?: number;
}

/**
 * Whether a provider may be asked now, for each provider and key. After a row of failures that are the provider's own,
 * nobody asks it for a while (a circuit breaker); then one request goes ahead, and its success opens the gate for all.
 * A rate limit closes the gate for as long as the provider asked, or until a limit that is used up is full again; a
 * throttled key is asked at the pace that its provider named. Kept by each process for itself: the point is to send less,
 * not to be exact. Only places at a key are counted over all workers, by the database.
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
    const now = Date.now();
    const waitMs = gate.closedUntilMs - now;
    if (waitMs > 0) {
      throw new ProviderError(gate.because, { retry: 'safe', notAsked: true, retryAfterMs: waitMs });
    }
    // Whoever comes first after the wait finds out for all; the others wait for the answer.
    if (gate.failures >= this.maxFailures) gate.closedUntilMs = now + this.openMs;
    else if (gate.spacing && now < gate.spacing.untilMs) pause(gate, gate.spacing.everyMs);
  }

  /** How many generations may be under way with this key: what its owner set, but no more than the provider allows. */
  placesAt(provider: Provider, context: ProviderContext, set: number | undefined): number | undefined {
    const allowed = this.gates.get(nameOf(provider.id, context))?.maxConcurrent;
    const known = [set, allowed].filter((places) => places !== undefined);
    return known.length > 0 ? Math.min(...known) : provider.abilities.usualConcurrency;
  }

  /** Learns from what an answer says about its key. */
  note(provider: string, context: ProviderContext, { pauseMs, maxConcurrent }: KeyPace): void {
    const gate = this.gateOf(nameOf(provider, context));
    if (maxConcurrent !== undefined) gate.maxConcurrent = maxConcurrent;
    if (pauseMs !== undefined) pause(gate, pauseMs);
  }

  /** Asks, and learns from how it went. */
  async watch<T>(provider: string, context: ProviderContext, ask: () => Promise<T>): Promise<T> {
    const name = nameOf(provider, context);
    try {
      const answer = await ask();
      this.recovered(name);
      return answer;
    } catch (error) {
      this.learn(name, error);
      throw error;
    }
  }

  private learn(name: string, error: unknown): void {
    if (!(error instanceof ProviderError)) return;
    const { code, options } = error;
    if (code === 'provider.rate_limited') {
      const gate = this.gateOf(name);
      gate.failures = 0;
      pause(gate, options.retryAfterMs ?? 0);
      if (options.spacingMs !== undefined) {
        gate.spacing = { everyMs: Math.min(options.spacingMs, MAX_PAUSE_MS), untilMs: Date.now() + SPACED_MS };
      }
      return;
    }
    // It answered, and sensibly: it is there.
    if (!isProvidersOwn(error)) {
      this.recovered(name);
      return;
    }
    const gate = this.gateOf(name);
    gate.failures += 1;
    const beyond = gate.failures - this.maxFailures;
    if (beyond < 0) return;
    gate.closedUntilMs = Date.now() + Math.min(MAX_OPEN_MS, this.openMs * 2 ** beyond);
    gate.because = 'provider.unavailable';
  }

  /** The provider is there again; what it said of the key's limits stays true. */
  private recovered(name: string): void {
    const gate = this.gates.get(name);
    if (!gate) return;
    gate.failures = 0;
    if (gate.because === 'provider.unavailable') gate.closedUntilMs = 0;
  }

  private gateOf(name: string): Gate {
    let gate = this.gates.get(name);
    if (!gate) this.gates.set(name, (gate = { failures: 0, closedUntilMs: 0, because: 'provider.unavailable' }));
    return gate;
  }
}

/** Closes a gate for a limit's sake; one that is closed for longer stays so. */
function pause(gate: Gate, pauseMs: number): void {
  const untilMs = Date.now() + Math.min(pauseMs, MAX_PAUSE_MS);
  if (untilMs <= gate.closedUntilMs) return;
  gate.closedUntilMs = untilMs;
  gate.because = 'provider.rate_limited';
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
