import { z } from 'zod';
import { defineJob } from '#core/queue';

/** Expires grants whose time has come, and gives each subscription its credits of the month, once. */
export const MaintainCredits = defineJob({
  queue: 'maintenance',
  name: 'billing.maintain-credits',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 5 * 60_000,
});

/** Invoices renewals, charges what is due, ends what stays unpaid, and gives back what came for nothing. */
export const RenewSubscriptions = defineJob({
  queue: 'maintenance',
  name: 'billing.renew-subscriptions',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 10 * 60_000,
});

/** Buys packs for organizations whose credits run low. */
export const TopUpCredits = defineJob({
  queue: 'maintenance',
  name: 'billing.top-up-credits',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 60_000,
});

/** Voids orders that nobody paid in time, and closes the payment pages of void invoices. */
export const EndUnpaidOrders = defineJob({
  queue: 'maintenance',
  name: 'billing.end-unpaid-orders',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 60_000,
});

/** Checks the books against themselves, and against what providers and payments say. */
export const CheckBooks = defineJob({
  queue: 'maintenance',
  name: 'billing.check-books',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 5 * 60_000,
});
