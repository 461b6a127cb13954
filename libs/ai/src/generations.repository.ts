import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import { inputText } from './input-text.js';
import type { MediaType } from './providers/provider.js';

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

export interface NewGeneration {
  id: string;
  ordinal: number;
  mimeType: string;
  bytes: bigint;
  sha256: string;
  storagePath: string;
  width?: number;
  height?: number;
  durationMs?: number;
  seed?: bigint;
  metadata?: Record<string, unknown>;
}

/** How a job is run: the model, where, with what, and at which price. */
export interface Route {
  model: string;
  provider: string;
  input: Record<string, unknown>;
  price: unknown;
  priceVersion: number;
}

export type FailedStatus = 'failed' | 'canceled' | 'expired' | 'outcome_unknown';

/** Jobs in the hands of a worker. Every change is one guarded UPDATE; zero rows means that somebody else was first. */
@Injectable()
export class GenerationsRepository {
  /**
   * Takes a job: one that waits, one whose poll is due, or one whose worker stopped renewing its lease. Asking twice for
   * a job in good hands returns nothing. Counts a try, except for a look at the provider: unless the worker of the last one
   * died.
   */
  async claim(trx: Trx, jobId: string, claimToken: string, leaseMs: number): Promise<ClaimedJob | undefined> {
    const result = await sql<StoredClaim>`
      update public.ai_jobs as job
         set status = 'processing',
             claim_token = ${claimToken}::uuid,
             lease_expires_at = now() + ${leaseMs} * interval '1 millisecond',
             next_poll_at = null,
             slot_wanted_at = null,
             attempt = job.attempt + case when (job.external_id is null and job.next_poll_at is null) or job.lease_expires_at is not null then 1 else 0 end,
             started_at = coalesce(job.started_at, now()),
             updated_at = now()
        from (select id, started_at is null as first_claim from public.ai_jobs where id = ${jobId}::uuid for update) as before
       where job.id = before.id
         and (job.status = 'queued' or (job.status = 'processing' and coalesce(job.lease_expires_at, '-infinity') <= now()))
      returning job.id, job.organization_id, job.user_id, job.project_id, job.type, job.model, job.provider, job.input,
                job.price, job.held_credits, job.test_mode, job.attempt, job.external_id, job.provider_key_id, job.submit_started_at,
                job.fallback_models[job.fallback_next:] as fallback_models, job.deadline_at, job.cancel_requested_at, job.created_at, job.started_at, before.first_claim,
                job.started_at < now() - interval '24 hours' as hold_expired`.execute(trx);
    const row = result.rows[0];
    return row && { ...toClaim(row), claimToken };
  }

  /** Keeps the job. @returns false when it is lost, and whether its owner wants it stopped. */
  async renew(db: Db, job: ClaimedJob, leaseMs: number): Promise<{ held: boolean; cancelRequested: boolean }> {
    const row = await db
      .updateTable('ai_jobs')
      .set({ lease_expires_at: sql`now() + ${leaseMs} * interval '1 millisecond'` })
      .where('id', '=', job.id)
      .where('claim_token', '=', job.claimToken)
      .where('status', '=', 'processing')
      .returning('cancel_requested_at')
      .executeTakeFirst();
    return { held: row !== undefined, cancelRequested: Boolean(row?.cancel_requested_at) };
  }

  /**
   * Written before the provider is asked: a crash after this line is ambiguous, a crash before it is not.
   * @param places how many generations the job's key may have under way, over all workers; undefined: any number
   */
  async beginSubmit(db: Db, job: ClaimedJob, places: number | undefined): Promise<'begun' | 'no_place' | 'lost'> {
    const result = await sql<{ outcome: 'begun' | 'no_place' | 'lost' }>`
      select private.begin_submit(
        ${job.id}::uuid, ${job.claimToken}::uuid, ${job.providerKeyId}::uuid, ${places ?? null}::int) as outcome`.execute(
      db,
    );
    return result.rows[0]?.outcome ?? 'lost';
  }

