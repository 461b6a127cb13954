import type { MediaType } from '../providers/provider.js';

/** A job in the hands of this worker. `claimToken` proves it in every later statement. */
export interface ClaimedJob {
  id: string;
  organizationId: string;
  userId: string | null;
  projectId: string | null;
  type: MediaType;
  model: string;
  provider: string;
  input: Record<string, unknown>;
  price: unknown;
  heldCredits: bigint;
  testMode: boolean;
  attempt: number;
  claimToken: string;
  externalId: string | null;
  /** The organization's own key that the provider is asked with; null: the platform's. */
  providerKeyId: string | null;
  submitStartedAt: Date | null;
  /** Models that are left to try while no provider has accepted the request. */
  fallbackModels: string[];
  deadlineAt: Date | null;
  cancelRequestedAt: Date | null;
  /** Whether this is the first time a worker takes it. */
  firstClaim: boolean;
  /** It began a day ago by the database's clock: it ends unless the provider is done when asked now. */
  holdExpired: boolean;
  createdAt: Date;
  startedAt: Date;
}

/** What is told of a claimed row of `ai_jobs`, which goes by the name of `job`; `first_claim` is for the claim to say. */
export const CLAIM_COLUMNS = `
  job.id, job.organization_id, job.user_id, job.project_id, job.type, job.model, job.provider, job.input, job.price,
  job.held_credits, job.test_mode, job.attempt, job.claim_token, job.external_id, job.provider_key_id, job.submit_started_at,
  job.fallback_models[job.fallback_next:] as fallback_models, job.deadline_at, job.cancel_requested_at, job.created_at,
  job.started_at, job.started_at < now() - interval '24 hours' as hold_expired`;

export interface StoredClaim {
  id: string;
  organization_id: string;
  user_id: string | null;
  project_id: string | null;
  type: MediaType;
  model: string;
  provider: string;
  input: unknown;
  price: unknown;
  held_credits: bigint;
  test_mode: boolean;
  attempt: number;
  claim_token: string;
  external_id: string | null;
  provider_key_id: string | null;
  submit_started_at: Date | null;
  fallback_models: string[];
  deadline_at: Date | null;
  cancel_requested_at: Date | null;
  created_at: Date;
  started_at: Date;
  first_claim: boolean;
  hold_expired: boolean;
}

export function toClaim(row: StoredClaim): ClaimedJob {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    projectId: row.project_id,
    type: row.type,
    model: row.model,
    provider: row.provider,
    input: row.input as Record<string, unknown>,
    price: row.price,
    heldCredits: row.held_credits,
    testMode: row.test_mode,
    attempt: row.attempt,
    claimToken: row.claim_token,
    externalId: row.external_id,
    providerKeyId: row.provider_key_id,
    submitStartedAt: row.submit_started_at,
    fallbackModels: row.fallback_models,
    deadlineAt: row.deadline_at,
    cancelRequestedAt: row.cancel_requested_at,
    firstClaim: row.first_claim,
    holdExpired: row.hold_expired,
    createdAt: row.created_at,
    startedAt: row.started_at,
  };
}
