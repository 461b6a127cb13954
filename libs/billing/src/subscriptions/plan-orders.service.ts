import { Inject, Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';
import type { NewEvent } from '#core/events';
import type { Tenant } from '#core/http';
import type { Invoice } from '../invoices/invoice.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import type { Currency } from '../money.js';
import { PAYMENT_DRIVER, type PaymentDriver } from '../payments/payment-driver.js';
import { SubscriptionState } from '../payments.errors.js';
import { type Plan, priceOf } from '../plans/plans.repository.js';
import type { BillingParty } from '../profile/billing-profiles.repository.js';
import { GRACE_DAYS } from './billing-policy.js';
import { prorate } from './proration.js';
import { type Subscription, SubscriptionsRepository } from './subscriptions.repository.js';

const DAY_SECONDS = 86_400;
/** Payment services refuse to charge less. */
const SMALLEST_CHARGE_CENTS = 50n;

/** A decision that is being made: under the lock of the subscription, with the events it will tell. */
export interface Decision {
  trx: Trx;
  tenant: Tenant;
  party: BillingParty;
  current: Subscription;
  events: NewEvent[];
}

/** A month of a plan at its price. */
export interface PlanOffer {
  plan: Plan;
  currency: Currency;
  totalCents: bigint;
}

/** The invoices by which plans are ordered; the plan begins once its invoice is paid. */
@Injectable()
export class PlanOrders {
  constructor(
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
  ) {}

  /** The order for the very same, when there is one: asking twice orders once. */
  findOpen(trx: Trx, current: Subscription, { plan, ...price }: PlanOffer): Promise<Invoice | undefined> {
    return this.invoices.findOpenOrder(trx, current.id, 'subscription', { plan: plan.id, ...price });
  }

  /** The same for a larger plan: its price changes by the second, the order asked for today stays. */
  findOpenUpgrade(trx: Trx, current: Subscription, to: Plan): Promise<Invoice | undefined> {
    return this.invoices.findOpenUpgrade(trx, current.id, to.id, current.periodEnd);
  }

  /** The first month of a plan. */
  subscription({ trx, tenant, party, current, events }: Decision, offer: PlanOffer): Promise<Invoice> {
    const { plan, currency, totalCents } = offer;
    return this.invoicing.issue(
      trx,
      party,
      {
        organizationId: current.organizationId,
        purpose: 'subscription',
        plan: plan.id,
        about: { kind: 'plan', plan: plan.name },
        currency,
        totalCents,
        subscriptionId: current.id,
        dueInDays: GRACE_DAYS,
        driver: this.driver.name,
      },
      tenant,
      events,
    );
  }

  /**
   * A larger plan for the rest of the period, at the difference.
   * @throws SubscriptionState when too little of the period is left
   */
  async upgrade({ trx, tenant, party, current, events }: Decision, from: Plan, to: Plan): Promise<Invoice> {
    const worth = (plan: Plan) => ({ priceCents: priceOf(plan, current.currency), credits: plan.monthlyCredits });
    const remaining = await this.subscriptions.remainingSeconds(trx, current.id);
    const { priceCents, credits } = prorate(worth(from), worth(to), remaining);
    if (remaining.part === 0n) {
      throw SubscriptionState('The period is over: change the plan once the next one is paid.');
    }
    if (priceCents < SMALLEST_CHARGE_CENTS) {
      throw SubscriptionState('The period is nearly over: change the plan once the next one has begun.');
    }
    return this.invoicing.issue(
      trx,
      party,
      {
        organizationId: current.organizationId,
        purpose: 'upgrade',
        plan: to.id,
        planBefore: from.id,
        about: { kind: 'upgrade', from: from.name, to: to.name },
        credits: credits > 0n ? credits : undefined,
        currency: current.currency,
        totalCents: priceCents,
        subscriptionId: current.id,
        periodStart: current.periodStart,
        periodEnd: current.periodEnd,
        dueInDays: Math.min(GRACE_DAYS, Math.floor(Number(remaining.part) / DAY_SECONDS)),
        driver: this.driver.name,
      },
      tenant,
      events,
    );
  }
}
