import { z } from 'zod';
import { defineJob } from '#core/queue';

/** Partitions ahead of time, the audit chain, retention. Every part may run twice or at once with itself. */
export const MaintainDatabase = defineJob({
  queue: 'maintenance',
  name: 'core.maintain-database',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 10 * 60_000,
});
