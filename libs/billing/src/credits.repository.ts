import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

export interface Balance {
  available: bigint;
  held: bigint;
  granted: bigint;
  spent: bigint;
  expired: bigint;
  updatedAt: Date;
}

export interface LedgerLine {
  id: string;
  sequence: bigint;
  type: string;
  amount: bigint;
  availableDelta: bigint;
  heldDelta: bigint;
  balanceAfter: bigint;
  heldAfter: bigint;
  jobId: string | null;
  description: string | null;
  createdAt: Date;
}

/** The ledger. Only SQL functions move credits; here they are called and read. */
@Injectable()
export class CreditsRepository {
  async findBalance(trx: Trx, organizationId: string): Promise<Balance | undefined> {
    const row = await trx
      .selectFrom('credit_balances')
      .select(['available', 'held', 'granted', 'spent', 'expired', 'updated_at'])
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    return row && { ...row, updatedAt: row.updated_at };
  }

  /** Newest first; `before` is the last sequence of the page before. */
  async listTransactions(trx: Trx, organizationId: string, limit: number, before?: bigint): Promise<LedgerLine[]> {
    let query = trx
      .selectFrom('credit_transactions')
      .select([
        'id',
        'sequence',
        'type',
        'amount',
        'available_delta',
        'held_delta',
        'balance_after',
        'held_after',
        'job_id',
        'description',
        'created_at',
      ])
      .where('organization_id', '=', organizationId);
    if (before !== undefined) query = query.where('sequence', '<', before);
    const rows = await query.orderBy('sequence', 'desc').limit(limit).execute();
    return rows.map((row) => ({
      id: row.id,
      sequence: row.sequence,
      type: row.type,
      amount: row.amount,
      availableDelta: row.available_delta,
      heldDelta: row.held_delta,
      balanceAfter: row.balance_after,
      heldAfter: row.held_after,
      jobId: row.job_id,
      description: row.description,
      createdAt: row.created_at,
    }));
  }

  /**
   * Charges the actual credits of a job's hold and returns the rest. Resolving a hold twice changes nothing.
   * @returns what was charged: more than the hold is never taken, the overrun is recorded as the platform's loss.
   */
  async settleHold(trx: Trx, jobId: string, actualCredits: bigint): Promise<bigint> {
    const result = await sql<{ settled_amount: bigint | null }>`
      select settled_amount from public.settle_hold(${jobId}::uuid, ${actualCredits}::bigint)`.execute(trx);
    return BigInt(result.rows[0]?.settled_amount ?? 0);
  }

  /** Returns a job's whole hold; `reason` is kept with the ledger line. */
  async releaseHold(trx: Trx, jobId: string, reason: string): Promise<void> {
    await sql`select 1 from public.release_hold(${jobId}::uuid, ${reason})`.execute(trx);
  }

  /** Takes back what is left of grants past their expiry, `limit` at most. @returns how many */
  async expireGrants(db: Db, limit: number): Promise<number> {
    const result = await sql<{ count: number }>`select public.expire_grants(${limit}::int) as count`.execute(db);
    return result.rows[0]?.count ?? 0;
  }

  /** Gives the credits of the month to subscriptions that are due, `limit` at most; once a period. @returns how many */
  async grantMonthly(db: Db, limit: number): Promise<number> {
    const result = await sql<{ count: number }>`select private.grant_monthly_credits(${limit}::int) as count`.execute(
      db,
    );
    return result.rows[0]?.count ?? 0;
  }
}
