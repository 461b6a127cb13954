import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '#core/audit';
import { AppConfig } from '#core/config';
import type { Trx } from '#core/db';
import type { NewEvent } from '#core/events';
import type { BillingParty } from '../profile/billing-profiles.repository.js';
import { InvoiceIssued, InvoiceVoided } from '../payments/payments.audit.js';
import { type Invoice, invoiceNumber, type InvoicePurpose, issuerOf, type LineAbout } from './invoice.js';
import { describeLine } from './invoice-texts.js';
import { InvoicesRepository, type NewInvoice } from './invoices.repository.js';

/** An invoice of one line, as those for plans, packs and returns are. */
export type Billed = Omit<NewInvoice, 'lines' | 'customer' | 'issuer'> & { about: LineAbout };

/** Issues and voids invoices, each with its audit line and event. */
@Injectable()
export class Invoicing {
  constructor(
    private readonly config: AppConfig,
    private readonly invoices: InvoicesRepository,
    private readonly audit: AuditTrail,
  ) {}

  async issue(trx: Trx, party: BillingParty, billed: Billed, by: AuditActor, events: NewEvent[]): Promise<Invoice> {
    const { about, ...invoice } = billed;
    const description = describeLine(about, party.locale);
    const { totalCents } = invoice;
    const issued = await this.invoices.issue(trx, {
      ...invoice,
      lines: [{ description, about, quantity: 1, unitCents: totalCents, totalCents }],
      customer: { legal_name: party.legalName ?? party.name, email: party.email },
      issuer: issuerOf(this.config.payments.issuer),
    });
    await this.audit.write(trx, InvoiceIssued, {
      by,
      organizationId: issued.organizationId,
      target: issued.id,
      after: { ...issued, number: invoiceNumber(issued) },
    });
    events.push({
      organizationId: issued.organizationId,
      type: 'invoice.issued',
      subjectId: issued.id,
      data: aboutInvoice(issued),
    });
    return issued;
  }

  /** Voids the open invoices of a subscription that something newer replaces. */
  async voidOpen(
    trx: Trx,
    subscriptionId: string,
    purposes: InvoicePurpose[],
    by: AuditActor,
    events: NewEvent[],
  ): Promise<void> {
    for (const invoice of await this.invoices.voidOpen(trx, subscriptionId, purposes)) {
      await this.tellVoid(trx, invoice, by, events);
    }
  }

  /** Voids one open invoice. @returns false: it was not open any more */
  async voidOne(trx: Trx, invoiceId: string, by: AuditActor, events: NewEvent[]): Promise<boolean> {
    const invoice = await this.invoices.voidOne(trx, invoiceId);
    if (invoice) await this.tellVoid(trx, invoice, by, events);
    return invoice !== undefined;
  }

  private async tellVoid(trx: Trx, invoice: Invoice, by: AuditActor, events: NewEvent[]): Promise<void> {
    const { id, organizationId } = invoice;
    await this.audit.write(trx, InvoiceVoided, {
      by,
      organizationId,
      target: id,
      before: { ...invoice, number: invoiceNumber(invoice) },
    });
    events.push({ organizationId, type: 'invoice.voided', subjectId: id, data: aboutInvoice(invoice) });
  }
}

/** What events say of an invoice. */
export function aboutInvoice(invoice: Invoice): Record<string, unknown> {
  return {
    invoiceId: invoice.id,
    number: invoiceNumber(invoice) ?? null,
    kind: invoice.kind,
    purpose: invoice.purpose,
    currency: invoice.currency,
    totalCents: Number(invoice.totalCents),
  };
}
