import { LRUCache } from 'lru-cache';
import { type TokenAsk, type TokenGrant, WINDOW_MS } from './token-store.js';

/** Strangers' addresses must not fill the memory; the bucket looked at longest ago is forgotten first. */
const MAX_BUCKETS = 50_000;

/** Buckets of this process alone: for the time in which the shared ones cannot be reached. */
export class LocalTokenStore {
  /** By which time (as `now` counts) all that was taken will have refilled, milliseconds. */
  private readonly arrivals = new LRUCache<string, number>({ max: MAX_BUCKETS });

  /** @param now a clock that never goes back, milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  take(asks: TokenAsk[]): TokenGrant[] {
    const now = this.now();
    return asks.map(({ key, limit, wanted }) => {
      const tokenMs = WINDOW_MS / limit;
      let aheadMs = Math.max((this.arrivals.get(key) ?? 0) - now, 0);
      // What floating point lost on the way must not cost a token.
      const available = Math.max(Math.floor((WINDOW_MS - aheadMs) / tokenMs + 1e-6), 0);
      const granted = Math.min(wanted, available);
      if (granted > 0) {
        aheadMs += granted * tokenMs;
        this.arrivals.set(key, now + aheadMs);
      }
      return {
        granted,
        remaining: available - granted,
        resetMs: Math.ceil(aheadMs),
        retryAfterMs: granted > 0 ? 0 : Math.max(Math.ceil(aheadMs + tokenMs - WINDOW_MS), 1),
      };
    });
  }
}
