import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';
import type { DriverName } from '../invoices/invoice.js';
import type { Currency } from '../money.js';

export type SubscriptionStatus = 'trialing' | 'active' | 'past_due' | 'canceled';

export interface Subscription {
  id: string;
  organizationId: string;
  plan: string;
  status: SubscriptionStatus;
  driver: DriverName;
  currency: Currency;
  externalCustomerId: string | null;
  periodStart: Date;
  periodEnd: Date;
  trialEndsAt: Date | null;
  pastDueSince: Date | null;
  /** A smaller plan that begins with the next period. */
  pendingPlan: string | null;
  cancelAtPeriodEnd: boolean;
  createdAt: Date;
}

const COLUMNS = [
  'id',
  'organization_id as organizationId',
  'plan',
  'status',
  'driver',
  'currency',
  'external_customer_id as externalCustomerId',
  'period_start as periodStart',
  'period_end as periodEnd',
  'trial_ends_at as trialEndsAt',
  'past_due_since as pastDueSince',
  'pending_plan as pendingPlan',
  'cancel_at_period_end as cancelAtPeriodEnd',
  'created_at as createdAt',
] as const;

type PlanId = 'free' | 'starter' | 'pro' | 'business' | 'enterprise';

/**
 * The life of a subscription, as guarded statements: each names the state it leaves, and zero rows mean that somebody
 * else was first.
 *
 * | from              | to        | by        | when                                                     |
 * | ----------------- | --------- | --------- | -------------------------------------------------------- |
 * | –                 | active    | begin     | an organization falls back to free, or paid for a plan   |
 * | –                 | trialing  | begin     | a trial                                                  |
 * | any but canceled  | canceled  | end       | another one begins in its place, in the same transaction |
 * | active            | active    | upgrade   | the difference is paid                                   |
 * | active, past_due  | the same  | downgrade | the money of an upgrade went back                        |
 * | active, past_due  | active    | advance   | the next period is paid                                  |
 * | active            | past_due  | fallDue   | the period ended unpaid; grace begins                    |
 * | active            | active    | schedule  | a smaller plan or the end is wanted for the next period  |
 *
 * An organization has one that is not canceled, always (a unique index says "at most"). One that begins paid is a new
 * row, so that its `created_at` is the anchor of its periods.
 */
@Injectable()
export class SubscriptionsRepository {
  /** The organization's current subscription. */
  async find(trx: Trx, organizationId: string): Promise<Subscription | undefined> {
    const row = await trx
      .selectFrom('subscriptions')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('status', '<>', 'canceled')
      .executeTakeFirst();
    return row && toSubscription(row);
  }

  /** The same, locked until commit: changes of one organization's plan take turns. */
  async lock(trx: Trx, organizationId: string): Promise<Subscription | undefined> {
    const row = await trx
      .selectFrom('subscriptions')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('status', '<>', 'canceled')
      .forUpdate()
      .executeTakeFirst();
    return row && toSubscription(row);
  }

  /** What is left of a period now, by the database's clock, in seconds: `part` of `whole`. */
  async remainingSeconds(trx: Trx, subscriptionId: string): Promise<{ part: bigint; whole: bigint }> {
    const row = await trx
      .selectFrom('subscriptions')
      .select([
        sql<bigint>`greatest(floor(extract(epoch from period_end - now())), 0)::bigint`.as('part'),
        sql<bigint>`ceil(extract(epoch from period_end - period_start))::bigint`.as('whole'),
      ])
      .where('id', '=', subscriptionId)
      .executeTakeFirstOrThrow();
    return row.part > row.whole ? { part: row.whole, whole: row.whole } : row;
  }

  /** The end of the period that begins at a moment. */
  async nextPeriodEnd(trx: Trx, subscription: Subscription): Promise<Date> {
    const result = await sql<{ at: Date }>`
      select private.next_period_end(${subscription.createdAt}::timestamptz, ${subscription.periodEnd}::timestamptz) as at`.execute(
      trx,
    );
    const row = result.rows[0];
    if (!row) throw new Error('next_period_end() answered nothing');
    return row.at;
  }

