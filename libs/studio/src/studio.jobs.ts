import { z } from 'zod';
import { defineJob } from '#core/queue';

/** Removes what has been in the bin too long, with its files, and spent links to downloads. */
export const EmptyBin = defineJob({
  queue: 'maintenance',
  name: 'studio.empty-bin',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 60 * 60_000,
});
