import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '#core/audit';
import type { Trx } from '#core/db';
import type { NewEvent } from '#core/events';
import { type Invoice, invoiceNumber } from '../invoices/invoice.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { isSameMoment } from '../moments.js';
import { share } from '../money.js';
import { BillingProfilesRepository } from '../profile/billing-profiles.repository.js';
import { SubscriptionsRepository } from '../subscriptions/subscriptions.repository.js';
import { AutoTopUpsRepository } from '../top-ups/auto-top-ups.repository.js';
import { Fulfilment } from './fulfilment.service.js';
import type { PaymentFact } from './payment-driver.js';
import { PaymentReturned } from './payments.audit.js';
import { type Payment, PaymentsRepository } from './payments.repository.js';

/**
 * Money that went back. Its share of the credits goes with it: first what the payment's own lot has left, then whatever
 * else is free. What was spent by then is a debt, which the next credits that come pay first; balances never go below
 * zero. A credit note says what was returned. See docs/adr/0015.
 */
@Injectable()
export class Returns {
  constructor(
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
    private readonly payments: PaymentsRepository,
    private readonly profiles: BillingProfilesRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly autoTopUps: AutoTopUpsRepository,
    private readonly fulfilment: Fulfilment,
    private readonly audit: AuditTrail,
  ) {}

  /** @returns whether the fact told of more money that went back than was known */
  async apply(
    trx: Trx,
    invoice: Invoice,
    paymentId: string,
    fact: PaymentFact,
    by: AuditActor,
    events: NewEvent[],
  ): Promise<boolean> {
    const payment = await this.payments.lockById(trx, paymentId);
    const returned = fact.disputed ? fact.amountCents : fact.refundedCents;
    if (!payment || returned <= payment.refundedCents) return false;
    const whole = returned === payment.amountCents;
    const boughtSomething = !payment.toReturn;
    await this.payments.markReturned(
      trx,
      payment.id,
      returned,
      fact.disputed ? 'disputed' : whole ? 'refunded' : 'succeeded',
    );
    if (boughtSomething && whole) await this.takePlan(trx, invoice, by, events);
    const credits = await this.takeCredits(trx, payment, returned, fact.disputed);
    if (boughtSomething) await this.issueCreditNote(trx, invoice, returned - payment.refundedCents, by, events);
    if (fact.disputed) await this.autoTopUps.disable(trx, invoice.organizationId);
    await this.audit.write(trx, PaymentReturned, {
      by,
      organizationId: invoice.organizationId,
      target: payment.id,
      after: {
        refundedCents: returned,
        disputed: fact.disputed,
        takenCredits: credits.taken,
        owedCredits: credits.owed,
      },
    });
    events.push({
      organizationId: invoice.organizationId,
      type: 'payment.returned',
      subjectId: invoice.id,
      data: {
        invoiceId: invoice.id,
        number: invoiceNumber(invoice) ?? null,
        currency: invoice.currency,
        refundedCents: Number(returned),
        disputed: fact.disputed,
        takenCredits: Number(credits.taken),
        owedCredits: Number(credits.owed),
      },
    });
    return true;
  }

  private async takeCredits(
    trx: Trx,
    payment: Payment,
    returned: bigint,
    disputed: boolean,
  ): Promise<{ taken: bigint; owed: bigint }> {
    const due = share(payment.credits ?? 0n, returned, payment.amountCents) - payment.clawedBackCredits;
    if (due <= 0n) return { taken: 0n, owed: 0n };
    const reason = disputed ? 'Chargeback' : 'Refund';
    return this.payments.clawBack(trx, payment.id, due, `return-${payment.id}-${returned}`, reason);
  }

  /** The plan that was paid with this money, if it is the current period's. */
  private async takePlan(trx: Trx, invoice: Invoice, by: AuditActor, events: NewEvent[]): Promise<void> {
    if (invoice.purpose === 'upgrade') return this.undoUpgrade(trx, invoice, by, events);
    if (invoice.purpose === 'subscription' || invoice.purpose === 'renewal')
      return this.endPaidPeriod(trx, invoice, by, events);
  }

  /** The plan before the upgrade is there again, and what was ordered on top of it is void. */
  private async undoUpgrade(trx: Trx, invoice: Invoice, by: AuditActor, events: NewEvent[]): Promise<void> {
    const { subscriptionId, periodStart } = invoice;
    const current = await this.subscriptions.lock(trx, invoice.organizationId);
    if (!subscriptionId || !periodStart || current?.id !== subscriptionId) return;
    const plan = await this.invoices.findUpgradedPlan(trx, subscriptionId, periodStart);
    if (!plan || !(await this.subscriptions.downgrade(trx, subscriptionId, plan, periodStart))) return;
    await this.invoicing.voidOpen(trx, subscriptionId, ['upgrade', 'renewal'], by, events);
    await this.fulfilment.tell(trx, invoice.organizationId, by, events);
  }

  /** A subscription whose current period was paid with this money ends with it. */
  private async endPaidPeriod(trx: Trx, invoice: Invoice, by: AuditActor, events: NewEvent[]): Promise<void> {
    const current = await this.subscriptions.lock(trx, invoice.organizationId);
    if (!current || current.plan === 'free' || current.status === 'trialing') return;
    const began = invoice.purpose === 'subscription' ? invoice.paidAt : invoice.periodStart;
    if (!began || !isSameMoment(began, current.periodStart)) return;
    await this.fulfilment.fallBack(trx, current, by, events);
  }

  private async issueCreditNote(
    trx: Trx,
    invoice: Invoice,
    cents: bigint,
    by: AuditActor,
    events: NewEvent[],
  ): Promise<void> {
    const party = await this.profiles.findParty(trx, invoice.organizationId);
    if (!party) return;
    const { organizationId, currency, driver } = invoice;
    const about = { kind: 'refund', invoice: invoiceNumber(invoice) ?? '' } as const;
    const note = {
      organizationId,
      currency,
      driver,
      kind: 'credit_note',
      creditNoteOf: invoice.id,
      totalCents: cents,
    } as const;
    const issued = await this.invoicing.issue(trx, party, { ...note, about }, by, events);
    await this.invoices.markPaid(trx, issued.id);
  }
}
