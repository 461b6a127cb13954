import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

export interface AutoTopUp {
  enabled: boolean;
  thresholdCredits: bigint;
  packId: string;
  maxPerMonth: number;
  lastTriggeredAt: Date | null;
}

@Injectable()
export class AutoTopUpsRepository {
  async find(trx: Trx, organizationId: string): Promise<AutoTopUp | undefined> {
    return trx
      .selectFrom('auto_top_ups')
      .select([
        'enabled',
        'threshold_credits as thresholdCredits',
        'pack_id as packId',
        'max_per_month as maxPerMonth',
        'last_triggered_at as lastTriggeredAt',
      ])
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
  }

  async save(
    trx: Trx,
    organizationId: string,
    { enabled, thresholdCredits, packId, maxPerMonth }: Omit<AutoTopUp, 'lastTriggeredAt'>,
  ): Promise<void> {
    const values = {
      enabled,
      threshold_credits: thresholdCredits,
      pack_id: packId,
      max_per_month: maxPerMonth,
    };
    await trx
      .insertInto('auto_top_ups')
      .values({ organization_id: organizationId, ...values })
      .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(values))
      .execute();
  }

  /** @returns false: it was off */
  async disable(trx: Trx, organizationId: string): Promise<boolean> {
    const result = await trx
      .updateTable('auto_top_ups')
      .set({ enabled: false })
      .where('organization_id', '=', organizationId)
      .where('enabled', '=', true)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Organizations whose balance is below their threshold, or that have one under way. Asked by the worker. */
  async listDue(db: Db, limit: number, after?: string): Promise<string[]> {
    let query = db
      .selectFrom('auto_top_ups as top_up')
      .innerJoin('credit_balances as balance', 'balance.organization_id', 'top_up.organization_id')
      .select('top_up.organization_id as organizationId')
      .where('top_up.enabled', '=', true)
      .whereRef('balance.available', '<', 'top_up.threshold_credits');
    if (after) query = query.where('top_up.organization_id', '>', after);
    const rows = await query.orderBy('top_up.organization_id').limit(limit).execute();
    return rows.map((row) => row.organizationId);
  }

  /**
   * Takes the turn to buy a pack, if it is due still: enabled, below the threshold, below the month's number, none under
   * way. The row is locked until commit, so that there is one at a time.
   * @returns which pack; undefined: not due
   */
  async trigger(trx: Trx, organizationId: string): Promise<{ packId: string } | undefined> {
    const row = await trx
      .selectFrom('auto_top_ups')
      .select(['pack_id as packId', 'max_per_month as maxPerMonth', 'threshold_credits as threshold'])
      .where('organization_id', '=', organizationId)
      .where('enabled', '=', true)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return undefined;
    const state = await trx
      .selectFrom('credit_balances as balance')
      .select((eb) => [
        'balance.available',
        eb
          .selectFrom('invoices')
          .select((count) => count.fn.countAll<bigint>().as('n'))
          .where('organization_id', '=', organizationId)
          .where('purpose', '=', 'auto_top_up')
          .where('status', 'in', ['open', 'paid'])
          .where('created_at', '>=', sql<Date>`date_trunc('month', now())`)
          .as('bought'),
      ])
      .where('balance.organization_id', '=', organizationId)
      .executeTakeFirst();
    if (!state || state.available >= row.threshold || Number(state.bought ?? 0) >= row.maxPerMonth) return undefined;
    await trx
      .updateTable('auto_top_ups')
      .set({ last_triggered_at: sql`now()` })
      .where('organization_id', '=', organizationId)
      .execute();
    return { packId: row.packId };
  }

  /** The automatic purchase that is under way: its invoice. */
  async findUnderWay(trx: Trx, organizationId: string): Promise<string | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('purpose', '=', 'auto_top_up')
      .where('status', '=', 'open')
      .orderBy('created_at')
      .executeTakeFirst();
    return row?.id;
  }
}
