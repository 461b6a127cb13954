import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';
import { PROVIDER_STATES, type ProviderStatusDto } from './provider-status.dto.js';
import type { ProviderHealth } from './providers/provider.js';

@Injectable()
export class ProviderStatusRepository {
  /** Keeps the last check; `changed_at` is when the state became what it is. */
  async record(db: Db, provider: string, health: ProviderHealth): Promise<void> {
    const checked = {
      state: health.state,
      latency_ms: health.latencyMs,
      detail: health.detail ?? null,
      checked_at: sql<Date>`now()`,
    };
    await db
      .insertInto('provider_status')
      .values({ provider, ...checked })
      .onConflict((conflict) =>
        conflict.column('provider').doUpdateSet({
          ...checked,
          changed_at: sql<Date>`case when provider_status.state = excluded.state then provider_status.changed_at else now() end`,
        }),
      )
      .execute();
  }

  /** The last check of every provider that was ever asked. */
  async list(db: Db): Promise<Omit<ProviderStatusDto, 'configured'>[]> {
    const rows = await db.selectFrom('provider_status').selectAll().execute();
    return rows.map((row) => ({
      provider: row.provider,
      state: PROVIDER_STATES.find((state) => state === row.state) ?? 'unknown',
      latencyMs: row.latency_ms,
      detail: row.detail,
      checkedAt: row.checked_at,
      changedAt: row.changed_at,
    }));
  }
}