  /** Keeps the provider's id (null: it is not known yet) and lets go of the job until its poll is due. */
  async park(
    trx: Trx,
    job: ClaimedJob,
    externalId: string | null,
    pollAfterMs: number,
    progress: number,
  ): Promise<boolean> {
    const result = await trx
      .updateTable('ai_jobs')
      .set({
        // A callback may have told it in the meantime.
        external_id: sql`coalesce(${externalId}, external_id)`,
        progress: sql`greatest(progress, ${progress})`,
        next_poll_at: sql`now() + ${pollAfterMs} * interval '1 millisecond'`,
        lease_expires_at: null,
        claim_token: null,
        updated_at: sql`now()`,
      })
      .where('id', '=', job.id)
      .where('claim_token', '=', job.claimToken)
      .where('status', '=', 'processing')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /**
   * Lets go of the job so that it is taken up again: in line when nothing was accepted by the provider, else waiting for
   * its next poll. `countAttempt` says whether the try counts, whatever the claim did.
   */
  async handBack(db: Db, job: ClaimedJob, options: { afterMs: number; countAttempt: boolean }): Promise<boolean> {
    const again = sql<Date>`now() + ${options.afterMs} * interval '1 millisecond'`;
    const result = await db
      .updateTable('ai_jobs')
      .set({
        claim_token: null,
        lease_expires_at: null,
        enqueued_at: again,
        updated_at: sql`now()`,
        ...(job.externalId
          ? { next_poll_at: again, ...(options.countAttempt ? { attempt: sql<number>`attempt + 1` } : {}) }
          : {
              status: 'queued',
              submit_started_at: null,
              provider_key_id: null,
              ...(options.countAttempt ? {} : { attempt: sql<number>`greatest(attempt - 1, 0)` }),
            }),
      })
      .where('id', '=', job.id)
      .where('claim_token', '=', job.claimToken)
      .where('status', '=', 'processing')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /**
   * Puts a job that no provider has accepted in line again, for another model; its tries begin anew.
   * @param used how many of the models that were left are used up by this
   */
  async reroute(trx: Trx, job: ClaimedJob, route: Route, used: number): Promise<boolean> {
    const result = await trx
      .updateTable('ai_jobs')
      .set({
        status: 'queued',
        model: route.model,
        provider: route.provider,
        input: JSON.stringify(route.input),
        price: JSON.stringify(route.price),
        price_version: route.priceVersion,
        requested_model: sql`coalesce(requested_model, ${job.model})`,
        fallback_next: sql<number>`fallback_next + ${used}::smallint`,
        attempt: 0,
        provider_key_id: null,
        submit_started_at: null,
        claim_token: null,
        lease_expires_at: null,
        enqueued_at: sql`now()`,
        updated_at: sql`now()`,
      })
      .where('id', '=', job.id)
      .where('claim_token', '=', job.claimToken)
      .where('status', '=', 'processing')
      .where('external_id', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** @returns false when the job is no longer this worker's; nothing else may be written then. */
  async markSucceeded(trx: Trx, job: ClaimedJob, charged: bigint, costUsdMicros: bigint): Promise<boolean> {
    const result = await trx
      .updateTable('ai_jobs')
      .set({
        status: 'succeeded',
        progress: 100,
        charged_credits: charged,
        cost_usd_micros: costUsdMicros,
        claim_token: null,
        lease_expires_at: null,
        finished_at: sql`now()`,
        updated_at: sql`now()`,
      })
      .where('id', '=', job.id)
      .where('claim_token', '=', job.claimToken)
      .where('status', '=', 'processing')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }

  /** The provider's side of a job's end, for reconciliation: what it charged, or may have charged. */
  async insertProviderCost(
    trx: Trx,
    job: ClaimedJob,
    kind: 'job' | 'outcome_unknown',
    costUsdMicros: bigint,
  ): Promise<void> {
    await trx
      .insertInto('provider_costs')
      .values({
        organization_id: job.organizationId,
        job_id: job.id,
        provider: job.provider,
        model: job.model,
        kind,
        cost_usd_micros: costUsdMicros,
        external_id: job.externalId,
      })
      .execute();
  }

  async insertGenerations(trx: Trx, job: ClaimedJob, generations: NewGeneration[]): Promise<void> {
    await trx
      .insertInto('generations')
      .values(
        generations.map((generation) => ({
          id: generation.id,
          job_id: job.id,
          organization_id: job.organizationId,
          user_id: job.userId,
          project_id: job.projectId,
          ordinal: generation.ordinal,
          type: job.type,
          mime_type: generation.mimeType,
          bytes: generation.bytes,
          sha256: generation.sha256,
          storage_path: generation.storagePath,
          width: generation.width ?? null,
          height: generation.height ?? null,
          duration_ms: generation.durationMs ?? null,
          seed: generation.seed ?? null,
          prompt: inputText(job.input),
          model: job.model,
          metadata: JSON.stringify(generation.metadata ?? {}),
        })),
      )
      .execute();
  }

  /** Ends a job of this worker without success. @returns false when it is no longer this worker's. */
  async markFailed(trx: Trx, job: ClaimedJob, status: FailedStatus, code: string, message: string): Promise<boolean> {
    const result = await trx
      .updateTable('ai_jobs')
      .set({
        status,
        charged_credits: 0n,
        error_code: code,
        error_message: message,
        claim_token: null,
        lease_expires_at: null,
        finished_at: sql`now()`,
        updated_at: sql`now()`,
      })
      .where('id', '=', job.id)
      .where('claim_token', '=', job.claimToken)
      .where('status', '=', 'processing')
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }
}

interface StoredClaim {
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

function toClaim(row: StoredClaim): Omit<ClaimedJob, 'claimToken'> {
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
