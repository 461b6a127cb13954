import { z } from 'zod';
import type { ErrorReading } from './provider-call.js';

const optional = z.string().optional().catch(undefined);
const errorBody = z.object({ error: z.object({ message: optional, type: optional, code: optional }) });

/**
 * The safety system's refusals. Images: `moderation_blocked` (type `image_generation_user_error`, status 400);
 * `content_policy_violation` is the older word, `content_filter` the one of Azure-hosted models.
 */
const CONTENT_POLICY_CODES: readonly string[] = ['moderation_blocked', 'content_policy_violation', 'content_filter'];

/**
 * Refusals that only money or a person mends. OpenAI's error guide: these come as 429 like a rate limit does, the
 * type may still be `insufficient_quota`, and "retrying billing, spend, or quota errors will not restore API access".
 * Images answer `billing_hard_limit_reached` with 400.
 */
const QUOTA_CODES: readonly string[] = [
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_not_active',
];

/** Reads an error answer of OpenAI: `{ error: { message, type, param, code } }`. */
export function readOpenAiError(body: unknown): ErrorReading {
  const { message, type = '', code = '' } = errorBody.safeParse(body).data?.error ?? {};
  if (CONTENT_POLICY_CODES.includes(code)) return { message, meaning: 'content_policy' };
  const quota = QUOTA_CODES.includes(code) || type === 'insufficient_quota';
  return { message, meaning: quota ? 'quota_exhausted' : undefined };
}
