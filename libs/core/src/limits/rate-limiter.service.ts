import type { ThrottlerStorage } from './throttler.js';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { messageOf, ServiceUnavailable } from '#core/errors';
import { LocalTokenStore } from './local-token-store.js';
import { RateLimitsRepository } from './rate-limits.repository.js';
import { RedisTokenStore } from './redis-token-store.js';
import { type Decision, TokenLeases } from './token-leases.js';
import type { Bucket, TokenGrant, TokenStore } from './token-store.js';

/** A store that failed is left alone for this long. */
const REST_MS = 1000;

/** What a request does: `read` may be counted by this process alone when the shared buckets are lost, `write` may not. */
export type RequestKind = 'read' | 'write';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Decides whether a request is within its limits. The buckets are shared by all processes: in Redis when `REDIS_URL` is
 * set, otherwise in PostgreSQL. When they are lost, reads are counted by each process alone, up to the same limits;
 * writes are counted in PostgreSQL, and refused when that is lost too. Each second the shared buckets are tried again.
 */
@Injectable()
export class RateLimiter implements ThrottlerStorage, OnApplicationShutdown {
  private readonly leases = new TokenLeases();
  private readonly local = new LocalTokenStore();
  private readonly redis: RedisTokenStore | undefined;
  private readonly shared: RestingStore;
  private readonly spare: RestingStore | undefined;

  constructor(@InjectDb() db: Db, repository: RateLimitsRepository, config: AppConfig) {
    const postgres: TokenStore = { take: (asks) => repository.take(db, asks) };
    this.redis = config.redisUrl ? new RedisTokenStore(config.redisUrl) : undefined;
    this.shared = new RestingStore(this.redis ?? postgres, this.redis ? 'Redis' : 'PostgreSQL');
    this.spare = this.redis && new RestingStore(postgres, 'PostgreSQL');
  }

  /**
   * Takes one token of each bucket, or none.
   * @throws ServiceUnavailable for a write when no shared bucket can be reached
   */
  take(buckets: Bucket[], kind: RequestKind): Decision | Promise<Decision> {
    if (!this.shared.resting) {
      const decision = this.leases.take(buckets, this.shared);
      return decision instanceof Promise ? decision.catch(() => this.takeElsewhere(buckets, kind)) : decision;
    }
    return this.takeElsewhere(buckets, kind);
  }

  /** One bucket, as `@nestjs/throttler` asks for it; times in seconds. @param limit requests a minute */
  async increment(key: string, _ttlMs: number, limit: number): Promise<ThrottlerStorageRecord> {
    const { refused, retryAfterMs, remaining, resetMs } = await this.take([{ key, limit }], 'read');
    return {
      totalHits: refused ? limit + 1 : limit - remaining,
      timeToExpire: Math.ceil(resetMs / 1000),
      isBlocked: refused !== undefined,
      timeToBlockExpire: Math.ceil(retryAfterMs / 1000),
    };
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }

  private takeElsewhere(buckets: Bucket[], kind: RequestKind): Decision | Promise<Decision> {
    if (kind === 'read') return this.takeLocally(buckets);
    const unavailable = (cause?: unknown): Error =>
      ServiceUnavailable({
        detail: 'The limits cannot be checked. Try again in a moment.',
        retryAfterSeconds: 2,
        cause,
      });
    if (!this.spare || this.spare.resting) throw unavailable();
    const decision = this.leases.take(buckets, this.spare);
    if (!(decision instanceof Promise)) return decision;
    return decision.catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  private takeLocally(buckets: Bucket[]): Decision {
    let tightest: Decision | undefined;
    const grants = this.local.take(buckets.map((bucket) => ({ ...bucket, wanted: 1 })));
    grants.forEach((grant, index) => {
      const bucket = buckets[index];
      if (!bucket || tightest?.refused) return;
      if (grant.granted === 0 || !tightest || grant.remaining < tightest.remaining)
        tightest = toDecision(bucket, grant);
    });
    if (!tightest) throw new Error('A request without a bucket');
    return tightest;
  }
}

function toDecision(bucket: Bucket, grant: TokenGrant): Decision {
  return {
    refused: grant.granted === 0 ? bucket : undefined,
    retryAfterMs: grant.retryAfterMs,
    tightest: bucket,
    remaining: grant.remaining,
    resetMs: grant.resetMs,
  };
}

/** A store that is left alone for a moment after it failed: not every request shall wait for a dead server. */
class RestingStore implements TokenStore {
  private readonly logger = new Logger('Limits');
  private restsUntil = 0;
  private failing = false;

  constructor(
    private readonly store: TokenStore,
    private readonly name: string,
  ) {}

  get resting(): boolean {
    return this.restsUntil > performance.now();
  }

  async take(asks: Parameters<TokenStore['take']>[0]): Promise<TokenGrant[]> {
    try {
      const grants = await this.store.take(asks);
      if (this.failing) this.logger.log(`${this.name} counts the limits again`);
      this.failing = false;
      return grants;
    } catch (error) {
      if (!this.failing) this.logger.warn(`${this.name} cannot count the limits: ${messageOf(error)}`);
      this.failing = true;
      this.restsUntil = performance.now() + REST_MS;
      throw error;
    }
  }
}
