import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';
import type { DriverName } from '../invoices/invoice.js';
import type { Currency } from '../money.js';
import type { PaymentFact } from './payment-driver.js';

export interface Payment {
  id: string;
  organizationId: string;
  invoiceId: string | null;
  driver: DriverName;
  externalId: string | null;
  purpose: string;
  method: string | null;
  status: 'pending' | 'succeeded' | 'failed' | 'refunded' | 'disputed';
  currency: Currency;
  amountCents: bigint;
  refundedCents: bigint;
  credits: bigint | null;
  clawedBackCredits: bigint;
  toReturn: boolean;
  failureReason: string | null;
  createdAt: Date;
}

/** A lot of credits that was just given. */
export interface GivenLot {
  grantId: string;
  credits: bigint;
}

export interface NewCredits {
  organizationId: string;
  credits: bigint;
  kind: 'grant' | 'purchase';
  idempotencyKey: string;
  description: string;
  /** When they end, or how many days they last by the database's clock. */
  expiresAt?: Date;
  lastDays?: number;
  /** Lower burns first. */
  priority: number;
}

const COLUMNS = [
  'id',
  'organization_id as organizationId',
  'invoice_id as invoiceId',
  'driver',
  'external_id as externalId',
  'purpose',
  'method',
  'status',
  'currency',
  'amount_cents as amountCents',
  'refunded_cents as refundedCents',
  'credits',
  'clawed_back_credits as clawedBackCredits',
  'to_return as toReturn',
  'failure_reason as failureReason',
  'created_at as createdAt',
] as const;

/** Payments, the notices about them, and the credits they buy. */
@Injectable()
export class PaymentsRepository {
  /**
   * Takes a notice, once.
   * @returns false: it was taken before.
   */
  async takeNotice(trx: Trx, notice: { id: string; type: string; payload: object }): Promise<boolean> {
    const result = await trx
      .insertInto('payment_events')
      .values({
        driver: 'stripe',
        external_id: notice.id,
        type: notice.type.slice(0, 120),
        payload: JSON.stringify(notice.payload),
        processed_at: sql`now()`,
      })
      .onConflict((conflict) => conflict.columns(['driver', 'external_id']).doNothing())
      .executeTakeFirst();
    return result.numInsertedOrUpdatedRows === 1n;
  }

