import { z } from 'zod';
import { defineJob } from '#core/queue';

/** Partitions ahead of time, retention. Every part may run twice or at once with itself. */
export const MaintainDatabase = defineJob({
  queue: 'maintenance',
  name: 'core.maintain-database',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 10 * 60_000,
});

/** The audit chain: what is not sealed yet could be changed unseen, so this is done often. May run twice or at once. */
export const SealAuditLog = defineJob({
  queue: 'maintenance',
  name: 'core.seal-audit-log',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 60_000,
});
