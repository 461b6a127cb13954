import { Inject, Injectable } from '@nestjs/common';
import { type Db, InjectDb, type Trx, withService } from '#core/db';
import { NotFound } from '#core/errors';
import { EventsRepository, type NewEvent } from '#core/events';
import type { Person, Tenant } from '#core/http';
import { EventSignals } from '#core/realtime';
import { type Invoice, PLAN_PURPOSES } from '../invoices/invoice.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { InvoicesRepository } from '../invoices/invoices.repository.js';
import { DAY_MS } from '../moments.js';
import { currencyOf } from '../payments/currency.js';
import { CheckoutService } from '../payments/checkout.service.js';
import { Fulfilment } from '../payments/fulfilment.service.js';
import { PAYMENT_DRIVER, type PaymentDriver } from '../payments/payment-driver.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import {
  PlanUnchanged,
  PlanWithoutPrice,
  RenewalPaid,
  SeatsInUse,
  SubscriptionState,
  TrialUnavailable,
  TrialUsed,
} from '../payments.errors.js';
import { type Plan, priceOf } from '../plans/plans.repository.js';
import { PlansService } from '../plans/plans.service.js';
import type { BillingParty } from '../profile/billing-profiles.repository.js';
import { GRACE_DAYS } from './billing-policy.js';
import { PlanOrders } from './plan-orders.service.js';
import type { ChangePlanDto, SubscribeDto, SubscriptionChangeDto, SubscriptionDto } from './subscriptions.dto.js';
import { type Subscription, SubscriptionsRepository } from './subscriptions.repository.js';

/** What an organization decides about its plan. Larger plans begin once paid, smaller ones with the next period. */
@Injectable()
export class SubscriptionsService {
  constructor(
    @InjectDb() private readonly db: Db,
    @Inject(PAYMENT_DRIVER) private readonly driver: PaymentDriver,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly plans: PlansService,
    private readonly invoices: InvoicesRepository,
    private readonly invoicing: Invoicing,
    private readonly orders: PlanOrders,
    private readonly payments: PaymentsRepository,
    private readonly checkouts: CheckoutService,
    private readonly fulfilment: Fulfilment,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
  ) {}

  async get(tenant: Tenant): Promise<SubscriptionDto> {
    return withService(this.db, 'billing', async (trx) => {
      const subscription = await this.subscriptions.find(trx, tenant.organization.id);
      if (!subscription) throw NotFound();
      const owed = await this.payments.sumDebts(trx, tenant.organization.id);
      return toDto(subscription, owed, this.driver.name);
    });
  }

  /**
   * Orders a paid plan for an organization that is on the free one or on a trial. It begins once the invoice is paid.
   * @throws PlanUnknown, PlanWithoutPrice, CurrencyUnknown, SeatsInUse, SubscriptionState, PaymentServiceFailed
   */
  async subscribe(tenant: Tenant, request: SubscribeDto): Promise<SubscriptionChangeDto> {
    const plan = await this.plans.findPlan(request.plan);
    const party = await this.checkouts.partyOf(tenant.organization.id);
    const currency = currencyOf(request.currency ?? party.currency);
    const totalCents = priceOf(plan, currency);
    if (totalCents === 0n) throw PlanWithoutPrice('The free plan is what remains when a subscription is canceled.');
    assertSeats(plan, party);
    return this.change(tenant, async (trx, current, events) => {
      if (current.plan !== 'free' && current.status !== 'trialing') {
        throw SubscriptionState('There is a subscription already; change its plan instead.');
      }
      const offer = { plan, currency, totalCents };
      const same = await this.orders.findOpen(trx, current, offer);
      if (same) return same;
      await this.invoicing.voidOpen(trx, current.id, PLAN_PURPOSES, tenant, events);
      return this.orders.subscription({ trx, tenant, party, current, events }, offer);
    });
  }

  /**
   * A larger plan is ordered for the rest of the period at the difference; a smaller one begins with the next period.
   * @throws PlanUnknown, PlanUnchanged, PlanWithoutPrice, SeatsInUse, RenewalPaid, SubscriptionState, PaymentServiceFailed
   */
  async changePlan(tenant: Tenant, request: ChangePlanDto): Promise<SubscriptionChangeDto> {
    const wanted = await this.plans.findPlan(request.plan);
    const party = await this.checkouts.partyOf(tenant.organization.id);
    assertSeats(wanted, party);
    return this.change(tenant, async (trx, current, events) => {
      if (current.status !== 'active' || current.plan === 'free') {
        throw SubscriptionState(
          'Only a running paid subscription changes its plan; subscribe, or pay what is overdue.',
        );
      }
      const from = await this.plans.findPlan(current.plan, trx);
      if (from.id === wanted.id) {
        throw PlanUnchanged('To take back a change that waits for the next period, resume the subscription.');
      }
      if (priceOf(wanted, current.currency) === 0n)
        throw PlanWithoutPrice('Cancel the subscription to go back to free.');
      await this.assertRenewalOpen(trx, current);
      const same = await this.orders.findOpenUpgrade(trx, current, wanted);
      if (same) return same;
      await this.invoicing.voidOpen(trx, current.id, PLAN_PURPOSES, tenant, events);
      if (priceOf(wanted, current.currency) <= priceOf(from, current.currency)) {
        await this.schedule(trx, tenant, current, { pendingPlan: wanted.id, cancelAtPeriodEnd: false }, events);
        return undefined;
      }
      return this.orders.upgrade({ trx, tenant, party, current, events }, from, wanted);
    });
  }

