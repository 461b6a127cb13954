import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';
import type { Currency } from '../money.js';
import {
  type DriverName,
  type Invoice,
  type InvoiceLine,
  type InvoicePurpose,
  type InvoiceStatus,
  ORDER_PURPOSES,
  readLines,
  readParty,
  writeLines,
} from './invoice.js';

export interface NewInvoice {
  organizationId: string;
  kind?: 'invoice' | 'credit_note';
  creditNoteOf?: string;
  purpose?: InvoicePurpose;
  plan?: string;
  /** Of an upgrade: the plan it begins from. */
  planBefore?: string;
  packId?: string;
  credits?: bigint;
  currency: Currency;
  totalCents: bigint;
  lines: InvoiceLine[];
  /** For organizations without a billing profile. */
  customer: object;
  issuer: object;
  subscriptionId?: string;
  periodStart?: Date;
  periodEnd?: Date;
  dueInDays?: number;
  driver: DriverName;
}

export interface InvoiceFilter {
  status?: InvoiceStatus;
  /** The last invoice of the page before. */
  before?: string;
  limit: number;
}

export interface OpenInvoiceFilter {
  organizationId?: string;
  /** Within the organization's series of invoices. */
  number?: bigint;
  /** The last invoice of the page before. */
  after?: string;
  limit: number;
}

const COLUMNS = [
  'id',
  'organization_id as organizationId',
  'kind',
  'series',
  'number',
  'status',
  'purpose',
  'plan',
  'pack_id as packId',
  'credits',
  'currency',
  'subtotal_cents as subtotalCents',
  'tax_cents as taxCents',
  'total_cents as totalCents',
  'lines',
  'customer',
  'issuer',
  'credit_note_of as creditNoteOf',
  'subscription_id as subscriptionId',
  'period_start as periodStart',
  'period_end as periodEnd',
  'due_at as dueAt',
  'issued_at as issuedAt',
  'paid_at as paidAt',
  'voided_at as voidedAt',
  'driver',
  'external_id as externalId',
  'created_at as createdAt',
] as const;

