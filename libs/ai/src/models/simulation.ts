import { z } from 'zod';

/** Asks the sandbox to behave badly, for tests of integrations. */
export const simulate = z
  .strictObject({
    latencyMs: z.int().min(0).max(120_000).optional().describe('How long the generation takes'),
    failure: z
      .enum(['invalid_input', 'content_policy', 'rate_limited', 'unavailable', 'generation_failed', 'outcome_unknown'])
      .optional()
      .describe('Fail in this way'),
    failAttempts: z.int().min(1).max(10).optional().describe('Fail only the first tries; absent: every one'),
  })
  .optional()
  .describe('Latency and failures on demand');