  /** The payment a fact is about, made when it is new, locked until commit. */
  async lock(
    trx: Trx,
    fact: PaymentFact,
    invoice: { id: string; organizationId: string; packId: string | null },
    purpose: string,
  ): Promise<Payment> {
    await trx
      .insertInto('payments')
      .values({
        organization_id: invoice.organizationId,
        invoice_id: invoice.id,
        driver: fact.driver,
        external_id: fact.externalId,
        purpose,
        method: fact.method,
        currency: fact.currency,
        amount_cents: fact.amountCents,
        pack_id: invoice.packId,
        reference: fact.reference,
      })
      .onConflict((conflict) => conflict.columns(['driver', 'external_id']).doNothing())
      .execute();
    const row = await trx
      .selectFrom('payments')
      .select(COLUMNS)
      .where('driver', '=', fact.driver)
      .where('external_id', '=', fact.externalId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return toPayment(row);
  }

  /** Any payment, locked until commit. */
  async lockById(trx: Trx, paymentId: string): Promise<Payment | undefined> {
    const row = await trx
      .selectFrom('payments')
      .select(COLUMNS)
      .where('id', '=', paymentId)
      .forUpdate()
      .executeTakeFirst();
    return row && toPayment(row);
  }

  /** The money came. */
  async markSucceeded(trx: Trx, paymentId: string, method: string | null, toReturn: boolean): Promise<void> {
    await trx
      .updateTable('payments')
      .set({ status: 'succeeded', method, to_return: toReturn, failure_reason: null })
      .where('id', '=', paymentId)
      .where('status', 'in', ['pending', 'failed'])
      .execute();
  }

  /** @returns false: it is told already, or the money came after all. */
  async markFailed(trx: Trx, paymentId: string, reason: string | null): Promise<boolean> {
    const result = await trx
      .updateTable('payments')
      .set({ status: 'failed', failure_reason: reason })
      .where('id', '=', paymentId)
      .where('status', '=', 'pending')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Which lot the payment of an invoice bought: what a refund takes back from. */
  async setGrant(trx: Trx, invoiceId: string, lot: GivenLot): Promise<void> {
    await trx
      .updateTable('payments')
      .set({ grant_id: lot.grantId, credits: lot.credits })
      .where('invoice_id', '=', invoiceId)
      .where('status', '=', 'succeeded')
      .where('to_return', '=', false)
      .execute();
  }

  /** Money went back: `refundedCents` in all. */
  async markReturned(
    trx: Trx,
    paymentId: string,
    refundedCents: bigint,
    status: 'succeeded' | 'refunded' | 'disputed',
  ): Promise<void> {
    await trx
      .updateTable('payments')
      .set({ refunded_cents: refundedCents, status, to_return: false })
      .where('id', '=', paymentId)
      .execute();
  }

  /**
   * Begins a return of a payment that is locked.
   * @returns false: another one is under way. One that is minutes old was left by a process that died: asking the
   * payment service takes a minute at most.
   */
  async claimReturn(trx: Trx, paymentId: string): Promise<boolean> {
    const result = await trx
      .updateTable('payments')
      .set({ return_claimed_at: sql`now()` })
      .where('id', '=', paymentId)
      .where(sql<boolean>`coalesce(return_claimed_at < now() - interval '3 minutes', true)`)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  async endReturn(trx: Trx, paymentId: string): Promise<void> {
    await trx.updateTable('payments').set({ return_claimed_at: null }).where('id', '=', paymentId).execute();
  }

  /** How often the card was charged for an invoice in vain, and when last. */
  async countFailures(trx: Trx, invoiceId: string): Promise<{ count: number; last: Date | null }> {
    const row = await trx
      .selectFrom('payments')
      .select((eb) => [eb.fn.countAll<bigint>().as('count'), eb.fn.max('updated_at').as('last')])
      .where('invoice_id', '=', invoiceId)
      .where('status', '=', 'failed')
      .executeTakeFirstOrThrow();
    return { count: Number(row.count), last: row.last };
  }

  /** Payments by one driver that bought nothing and go back. */
  async listToReturn(trx: Trx, driver: DriverName, limit: number): Promise<Payment[]> {
    const rows = await trx
      .selectFrom('payments')
      .select(COLUMNS)
      .where('to_return', '=', true)
      .where('driver', '=', driver)
      .orderBy('created_at')
      .limit(limit)
      .execute();
    return rows.map(toPayment);
  }

  /** Newest first; without an organization those of all, for operators. */
  async list(trx: Trx, { organizationId, invoiceId, before, limit }: PaymentFilter): Promise<Payment[]> {
    let query = trx.selectFrom('payments').select(COLUMNS);
    if (organizationId) query = query.where('organization_id', '=', organizationId);
    if (invoiceId) query = query.where('invoice_id', '=', invoiceId);
    if (before) query = query.where('id', '<', before);
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(toPayment);
  }

  /** Gives credits as a new lot; the same key again returns the first one. */
  async giveCredits(trx: Trx, credits: NewCredits): Promise<GivenLot> {
    const result = await sql<{ grant_id: string; amount: bigint }>`
      select grant_id, amount from public.credit_credits(
        ${credits.organizationId}::uuid, ${credits.credits}::bigint, ${credits.kind}::public.transaction_type,
        ${credits.idempotencyKey}, ${credits.description},
        coalesce(${credits.expiresAt}::timestamptz, now() + make_interval(days => ${credits.lastDays}::int)),
        ${credits.priority}::int)`.execute(trx);
    const line = result.rows[0];
    if (!line) throw new Error('credit_credits() answered nothing');
    return { grantId: line.grant_id, credits: line.amount };
  }

  /** Gives the current period's credits, once per period. Undefined: the plan has none, or they are not due. */
  async givePeriodCredits(trx: Trx, organizationId: string): Promise<GivenLot | undefined> {
    const result = await sql<{ grant_id: string | null; amount: bigint | null }>`
      select grant_id, amount from private.grant_plan_credits(${organizationId}::uuid)`.execute(trx);
    const line = result.rows[0];
    return line?.grant_id && line.amount !== null ? { grantId: line.grant_id, credits: line.amount } : undefined;
  }

  /** Takes credits back: from the payment's lot, then from what else is free; what is missing becomes a debt. */
  async clawBack(
    trx: Trx,
    paymentId: string,
    credits: bigint,
    key: string,
    reason: string,
  ): Promise<{ taken: bigint; owed: bigint }> {
    const result = await sql<{ taken: bigint; owed: bigint }>`
      select taken, owed from private.claw_back_payment(${paymentId}::uuid, ${credits}::bigint, ${key}, ${reason})`.execute(
      trx,
    );
    return result.rows[0] ?? { taken: 0n, owed: 0n };
  }

  /** Pays the organization's debts from what is free. @returns the credits */
  async collectDebts(trx: Trx, organizationId: string): Promise<bigint> {
    const result = await sql<{ collected: bigint }>`
      select private.collect_debts(${organizationId}::uuid) as collected`.execute(trx);
    return BigInt(result.rows[0]?.collected ?? 0);
  }

  /** What an organization owes, in credits. */
  async sumDebts(trx: Trx, organizationId: string): Promise<bigint> {
    const row = await trx
      .selectFrom('credit_debts')
      .select((eb) => eb.fn.sum<bigint | string | null>('remaining').as('owed'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    return BigInt(row?.owed ?? 0);
  }
}

type Row = Omit<Payment, 'driver' | 'currency'> & { driver: string; currency: string };

function toPayment(row: Row): Payment {
  return { ...row, driver: row.driver as DriverName, currency: row.currency as Currency };
} /** Which payments, and how many at most. */
export interface PaymentFilter {
  organizationId?: string;
  invoiceId?: string;
  /** The last payment of the page before. */
  before?: string;
  limit: number;
}
