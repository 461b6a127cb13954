import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '#core/audit';
import { AppConfig } from '#core/config';
import type { Trx } from '#core/db';
import type { NewEvent } from '#core/events';
import type { BillingParty } from '../profile/billing-profiles.repository.js';
import { InvoiceIssued } from '../payments/payments.audit.js';
import { type Invoice, invoiceNumber, issuerOf, type LineAbout } from './invoice.js';
import { describeLine } from './invoice-texts.js';
import { InvoicesRepository, type NewInvoice } from './invoices.repository.js';

/** An invoice of one line, as those for plans, packs and returns are. */
export type Billed = Omit<NewInvoice, 'lines' | 'customer' | 'issuer'> & { about: LineAbout };

/** Issues invoices, with their audit line and event. */
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
