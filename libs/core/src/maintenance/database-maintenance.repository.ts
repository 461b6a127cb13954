import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** Calls the functions that keep the database in order. */
@Injectable()
export class DatabaseMaintenanceRepository {
  /** @returns how many partitions were made */
  async ensurePartitions(db: Db): Promise<number> {
    const result = await sql<{ made: number }>`select private.ensure_partitions() as made`.execute(db);
    return result.rows[0]?.made ?? 0;
  }

  /** Rows that found no partition of their month; there should be none. */
  async listStrayRows(db: Db): Promise<{ partition: string; rowCount: bigint }[]> {
    const result = await sql<{ partition: string; row_count: bigint }>`
      select partition, row_count from private.default_partition_rows() where row_count > 0`.execute(db);
    return result.rows.map((row) => ({ partition: row.partition, rowCount: row.row_count }));
  }

  /** Chains the hashes of audit lines written since the last call. @returns how many were sealed */
  async sealAuditLogs(db: Db, limit: number): Promise<number> {
    const result = await sql<{ sealed: number }>`select private.seal_audit_logs(${limit}::int) as sealed`.execute(db);
    return result.rows[0]?.sealed ?? 0;
  }

  /** Deletes what is past the retention of its plan, at most `limit` rows of each kind. */
  async applyRetention(db: Db, limit: number): Promise<{ what: string; deleted: bigint }[]> {
    const result = await sql<{ what: string; deleted: bigint }>`
      select what, deleted from private.apply_retention(${limit}::int) where deleted > 0`.execute(db);
    return result.rows;
  }
}
