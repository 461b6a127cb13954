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
