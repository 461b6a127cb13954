import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** How often an organization has had prompts enhanced. */
@Injectable()
export class PromptLimitsRepository {
  /** Counts one. @returns seconds until another is allowed, 0: this one is */
  async take(db: Db, organizationId: string, perDay: number): Promise<number> {
    const result = await sql<{ allowed: boolean; retry_after_ms: number }>`
      select allowed, retry_after_ms
        from public.check_rate_limit(${`enhance:${organizationId}`}, ${perDay}::int, 86400)`.execute(db);
    const row = result.rows[0];
    return row && !row.allowed ? Math.max(1, Math.ceil(row.retry_after_ms / 1000)) : 0;
  }
}
