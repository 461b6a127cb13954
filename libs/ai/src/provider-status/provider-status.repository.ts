import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';
import { PROVIDER_STATES, type ProviderHourDto, type ProviderStatusDto } from './provider-status.dto.js';
import type { ProviderHealth } from '../providers/provider.js';

@Injectable()
export class ProviderStatusRepository {
  /** Keeps the last check; `changed_at` is when the state became what it is. A key that is accepted is refused no more. */
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
          ...(health.detail === undefined && { key_refused_at: null }),
          changed_at: sql<Date>`case when provider_status.state = excluded.state then provider_status.changed_at else now() end`,
        }),
      )
      .execute();
  }

  /** Keeps a check that found the platform's key refused, after a job had met it. */
  async noteRefusedKey(db: Db, provider: string, health: ProviderHealth): Promise<void> {
    await this.record(db, provider, health);
    await db
      .updateTable('provider_status')
      .set({ key_refused_at: sql<Date>`now()` })
      .where('provider', '=', provider)
      .execute();
  }

  /** The providers whose refusal of the platform's key is not long ago. */
  async listRefusing(db: Db): Promise<Set<string>> {
    const rows = await db
      .selectFrom('provider_status')
      .select('provider')
      .where(sql<boolean>`key_refused_at > now() - interval '5 minutes'`)
      .execute();
    return new Set(rows.map(({ provider }) => provider));
  }

  /** How the jobs of the last hour went, by provider. */
  async listHours(db: Db): Promise<Map<string, ProviderHourDto>> {
    const { rows } = await sql<Record<keyof ProviderHourDto, bigint | null> & { provider: string }>`
      select provider, jobs, succeeded, failed, unknown_outcomes as "unknownOutcomes", median_ms as "medianMs", p95_ms as "p95Ms"
        from private.list_provider_health()`.execute(db);
    return new Map(
      rows.map(({ provider, medianMs, p95Ms, ...counts }) => [
        provider,
        {
          jobs: Number(counts.jobs),
          succeeded: Number(counts.succeeded),
          failed: Number(counts.failed),
          unknownOutcomes: Number(counts.unknownOutcomes),
          medianMs: medianMs === null ? null : Number(medianMs),
          p95Ms: p95Ms === null ? null : Number(p95Ms),
        },
      ]),
    );
  }

  /** The last check of every provider that was ever asked. */
  async list(db: Db): Promise<Omit<ProviderStatusDto, 'configured' | 'lastHour'>[]> {
    const rows = await db.selectFrom('provider_status').selectAll().execute();
    return rows.map((row) => ({
      provider: row.provider,
      state: PROVIDER_STATES.find((state) => state === row.state) ?? 'unknown',
      latencyMs: row.latency_ms,
      detail: row.detail,
      checkedAt: row.checked_at,
      changedAt: row.changed_at,
      keyRefusedAt: row.key_refused_at,
    }));
  }
}