  /** Ends a running subscription with its period; a trial or an overdue one at once. @throws SubscriptionState */
  async cancel(tenant: Tenant): Promise<SubscriptionChangeDto> {
    return this.change(tenant, async (trx, current, events) => {
      if (current.plan === 'free') throw SubscriptionState('There is no paid subscription to cancel.');
      if (current.status === 'active') await this.assertRenewalOpen(trx, current);
      if (current.status === 'active') {
        await this.invoicing.voidOpen(trx, current.id, PLAN_PURPOSES, tenant, events);
        await this.schedule(trx, tenant, current, { pendingPlan: null, cancelAtPeriodEnd: true }, events);
      } else {
        await this.fulfilment.fallBack(trx, current, tenant, events);
      }
      return undefined;
    });
  }

  /** Takes back a cancellation or a smaller plan that waits for the end of the period. @throws SubscriptionState */
  async resume(tenant: Tenant): Promise<SubscriptionChangeDto> {
    return this.change(tenant, async (trx, current, events) => {
      if (!current.cancelAtPeriodEnd && !current.pendingPlan)
        throw SubscriptionState('Nothing waits to be taken back.');
      await this.invoicing.voidOpen(trx, current.id, ['renewal'], tenant, events);
      await this.schedule(trx, tenant, current, { pendingPlan: null, cancelAtPeriodEnd: false }, events);
      return undefined;
    });
  }

  /**
   * Begins a trial: once for a person and once for an organization.
   * @throws PlanUnknown, TrialUnavailable, TrialUsed, SubscriptionState
   */
  async startTrial(tenant: Tenant & Person, request: ChangePlanDto): Promise<SubscriptionChangeDto> {
    const plan = await this.plans.findPlan(request.plan);
    if (plan.trialDays === 0) throw TrialUnavailable(`The plan ${plan.name} cannot be tried; subscribe to it.`);
    const organizationId = tenant.organization.id;
    return this.change(tenant, async (trx, current, events) => {
      if (current.plan !== 'free') throw SubscriptionState('A trial is for organizations on the free plan.');
      if (!(await this.subscriptions.takeTrial(trx, organizationId, tenant.userId))) {
        throw TrialUsed('Each person and each organization has one trial.');
      }
      await this.invoicing.voidOpen(trx, current.id, PLAN_PURPOSES, tenant, events);
      await this.subscriptions.end(trx, current.id);
      const { currency, externalCustomerId } = current;
      const trial = { plan: plan.id, status: 'trialing', trialDays: plan.trialDays } as const;
      await this.subscriptions.begin(trx, { organizationId, currency, externalCustomerId, driver: 'manual', ...trial });
      await this.payments.givePeriodCredits(trx, organizationId);
      await this.fulfilment.tell(trx, organizationId, tenant, events);
      return undefined;
    });
  }

  /** @throws RenewalPaid */
  private async assertRenewalOpen(trx: Trx, current: Subscription): Promise<void> {
    const renewal = await this.invoices.findRenewal(trx, current.id, current.periodEnd);
    if (renewal?.status === 'paid') throw RenewalPaid('Decide again once the period that is paid has begun.');
  }

  private async schedule(
    trx: Trx,
    tenant: Tenant,
    current: Subscription,
    next: { pendingPlan: string | null; cancelAtPeriodEnd: boolean },
    events: NewEvent[],
  ): Promise<void> {
    if (!(await this.subscriptions.schedule(trx, current.id, next))) {
      throw SubscriptionState('The period is over; pay what is due, or cancel.');
    }
    await this.fulfilment.tell(trx, current.organizationId, tenant, events);
  }

  /**
   * One decision: in a transaction, under the lock of the subscription; payment pages are opened and closed after it.
   * @param decide answers with the invoice that is to be paid for the change to take effect
   */
  private async change(
    tenant: Tenant,
    decide: (trx: Trx, current: Subscription, events: NewEvent[]) => Promise<Invoice | undefined>,
  ): Promise<SubscriptionChangeDto> {
    const { id } = tenant.organization;
    const order = await withService(this.db, 'billing', async (trx) => {
      const current = await this.subscriptions.lock(trx, id);
      if (!current) throw NotFound();
      const events: NewEvent[] = [];
      const order = await decide(trx, current, events);
      if (events.length > 0) await this.events.append(trx, events);
      return order;
    });
    this.signals.announce([id]);
    await this.checkouts.closeVoid(id);
    return {
      subscription: await this.get(tenant),
      checkout: order ? await this.checkouts.open(id, order.id) : null,
    };
  }
}

/** @throws SeatsInUse */
function assertSeats(plan: Plan, party: BillingParty): void {
  if (party.members > plan.seats) {
    throw SeatsInUse(`${party.members} people belong here, ${plan.name} has ${plan.seats} seats. Remove some first.`);
  }
}

function toDto(subscription: Subscription, owed: bigint, paymentDriver: string): SubscriptionDto {
  const { pastDueSince } = subscription;
  return {
    id: subscription.id,
    plan: subscription.plan,
    status: subscription.status,
    currency: subscription.currency,
    periodStart: subscription.periodStart,
    periodEnd: subscription.periodEnd,
    trialEndsAt: subscription.trialEndsAt,
    graceEndsAt: pastDueSince && new Date(pastDueSince.getTime() + GRACE_DAYS * DAY_MS),
    pendingPlan: subscription.pendingPlan,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    owedCredits: Number(owed),
    paymentDriver,
  };
}