/** Invoices. Their numbers are given by `private.issue_invoice()`, without gaps; a trigger keeps what was issued. */
@Injectable()
export class InvoicesRepository {
  /** Writes and issues an invoice: from here on it says for ever what it says. */
  async issue(trx: Trx, invoice: NewInvoice): Promise<Invoice> {
    const { id } = await trx
      .insertInto('invoices')
      .values({
        organization_id: invoice.organizationId,
        kind: invoice.kind ?? 'invoice',
        series: invoice.kind === 'credit_note' ? 'C' : 'A',
        credit_note_of: invoice.creditNoteOf,
        purpose: invoice.purpose,
        plan: invoice.plan as 'free' | undefined,
        plan_before: invoice.planBefore as 'free' | undefined,
        pack_id: invoice.packId,
        credits: invoice.credits,
        currency: invoice.currency,
        subtotal_cents: invoice.totalCents,
        total_cents: invoice.totalCents,
        lines: JSON.stringify(writeLines(invoice.lines)),
        customer: JSON.stringify(invoice.customer),
        issuer: JSON.stringify(invoice.issuer),
        subscription_id: invoice.subscriptionId,
        period_start: invoice.periodStart,
        period_end: invoice.periodEnd,
        due_at: sql<Date>`now() + make_interval(days => ${invoice.dueInDays ?? 0}::int)`,
        driver: invoice.driver,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`select 1 from private.issue_invoice(${id}::uuid)`.execute(trx);
    return toInvoice(await trx.selectFrom('invoices').select(COLUMNS).where('id', '=', id).executeTakeFirstOrThrow());
  }

  /** One invoice of an organization. */
  async find(trx: Trx, organizationId: string, invoiceId: string): Promise<Invoice | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('id', '=', invoiceId)
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /** Any invoice, locked until commit: who pays it is first, and alone. */
  async lock(trx: Trx, invoiceId: string): Promise<Invoice | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('id', '=', invoiceId)
      .forUpdate()
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /** Issued invoices and credit notes, newest first. */
  async list(trx: Trx, organizationId: string, { status, before, limit }: InvoiceFilter): Promise<Invoice[]> {
    let query = trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('status', '<>', 'draft');
    if (status) query = query.where('status', '=', status);
    if (before) query = query.where('id', '<', before);
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(toInvoice);
  }

  /** The open invoices of all organizations, the ones due first, for operators. */
  async listOpen(trx: Trx, { organizationId, number, after, limit }: OpenInvoiceFilter): Promise<Invoice[]> {
    let query = trx.selectFrom('invoices').select(COLUMNS).where('status', '=', 'open').where('kind', '=', 'invoice');
    if (organizationId) query = query.where('organization_id', '=', organizationId);
    if (number) query = query.where('number', '=', number);
    if (after) {
      query = query.where(
        sql<boolean>`(due_at, id) > (select last.due_at, last.id from public.invoices last where last.id = ${after}::uuid)`,
      );
    }
    const rows = await query.orderBy('due_at').orderBy('id').limit(limit).execute();
    return rows.map(toInvoice);
  }

  /** @returns false: it was not open any more. */
  async markPaid(trx: Trx, invoiceId: string): Promise<boolean> {
    const result = await trx
      .updateTable('invoices')
      .set({ status: 'paid', paid_at: sql`now()` })
      .where('id', '=', invoiceId)
      .where('status', '=', 'open')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Voids the open invoices of a subscription that something newer replaces. */
  async voidOpen(trx: Trx, subscriptionId: string, purposes: InvoicePurpose[]): Promise<Invoice[]> {
    const rows = await trx
      .updateTable('invoices')
      .set({ status: 'void', voided_at: sql`now()` })
      .where('subscription_id', '=', subscriptionId)
      .where('purpose', 'in', purposes)
      .where('status', '=', 'open')
      .returning(COLUMNS)
      .execute();
    return rows.map(toInvoice);
  }

  /** The renewal of a subscription for the period that begins then: open, or paid with money that did not go back. */
  async findRenewal(trx: Trx, subscriptionId: string, periodStart: Date): Promise<Invoice | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('subscription_id', '=', subscriptionId)
      .where('purpose', '=', 'renewal')
      .where('status', 'in', ['open', 'paid'])
      .where((eb) => eb.or([eb('status', '=', 'open'), isKept()]))
      .where('period_start', '=', periodStart)
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /**
   * The plan of a period as its upgrades leave it: that of the last one whose money did not go back, else the one before
   * the first. Undefined: there was no upgrade, or it does not tell what was before.
   */
  async findUpgradedPlan(trx: Trx, subscriptionId: string, periodStart: Date): Promise<string | undefined> {
    const upgrades = await trx
      .selectFrom('invoices')
      .select(['plan', 'plan_before as before', isKept().as('kept')])
      .where('subscription_id', '=', subscriptionId)
      .where('purpose', '=', 'upgrade')
      .where('status', '=', 'paid')
      .where('period_start', '=', periodStart)
      .orderBy('paid_at')
      .execute();
    return upgrades.findLast(({ kept }) => kept)?.plan ?? upgrades[0]?.before ?? undefined;
  }

  /** The open order of a plan, so that asking for it twice is one order. */
  async findOpenOrder(
    trx: Trx,
    subscriptionId: string,
    purpose: InvoicePurpose,
    order: { plan: string; currency: Currency; totalCents: bigint },
  ): Promise<Invoice | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('subscription_id', '=', subscriptionId)
      .where('purpose', '=', purpose)
      .where('status', '=', 'open')
      .where('plan', '=', order.plan as 'free')
      .where('currency', '=', order.currency)
      .where('total_cents', '=', order.totalCents)
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /** The open order of a larger plan in this period, not older than a day: its price shrinks with what is left. */
  async findOpenUpgrade(trx: Trx, subscriptionId: string, plan: string, periodEnd: Date): Promise<Invoice | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('subscription_id', '=', subscriptionId)
      .where('purpose', '=', 'upgrade')
      .where('status', '=', 'open')
      .where('plan', '=', plan as 'free')
      .where(sql<boolean>`abs(extract(epoch from period_end - ${periodEnd}::timestamptz)) < 1`)
      .where(sql<boolean>`issued_at > now() - interval '1 day'`)
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /** The open order of the same pack, so that asking for it twice is one order. */
  async findOpenPack(
    trx: Trx,
    organizationId: string,
    order: { packId: string; currency: Currency; totalCents: bigint },
  ): Promise<Invoice | undefined> {
    const row = await trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('purpose', '=', 'top_up')
      .where('status', '=', 'open')
      .where('pack_id', '=', order.packId)
      .where('currency', '=', order.currency)
      .where('total_cents', '=', order.totalCents)
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /** Orders that were due so many days ago and were not paid, of all organizations; `after` is the last one seen. */
  async listUnpaidOrders(trx: Trx, days: number, limit: number, after?: string): Promise<Invoice[]> {
    let query = trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('status', '=', 'open')
      .where('purpose', 'in', ORDER_PURPOSES)
      .where('due_at', '<', sql<Date>`now() - make_interval(days => ${days}::int)`);
    if (after) query = query.where('id', '>', after);
    return (await query.orderBy('id').limit(limit).execute()).map(toInvoice);
  }

  /** Void invoices whose payment page was opened and has not been closed. */
  async listVoidWithPage(
    trx: Trx,
    { driver, organizationId, limit }: { driver: DriverName; organizationId?: string; limit: number },
  ): Promise<Invoice[]> {
    let query = trx
      .selectFrom('invoices')
      .select(COLUMNS)
      .where('status', '=', 'void')
      .where('external_id', 'is not', null)
      .where('driver', '=', driver);
    if (organizationId) query = query.where('organization_id', '=', organizationId);
    return (await query.orderBy('id').limit(limit).execute()).map(toInvoice);
  }

  /** Voids one open invoice. Undefined: it was not open any more */
  async voidOne(trx: Trx, invoiceId: string): Promise<Invoice | undefined> {
    const row = await trx
      .updateTable('invoices')
      .set({ status: 'void', voided_at: sql`now()` })
      .where('id', '=', invoiceId)
      .where('status', '=', 'open')
      .returning(COLUMNS)
      .executeTakeFirst();
    return row && toInvoice(row);
  }

  /** @param externalId null: the page is closed */
  async setExternalId(trx: Trx, invoiceId: string, externalId: string | null): Promise<void> {
    await trx.updateTable('invoices').set({ external_id: externalId }).where('id', '=', invoiceId).execute();
  }
}

/** Whether the money that paid an invoice is still here; what came for nothing does not count. */
function isKept() {
  return sql<boolean>`exists (
    select from public.payments p where p.invoice_id = invoices.id and p.status = 'succeeded' and not p.to_return)`;
}

type Row = Omit<Invoice, 'lines' | 'customer' | 'issuer' | 'currency' | 'driver' | 'kind' | 'purpose'> & {
  lines: unknown;
  customer: unknown;
  issuer: unknown;
  currency: string;
  driver: string;
  kind: string;
  purpose: string | null;
};

function toInvoice(row: Row): Invoice {
  return {
    ...row,
    kind: row.kind as Invoice['kind'],
    purpose: row.purpose as Invoice['purpose'],
    currency: row.currency as Currency,
    driver: row.driver as DriverName,
    lines: readLines(row.lines),
    customer: readParty(row.customer),
    issuer: readParty(row.issuer),
  };
}
