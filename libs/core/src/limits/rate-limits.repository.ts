import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';
import { type TokenAsk, type TokenGrant, WINDOW_SECONDS } from './token-store.js';

/** Buckets in the table `rate_limits`, which is unlogged: a crash of the server forgets them, and nothing waits for the disk. */
@Injectable()
export class RateLimitsRepository {
  async take(db: Db, asks: TokenAsk[]): Promise<TokenGrant[]> {
    const result = await sql<{ granted: number; remaining: number; reset_ms: number; retry_after_ms: number }>`
      select granted, remaining, reset_ms, retry_after_ms
        from public.take_rate_limits(${asks.map(({ key }) => key)}::text[], ${asks.map(({ limit }) => limit)}::int[],
                                     ${asks.map(({ wanted }) => wanted)}::int[], ${WINDOW_SECONDS}::int)`.execute(db);
    return result.rows.map((row) => ({
      granted: row.granted,
      remaining: row.remaining,
      resetMs: row.reset_ms,
      retryAfterMs: row.retry_after_ms,
    }));
  }
}
