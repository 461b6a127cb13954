import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '#core/audit';
import type { Trx } from '#core/db';
import type { NewEvent } from '#core/events';
import { type Invoice, PLAN_PURPOSES } from '../invoices/invoice.js';
import { Invoicing } from '../invoices/invoicing.service.js';
import { isSameMoment } from '../moments.js';
import { type Subscription, SubscriptionsRepository } from '../subscriptions/subscriptions.repository.js';
import { SubscriptionChanged } from './payments.audit.js';
import { type GivenLot, PaymentsRepository } from './payments.repository.js';

/** Bought credits last a year; those of a plan end with its month. */
const PACK_DAYS = 365;
/** What ends sooner burns first: the month's credits before the bought ones. */
const MONTHLY_PRIORITY = 50;
const PACK_PRIORITY = 100;

/** Gives what a paid invoice buys, once: the invoice is locked, and becomes paid in the same transaction. */
@Injectable()
export class Fulfilment {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly invoicing: Invoicing,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Whether the subscription that the invoice was made for is still there to be changed. Locks it.
   * Packs are wanted while the organization is there: a closed one has no subscription.
   */
  async isStillWanted(trx: Trx, invoice: Invoice): Promise<boolean> {
    const current = await this.subscriptions.lock(trx, invoice.organizationId);
    if (!current) return false;
    if (invoice.subscriptionId === null || invoice.purpose === null) return true;
    if (current.id !== invoice.subscriptionId) return false;
    if (invoice.purpose !== 'upgrade') return true;
    const { periodStart } = invoice;
    return current.status === 'active' && periodStart !== null && isSameMoment(current.periodStart, periodStart);
  }

  /** Changes the subscription or adds the credits; debts are paid first from whatever came. */
  async fulfil(
    trx: Trx,
    invoice: Invoice,
    by: AuditActor,
    customerId: string | null,
    events: NewEvent[],
  ): Promise<void> {
    const lot = await this.give(trx, invoice, by, customerId, events);
    if (lot) await this.payments.setGrant(trx, invoice.id, lot);
    await this.payments.collectDebts(trx, invoice.organizationId);
  }

  /**
   * Begins the period that a renewal paid for, if the one before is over.
   * @returns false: it is not over yet, or has begun already
   */
  async advance(trx: Trx, renewal: Invoice, by: AuditActor, events: NewEvent[]): Promise<boolean> {
    const { subscriptionId, plan, periodStart, periodEnd, organizationId } = renewal;
    if (!subscriptionId || !plan || !periodStart || !periodEnd) return false;
    if (!(await this.subscriptions.advance(trx, subscriptionId, plan, periodStart, periodEnd))) return false;
    const lot = await this.payments.givePeriodCredits(trx, organizationId);
    if (lot) await this.payments.setGrant(trx, renewal.id, lot);
    await this.payments.collectDebts(trx, organizationId);
    await this.tell(trx, organizationId, by, events);
    return true;
  }

  /** Falls back to the free plan, with its credits where they are due; what was ordered for the one that ended is void. */
  async fallBack(trx: Trx, ended: Subscription, by: AuditActor, events: NewEvent[]): Promise<void> {
    if (!(await this.subscriptions.end(trx, ended.id))) return;
    await this.invoicing.voidOpen(trx, ended.id, PLAN_PURPOSES, by, events);
    await this.subscriptions.begin(trx, {
      organizationId: ended.organizationId,
      plan: 'free',
      status: 'active',
      driver: 'manual',
      currency: ended.currency,
      externalCustomerId: ended.externalCustomerId,
    });
    await this.payments.givePeriodCredits(trx, ended.organizationId);
    await this.payments.collectDebts(trx, ended.organizationId);
    await this.tell(trx, ended.organizationId, by, events);
  }

  /** The audit line and the event of a subscription that changed. */
  async tell(trx: Trx, organizationId: string, by: AuditActor, events: NewEvent[]): Promise<void> {
    const now = await this.subscriptions.find(trx, organizationId);
    if (!now) return;
    await this.audit.write(trx, SubscriptionChanged, { by, organizationId, target: now.id, after: now });
    events.push({
      organizationId,
      type: 'subscription.changed',
      subjectId: now.id,
      data: {
        plan: now.plan,
        status: now.status,
        pendingPlan: now.pendingPlan,
        cancelAtPeriodEnd: now.cancelAtPeriodEnd,
        periodEnd: now.periodEnd.toISOString(),
      },
    });
  }

  private async give(
    trx: Trx,
    invoice: Invoice,
    by: AuditActor,
    customerId: string | null,
    events: NewEvent[],
  ): Promise<GivenLot | undefined> {
    const { organizationId } = invoice;
    switch (invoice.purpose) {
      case 'subscription':
        return this.begin(trx, invoice, by, customerId, events);
      case 'upgrade':
        return this.upgrade(trx, invoice, by, events);
      case 'renewal':
        await this.advance(trx, invoice, by, events);
        return undefined;
      case 'top_up':
      case 'auto_top_up':
        return this.payments.giveCredits(trx, {
          organizationId,
          credits: invoice.credits ?? 0n,
          kind: 'purchase',
          idempotencyKey: `invoice-${invoice.id}`,
          description: `Credit pack ${invoice.packId ?? ''}`,
          lastDays: PACK_DAYS,
          priority: PACK_PRIORITY,
        });
      case null:
        return undefined;
    }
  }

  private async begin(
    trx: Trx,
    invoice: Invoice,
    by: AuditActor,
    customerId: string | null,
    events: NewEvent[],
  ): Promise<GivenLot | undefined> {
    const before = await this.subscriptions.lock(trx, invoice.organizationId);
    if (!before || !invoice.plan) return undefined;
    await this.subscriptions.end(trx, before.id);
    await this.subscriptions.begin(trx, {
      organizationId: invoice.organizationId,
      plan: invoice.plan,
      status: 'active',
      driver: invoice.driver,
      currency: invoice.currency,
      externalCustomerId: customerId ?? before.externalCustomerId,
    });
    await this.tell(trx, invoice.organizationId, by, events);
    return this.payments.givePeriodCredits(trx, invoice.organizationId);
  }

  private async upgrade(trx: Trx, invoice: Invoice, by: AuditActor, events: NewEvent[]): Promise<GivenLot | undefined> {
    const { subscriptionId, plan, periodStart, periodEnd, credits, organizationId } = invoice;
    if (!subscriptionId || !plan || !periodStart || !periodEnd) return undefined;
    if (!(await this.subscriptions.upgrade(trx, subscriptionId, plan, periodStart))) return undefined;
    await this.tell(trx, organizationId, by, events);
    if (!credits) return undefined;
    return this.payments.giveCredits(trx, {
      organizationId,
      credits,
      kind: 'grant',
      idempotencyKey: `upgrade-${invoice.id}`,
      description: `Upgrade to the plan ${plan}`,
      expiresAt: periodEnd,
      priority: MONTHLY_PRIORITY,
    });
  }
}