  /** Begins a subscription now; the one before was ended in this transaction. */
  async begin(
    trx: Trx,
    subscription: {
      organizationId: string;
      plan: string;
      status: 'active' | 'trialing';
      driver: DriverName;
      currency: Currency;
      externalCustomerId: string | null;
      trialDays?: number;
    },
  ): Promise<Subscription> {
    const ends = subscription.trialDays
      ? sql<Date>`now() + make_interval(days => ${subscription.trialDays}::int)`
      : sql<Date>`private.next_period_end(now(), now())`;
    const row = await trx
      .insertInto('subscriptions')
      .values({
        organization_id: subscription.organizationId,
        plan: subscription.plan as PlanId,
        status: subscription.status,
        driver: subscription.driver,
        currency: subscription.currency,
        external_customer_id: subscription.externalCustomerId,
        period_start: sql`now()`,
        period_end: ends,
        trial_ends_at: subscription.trialDays ? ends : null,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return toSubscription(row);
  }

  /** @returns false: it had ended before. */
  async end(trx: Trx, subscriptionId: string): Promise<boolean> {
    const result = await trx
      .updateTable('subscriptions')
      .set({ status: 'canceled', canceled_at: sql`now()` })
      .where('id', '=', subscriptionId)
      .where('status', '<>', 'canceled')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** A larger plan for the rest of the period that was paid for; plans for the next period are forgotten. */
  async upgrade(trx: Trx, subscriptionId: string, plan: string, periodStart: Date): Promise<boolean> {
    const result = await trx
      .updateTable('subscriptions')
      .set({ plan: plan as PlanId, pending_plan: null, cancel_at_period_end: false })
      .where('id', '=', subscriptionId)
      .where('status', '=', 'active')
      .where('plan', '<>', plan as PlanId)
      .where(isAbout('period_start', periodStart))
      .where('period_end', '>', sql<Date>`now()`)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Goes back to the plan that an upgrade was made from, in the same period. @returns false: it is that plan already */
  async downgrade(trx: Trx, subscriptionId: string, plan: string, periodStart: Date): Promise<boolean> {
    const result = await trx
      .updateTable('subscriptions')
      // A plan that waits for the next period and is there already does not wait any more.
      .set({ plan: plan as PlanId, pending_plan: sql`nullif(pending_plan, ${plan}::public.subscription_plan)` })
      .where('id', '=', subscriptionId)
      .where('status', 'in', ['active', 'past_due'])
      .where('plan', '<>', plan as PlanId)
      .where(isAbout('period_start', periodStart))
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Begins the period that was paid, once the one before is over. @returns false: it is not over, or has begun. */
  async advance(trx: Trx, subscriptionId: string, plan: string, start: Date, end: Date): Promise<boolean> {
    const result = await trx
      .updateTable('subscriptions')
      .set({
        plan: plan as PlanId,
        status: 'active',
        past_due_since: null,
        pending_plan: null,
        period_start: start,
        period_end: end,
      })
      .where('id', '=', subscriptionId)
      .where('status', 'in', ['active', 'past_due'])
      .where(isAbout('period_end', start))
      .where('period_end', '<=', sql<Date>`now()`)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** The period ended and the next is not paid. */
  async fallDue(trx: Trx, subscriptionId: string): Promise<boolean> {
    const result = await trx
      .updateTable('subscriptions')
      .set({ status: 'past_due', past_due_since: sql`now()` })
      .where('id', '=', subscriptionId)
      .where('status', '=', 'active')
      .where('period_end', '<=', sql<Date>`now()`)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** What happens at the end of the period: a smaller plan, the end, or neither. */
  async schedule(
    trx: Trx,
    subscriptionId: string,
    next: { pendingPlan: string | null; cancelAtPeriodEnd: boolean },
  ): Promise<boolean> {
    const result = await trx
      .updateTable('subscriptions')
      .set({ pending_plan: next.pendingPlan as PlanId | null, cancel_at_period_end: next.cancelAtPeriodEnd })
      .where('id', '=', subscriptionId)
      .where('status', '=', 'active')
      .where('period_end', '>', sql<Date>`now()`)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** Uses up the trial of a person and an organization. @returns false: one of them had it */
  async takeTrial(trx: Trx, organizationId: string, userId: string): Promise<boolean> {
    const result = await sql<{ taken: boolean }>`
      select private.take_trial(${organizationId}::uuid, ${userId}::uuid) as taken`.execute(trx);
    return result.rows[0]?.taken === true;
  }

  async setCustomer(trx: Trx, organizationId: string, customerId: string): Promise<void> {
    await trx
      .updateTable('subscriptions')
      .set({ external_customer_id: customerId })
      .where('organization_id', '=', organizationId)
      .where('status', '<>', 'canceled')
      .where('external_customer_id', 'is distinct from', customerId)
      .execute();
  }

  /**
   * Paid subscriptions and trials that need a look: their period ends within so many days, or they are overdue.
   * @returns organizations, those that wait longest first
   */
  async listDue(trx: Trx, aheadDays: number, limit: number, after?: string): Promise<string[]> {
    let query = trx
      .selectFrom('subscriptions')
      .select('organization_id')
      .where('status', '<>', 'canceled')
      .where('plan', '<>', 'free')
      .where('period_end', '<=', sql<Date>`now() + make_interval(days => ${aheadDays}::int)`);
    if (after) query = query.where('organization_id', '>', after);
    const rows = await query.orderBy('organization_id').limit(limit).execute();
    return rows.map((row) => row.organization_id);
  }

  /** By the database's clock: whether the period ends soon or is over, since when, and whether the grace is over. */
  async clock(
    trx: Trx,
    subscriptionId: string,
    { leadDays, graceDays }: { leadDays: number; graceDays: number },
  ): Promise<{ endsSoon: boolean; over: boolean; overdueDays: number; graceOver: boolean }> {
    return trx
      .selectFrom('subscriptions')
      .select([
        sql<boolean>`period_end <= now() + make_interval(days => ${leadDays}::int)`.as('endsSoon'),
        sql<boolean>`period_end <= now()`.as('over'),
        sql<number>`greatest(floor(extract(epoch from now() - period_end) / 86400), 0)::int`.as('overdueDays'),
        sql<boolean>`coalesce(past_due_since + make_interval(days => ${graceDays}::int) <= now(), false)`.as(
          'graceOver',
        ),
      ])
      .where('id', '=', subscriptionId)
      .executeTakeFirstOrThrow();
  }
}

/** The same moment. The database keeps microseconds, a `Date` does not. */
function isAbout(column: 'period_start' | 'period_end', moment: Date) {
  return sql<boolean>`abs(extract(epoch from ${sql.ref(column)} - ${moment}::timestamptz)) < 1`;
}

type Row = Omit<Subscription, 'driver' | 'currency'> & { driver: string; currency: string };

function toSubscription(row: Row): Subscription {
  return { ...row, driver: row.driver as DriverName, currency: row.currency as Currency };
}
