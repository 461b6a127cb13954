import { LRUCache } from 'lru-cache';
import { type Bucket, type TokenGrant, type TokenStore, WINDOW_MS } from './token-store.js';

/** The most one process takes out of a bucket ahead of need, as a share of the limit: the bound of what may go unused. */
export const LEASE_SHARE = 0.05;
/** Tokens that were not needed by then are let go, so that none is spent long after the bucket has refilled behind it. */
export const LEASE_MS = 1000;
/** A refusal is repeated without asking for at most this long. */
const REFUSAL_MS = 5000;
const MAX_BUCKETS = 50_000;

/** What the limits say about one request. */
export interface Decision {
  /** The first bucket that refused; undefined: the request may go on. */
  refused: Bucket | undefined;
  /** Until it is worthwhile to ask again; 0 when nothing was refused. */
  retryAfterMs: number;
  /** The bucket that is nearest to its end, or that refused. */
  tightest: Bucket;
  /** Left in it: what the shared bucket said last, and the tokens at hand here. */
  remaining: number;
  /** Until it is full again. */
  resetMs: number;
}

/** Tokens of one bucket that this process holds. */
interface Lease {
  limit: number;
  tokens: number;
  expiresAt: number;
  /** Left in the shared bucket when it was asked last. */
  remaining: number;
  fullAt: number;
  refusedUntil: number;
  /** What is asked for next time: doubled while it is used up in time, halved when it was not. */
  size: number;
  /** A request is fetching tokens: others wait for them. */
  fetching: Promise<void> | undefined;
}

/**
 * Takes tokens out of shared buckets a few at a time, so that a busy caller costs one round trip for many requests and
 * most requests are decided without waiting. Every token spent was first taken from the shared bucket:
 *
 * - never more is accepted, over all processes, than the limit and what refills meanwhile, beyond the tokens that were
 *   taken before and are younger than `LEASE_MS`: limit/60 at most, because they can only be extra to a full bucket as
 *   far as it refilled in that time;
 * - what one process holds when another runs dry is at most `LEASE_SHARE` of the limit, or one token.
 */
export class TokenLeases {
  private readonly leases = new LRUCache<string, Lease>({ max: MAX_BUCKETS });

  /** @param now a clock that never goes back, milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Takes one token of each bucket, or none at all. Answers at once when enough tokens are at hand, or a refusal is known.
   * @throws what the store throws
   */
  take(buckets: Bucket[], store: TokenStore): Decision | Promise<Decision> {
    return this.decide(buckets) ?? this.fetchAndDecide(buckets, store);
  }

  private decide(buckets: Bucket[]): Decision | undefined {
    const now = this.now();
    let enough = true;
    for (const bucket of buckets) {
      const lease = this.leaseOf(bucket);
      if (lease.tokens > 0 && lease.expiresAt > now) continue;
      if (lease.refusedUntil > now) return refusal(bucket, lease, now);
      enough = false;
    }
    return enough ? this.spend(buckets, now) : undefined;
  }

  private spend(buckets: Bucket[], now: number): Decision {
    let tightest: Decision | undefined;
    for (const bucket of buckets) {
      const lease = this.leaseOf(bucket);
      lease.tokens -= 1;
      const remaining = lease.remaining + lease.tokens;
      if (!tightest || remaining < tightest.remaining) {
        tightest = { refused: undefined, retryAfterMs: 0, tightest: bucket, remaining, resetMs: lease.fullAt - now };
      }
    }
    if (!tightest) throw new Error('A request without a bucket');
    return tightest;
  }

  private async fetchAndDecide(buckets: Bucket[], store: TokenStore): Promise<Decision> {
    for (;;) {
      const now = this.now();
      const lacking = buckets.filter((bucket) => !hasToken(this.leaseOf(bucket), now));
      const others = lacking.flatMap((bucket) => this.leaseOf(bucket).fetching ?? []);
      if (others.length > 0) await Promise.all(others);
      else await this.fetch(lacking, store);
      const decision = this.decide(buckets);
      if (decision) return decision;
    }
  }

  /** One round trip for all of them; whoever lacks the same tokens meanwhile waits for this one. */
  private async fetch(buckets: Bucket[], store: TokenStore): Promise<void> {
    const now = this.now();
    const leases = buckets.map((bucket) => this.leaseOf(bucket));
    const asks = buckets.map((bucket, index) => ({ ...bucket, wanted: nextSize(leases[index], bucket.limit, now) }));
    const fetching = store.take(asks).then((grants) => {
      grants.forEach((grant, index) => {
        const lease = leases[index];
        if (lease) this.receive(lease, grant);
      });
    });
    for (const lease of leases) lease.fetching = fetching;
    try {
      await fetching;
    } finally {
      for (const lease of leases) lease.fetching = undefined;
    }
  }

  private receive(lease: Lease, grant: TokenGrant): void {
    const now = this.now();
    lease.tokens = grant.granted;
    lease.expiresAt = now + LEASE_MS;
    lease.remaining = grant.remaining;
    lease.fullAt = now + grant.resetMs;
    lease.refusedUntil = grant.granted > 0 ? 0 : now + Math.min(grant.retryAfterMs, REFUSAL_MS);
  }

  private leaseOf({ key, limit }: Bucket): Lease {
    let lease = this.leases.get(key);
    if (lease?.limit !== limit) {
      const never = 0;
      lease = {
        limit,
        tokens: 0,
        expiresAt: never,
        remaining: 0,
        fullAt: never,
        refusedUntil: never,
        size: 0,
        fetching: undefined,
      };
      this.leases.set(key, lease);
    }
    return lease;
  }
}

function hasToken(lease: Lease, now: number): boolean {
  return lease.tokens > 0 && lease.expiresAt > now;
}

/** A caller who comes now and then takes one token at a time; one who comes in crowds takes more. */
function nextSize(lease: Lease | undefined, limit: number, now: number): number {
  if (!lease) return 1;
  const usedUp = lease.tokens === 0 && lease.expiresAt > now;
  const most = Math.max(1, Math.floor(limit * LEASE_SHARE));
  lease.size = Math.max(1, Math.min(most, usedUp ? lease.size * 2 : Math.floor(lease.size / 2)));
  return lease.size;
}

function refusal(bucket: Bucket, lease: Lease, now: number): Decision {
  return {
    refused: bucket,
    retryAfterMs: Math.max(1, Math.ceil(lease.refusedUntil - now)),
    tightest: bucket,
    remaining: 0,
    resetMs: Math.max(0, lease.fullAt - now, WINDOW_MS / bucket.limit),
  };
}
