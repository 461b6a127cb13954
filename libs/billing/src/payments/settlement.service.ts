import { Injectable, Logger } from '@nestjs/common';
import { type AuditActor, AuditTrail, SYSTEM } from '#core/audit';
import { type Db, InjectDb, type Trx, withService } from '#core/db';
import { EventsRepository, type NewEvent } from '#core/events';
import { EventSignals } from '#core/realtime';
import { type Invoice, invoiceNumber } from '../invoices/invoice.js';
import { aboutInvoice } from '../invoices/invoicing.service.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { Fulfilment } from './fulfilment.service.js';
import type { PaymentFact } from './payment-driver.js';
import { InvoicePaid, PaymentUnexpected } from './payments.audit.js';
import { type Payment, PaymentsRepository } from './payments.repository.js';
import { Returns } from './returns.service.js';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository.js';

/** What a fact did. */
export type Settled = 'paid' | 'failed' | 'returned' | 'unexpected' | 'nothing' | 'unknown';

/**
 * Turns facts about payments into effects: invoice paid, credits given or taken back, subscription changed, events and
 * audit lines told, all in one transaction. A fact that is told again, late or out of order changes nothing: the
 * invoice and the payment are locked, and only what is new has an effect.
 */
@Injectable()
export class Settlement {
  private readonly logger = new Logger('Payments');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly invoices: InvoicesRepository,
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly fulfilment: Fulfilment,
    private readonly returns: Returns,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly audit: AuditTrail,
  ) {}

  /** Settles a fact in a transaction of its own. */
  async settle(fact: PaymentFact, by: AuditActor = SYSTEM): Promise<Settled> {
    return this.run((trx) => this.apply(trx, fact, by));
  }

  /**
   * Takes a notice of the payment service and settles what it is about, in one transaction: neither exists without the
   * other.
   * @returns undefined when the notice was taken before.
   */
  async settleNotice(
    notice: { id: string; type: string; payload: object },
    fact: PaymentFact | undefined,
  ): Promise<Settled | undefined> {
    return this.run(async (trx) => {
      if (!(await this.payments.takeNotice(trx, notice))) return { settled: undefined, events: [] };
      return fact ? this.apply(trx, fact, SYSTEM) : { settled: 'unknown' as const, events: [] };
    });
  }

  private async run<T>(work: (trx: Trx) => Promise<{ settled: T; events: NewEvent[] }>): Promise<T> {
    const { settled, events } = await withService(this.db, 'billing', async (trx) => {
      const done = await work(trx);
      // Last: it locks the organization's counter of events until the commit.
      if (done.events.length > 0) await this.events.append(trx, done.events);
      return done;
    });
    this.signals.announce(events.map((event) => event.organizationId));
    return settled;
  }

  private async apply(trx: Trx, fact: PaymentFact, by: AuditActor): Promise<{ settled: Settled; events: NewEvent[] }> {
    const invoice = await this.invoices.lock(trx, fact.invoiceId);
    if (!invoice) {
      this.logger.warn(`A payment (${fact.driver} ${fact.externalId}) names an invoice that does not exist`);
      return { settled: 'unknown', events: [] };
    }
    if (fact.customerId) await this.subscriptions.setCustomer(trx, invoice.organizationId, fact.customerId);
    // Nothing is known of it that could be told or undone.
    if (fact.status === 'pending') return { settled: 'nothing', events: [] };
    const payment = await this.payments.lock(trx, fact, invoice, purposeOf(invoice));
    if (fact.status === 'failed') return this.fail(trx, invoice, payment, fact);

    const events: NewEvent[] = [];
    let settled: Settled = 'nothing';
    if (payment.status === 'pending' || payment.status === 'failed') {
      const fits = fact.amountCents === invoice.totalCents && fact.currency === invoice.currency;
      const paid = fits && (await this.pay(trx, invoice, payment, fact, by, events));
      settled = paid ? 'paid' : 'unexpected';
      if (!paid) await this.keepForReturn(trx, invoice, payment, fact, by);
    }
    const paidInvoice = (await this.invoices.lock(trx, invoice.id)) ?? invoice;
    if (await this.returns.apply(trx, paidInvoice, payment.id, fact, by, events)) settled = 'returned';
    return { settled, events };
  }

  /** @returns false when the invoice is not to be paid any more */
  private async pay(
    trx: Trx,
    invoice: Invoice,
    payment: Payment,
    fact: PaymentFact,
    by: AuditActor,
    events: NewEvent[],
  ): Promise<boolean> {
    if (invoice.status !== 'open') return false;
    // The invoice first: what is given may look whether it is paid.
    if (!(await this.fulfilment.isStillWanted(trx, invoice))) return false;
    await this.invoices.markPaid(trx, invoice.id);
    await this.payments.markSucceeded(trx, payment.id, fact.method, false);
    await this.fulfilment.fulfil(trx, invoice, by, fact.customerId, events);
    await this.audit.write(trx, InvoicePaid, {
      by,
      organizationId: invoice.organizationId,
      target: invoice.id,
      after: { ...invoice, number: invoiceNumber(invoice), driver: fact.driver, method: fact.method },
    });
    events.push({
      organizationId: invoice.organizationId,
      type: 'invoice.paid',
      subjectId: invoice.id,
      data: { ...aboutInvoice(invoice), method: fact.method },
    });
    return true;
  }

  private async keepForReturn(
    trx: Trx,
    invoice: Invoice,
    payment: Payment,
    fact: PaymentFact,
    by: AuditActor,
  ): Promise<void> {
    this.logger.error(
      `Payment ${payment.id} of ${fact.amountCents} ${fact.currency} cents does not fit invoice ${invoice.id} (${invoice.status}): it goes back`,
    );
    await this.payments.markSucceeded(trx, payment.id, fact.method, true);
    await this.audit.write(trx, PaymentUnexpected, {
      by,
      organizationId: invoice.organizationId,
      target: payment.id,
      after: fact,
    });
  }

  private async fail(
    trx: Trx,
    invoice: Invoice,
    payment: Payment,
    fact: PaymentFact,
  ): Promise<{ settled: Settled; events: NewEvent[] }> {
    if (!(await this.payments.markFailed(trx, payment.id, fact.failureReason)))
      return { settled: 'nothing', events: [] };
    const event: NewEvent = {
      organizationId: invoice.organizationId,
      type: 'payment.failed',
      subjectId: invoice.id,
      data: { ...aboutInvoice(invoice), reason: fact.failureReason },
    };
    return { settled: 'failed', events: [event] };
  }
}

function purposeOf({ purpose }: Invoice): string {
  return purpose === 'top_up' || purpose === 'auto_top_up' ? purpose : 'subscription';
}
