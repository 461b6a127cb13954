import { Inject, Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '#core/audit';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, type Trx, withService } from '#core/db';
import { EventsRepository, type NewEvent } from '#core/events';
import { MailOutbox } from '#core/mail';
import { EventSignals } from '#core/realtime';
import type { Invoice } from '../invoices/invoice.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { chargeOf } from '../payments/checkout.service.js';
import { Fulfilment } from '../payments/fulfilment.service.js';
import { PAYMENT_DRIVER, type PaymentDriver } from '../payments/payment-driver.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { InvoiceMail, mailAbout, OverdueMail } from '../payments.mails.js';
import { Settlement } from '../payments/settlement.service.js';
import { priceOf } from '../plans/plans.repository.js';
import { PlansService } from '../plans/plans.service.js';
import { type BillingParty, BillingProfilesRepository } from '../profile/billing-profiles.repository.js';
import { GRACE_DAYS, RENEWAL_LEAD_DAYS, RETRY_AFTER_DAYS } from './billing-policy.js';
import { type Subscription, SubscriptionsRepository } from './subscriptions.repository.js';

const BATCH = 100;

/** To be charged to the card on file, after the transaction. */
interface DueCharge {
  renewal: Invoice;
  overdueDays: number;
}

/**
 * The end of periods. A renewal is invoiced ahead, charged to the card on file when the period ends, and tried again
 * during the grace; an unpaid subscription then falls back to free. Every step looks at the rows as they are, under the
 * lock of the subscription, so that it may run twice, late, or in several workers.
 */
@Injectable()
export class Renewals {
  private readonly logger = new Logger('Payments');

  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly config: AppConfig,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly plans: PlansService,
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
    private readonly payments: PaymentsRepository,
    private readonly profiles: BillingProfilesRepository,
    private readonly fulfilment: Fulfilment,
    private readonly settlement: Settlement,
    private readonly mails: MailOutbox,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
  ) {}

  /** Looks at every subscription whose period ends soon. A failure of one does not stop the others. */
  async run(): Promise<void> {
    for (let after: string | undefined; ;) {
      const from = after;
      const due = await withService(this.db, 'billing', (trx) =>
        this.subscriptions.listDue(trx, RENEWAL_LEAD_DAYS, BATCH, from),
      );
      for (const organizationId of due) {
        await this.renew(organizationId).catch((error: unknown) =>
          this.logger.error({ err: error, organizationId }, 'A renewal failed and is tried again'),
        );
      }
      after = due.at(-1);
      if (due.length < BATCH) break;
    }
    await this.returnUnwanted();
  }

  /** One subscription, as far as it can go now. */
  async renew(organizationId: string): Promise<void> {
    const party = await this.profiles.findParty(this.db, organizationId);
    if (!party || party.closed) return;
    const charge = await withService(this.db, 'billing', async (trx) => {
      const events: NewEvent[] = [];
      const charge = await this.step(trx, organizationId, party, events);
      if (events.length > 0) await this.events.append(trx, events);
      return charge;
    });
    this.signals.announce([organizationId]);
    if (!charge || !this.driver.chargesCards) return;
    const { count } = await withService(this.db, 'billing', (trx) =>
      this.payments.countFailures(trx, charge.renewal.id),
    );
    if (charge.overdueDays < (RETRY_AFTER_DAYS[count] ?? Infinity)) return;
    const fact = await this.driver.chargeCard(chargeOf(charge.renewal, party), count + 1);
    if (fact) await this.settlement.settle(fact);
  }

  /** Gives back what came for nothing: payments of invoices that were void or paid already. */
  async returnUnwanted(): Promise<void> {
    const unwanted = await withService(this.db, 'billing', (trx) =>
      this.payments.listToReturn(trx, this.driver.name, BATCH),
    );
    for (const payment of unwanted) {
      if (!payment.externalId) continue;
      const fact = await this.driver.refund(payment.externalId, payment.amountCents, payment.id);
      if (fact) await this.settlement.settle(fact);
    }
  }

  private async step(
    trx: Trx,
    organizationId: string,
    party: BillingParty,
    events: NewEvent[],
  ): Promise<DueCharge | undefined> {
    const current = await this.subscriptions.lock(trx, organizationId);
    if (!current || current.plan === 'free') return undefined;
    const clock = await this.subscriptions.clock(trx, current.id, {
      leadDays: RENEWAL_LEAD_DAYS,
      graceDays: GRACE_DAYS,
    });
    if (!clock.endsSoon) return undefined;
    const ends = current.status === 'trialing' || current.cancelAtPeriodEnd;
    if (ends) return clock.over ? this.end(trx, current, events) : undefined;

    const known = await this.invoices.findRenewal(trx, current.id, current.periodEnd);
    const renewal = known ?? (await this.issueRenewal(trx, current, party, events));
    if (!clock.over) return undefined;
    // A larger plan for a period that is over is not to be bought any more.
    await this.invoicing.voidOpen(trx, current.id, ['upgrade'], SYSTEM, events);
    if (renewal.status === 'paid') {
      await this.fulfilment.advance(trx, renewal, SYSTEM, events);
      return undefined;
    }
    if (clock.graceOver) return this.end(trx, current, events);
    if (await this.subscriptions.fallDue(trx, current.id)) {
      await this.fulfilment.tell(trx, organizationId, SYSTEM, events);
      await this.mails.leave(trx, OverdueMail, mailAbout(renewal, party, this.config), {
        to: party.email,
        locale: party.locale,
        organizationId,
      });
    }
    return { renewal, overdueDays: clock.overdueDays };
  }

  private async end(trx: Trx, current: Subscription, events: NewEvent[]): Promise<undefined> {
    await this.fulfilment.fallBack(trx, current, SYSTEM, events);
    return undefined;
  }

  private async issueRenewal(
    trx: Trx,
    current: Subscription,
    party: BillingParty,
    events: NewEvent[],
  ): Promise<Invoice> {
    const plan = await this.plans.findPlan(current.pendingPlan ?? current.plan, trx);
    const renewal = await this.invoicing.issue(
      trx,
      party,
      {
        organizationId: current.organizationId,
        purpose: 'renewal',
        plan: plan.id,
        about: { kind: 'plan', plan: plan.name },
        currency: current.currency,
        totalCents: priceOf(plan, current.currency),
        subscriptionId: current.id,
        periodStart: current.periodEnd,
        periodEnd: await this.subscriptions.nextPeriodEnd(trx, current),
        dueInDays: RENEWAL_LEAD_DAYS,
        driver: this.driver.name,
      },
      SYSTEM,
      events,
    );
    await this.mails.leave(trx, InvoiceMail, mailAbout(renewal, party, this.config), {
      to: party.email,
      locale: party.locale,
      organizationId: current.organizationId,
    });
    return renewal;
  }
}
