import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, storableJson, type Trx } from '#core/db';
import { CLAIM_COLUMNS, type ClaimedJob, type StoredClaim, toClaim } from './claimed-job.js';
import { inputText } from '../inputs/input-text.js';
import { isFinal } from '../jobs/job-status.js';
import type { MediaType } from '../providers/provider.js';

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

/** A generation under way at its provider. */
export interface ProviderWait {
  job: ClaimedJob;
  /** Null: it is not known yet. */
  externalId: string | null;
  pollAfterMs: number;
  /** Percent. */
  progress: number;
}

export interface SucceededJob {
  job: ClaimedJob;
  chargedCredits: bigint;
  costUsdMicros: bigint;
}

/** `no_place`: as many generations as the key may have are under way; `lost`: the claim is somebody else's. */
export type BeginOutcome = 'begun' | 'no_place' | 'lost';

export type FailedStatus = 'failed' | 'canceled' | 'expired' | 'outcome_unknown';

/** How a job ended without success. */
export interface JobFailure {
  status: FailedStatus;
  code: string;
  message: string;
  providerMessage: string | null;
}

const CLAIMED = sql.raw(CLAIM_COLUMNS);

/** Jobs in the hands of a worker. Every change is one guarded UPDATE; zero rows means that somebody else was first. */
@Injectable()
export class GenerationsRepository {
  /**
   * Takes a job: one that waits, one whose poll is due, or one whose worker stopped renewing its lease. Asking twice for
   * a job in good hands returns nothing. Counts a try, except for a look at the provider: unless the worker of the last one
   * died.
   */
  async claim(trx: Trx, jobId: string, leaseMs: number): Promise<ClaimedJob | undefined> {
    const result = await sql<StoredClaim>`
      update public.ai_jobs as job
         set status = 'processing',
             claim_token = gen_random_uuid(),
             lease_expires_at = now() + ${leaseMs} * interval '1 millisecond',
             next_poll_at = null,
             slot_wanted_at = null,
             attempt = job.attempt + case when (job.external_id is null and job.next_poll_at is null) or job.lease_expires_at is not null then 1 else 0 end,
             started_at = coalesce(job.started_at, now()),
             updated_at = now()
        from (select id, started_at is null as first_claim from public.ai_jobs where id = ${jobId}::uuid for update) as before
       where job.id = before.id
         and (job.status = 'queued' or (job.status = 'processing' and coalesce(job.lease_expires_at, '-infinity') <= now()))
      returning ${CLAIMED}, before.first_claim`.execute(trx);
    return result.rows.map(toClaim)[0];
  }

  /** Takes the waiting jobs of this medium whose turn it is, `limit` at most, each with a place of its organization. */
  async claimNext(trx: Trx, type: MediaType, limit: number, leaseMs: number): Promise<ClaimedJob[]> {
    const result = await sql<StoredClaim>`
      select ${CLAIMED}, true as first_claim
        from private.start_next_jobs(${type}::public.job_type, ${limit}::int, ${leaseMs}::int) as job`.execute(trx);
    return result.rows.map(toClaim);
  }

  /** Takes jobs whose provider is to be asked again by now, `limit` at most, the longest due first. */
  async claimDue(db: Db, limit: number, leaseMs: number): Promise<ClaimedJob[]> {
    const result = await sql<StoredClaim>`
      update public.ai_jobs as job
         set claim_token = gen_random_uuid(),
             lease_expires_at = now() + ${leaseMs} * interval '1 millisecond',
             next_poll_at = null,
             updated_at = now()
       where job.id in (
               select id from public.ai_jobs
                where status = 'processing' and next_poll_at <= now() and lease_expires_at is null
                order by next_poll_at
                limit ${limit}
                for update skip locked)
      returning ${CLAIMED}, false as first_claim`.execute(db);
    return result.rows.map(toClaim);
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
   * @param places how many generations the job's key may have under way, over all workers
   */
  async beginSubmit(db: Db, job: ClaimedJob, places: number): Promise<BeginOutcome> {
    const result = await sql<{ outcome: BeginOutcome }>`
      select private.begin_submit(
        ${job.id}::uuid, ${job.claimToken}::uuid, ${job.providerKeyId}::uuid, ${places}::int) as outcome`.execute(db);
    return result.rows[0]?.outcome ?? 'lost';
  }

  /**
   * The same for many jobs whose keys may have any number under way.
   * @returns the ids of the jobs that are still this worker's
   */
  async beginSubmits(db: Db, jobs: ClaimedJob[]): Promise<Set<string>> {
    const result = await sql<{ id: string }>`
      update public.ai_jobs as job
         set submit_started_at = clock_timestamp(), provider_key_id = given.provider_key_id
        from unnest(${jobs.map((job) => job.id)}::uuid[], ${jobs.map((job) => job.claimToken)}::uuid[],
                    ${jobs.map((job) => job.providerKeyId)}::uuid[]) as given (id, claim_token, provider_key_id)
       where job.id = given.id and job.claim_token = given.claim_token and job.status = 'processing'
      returning job.id`.execute(db);
    return new Set(result.rows.map((row) => row.id));
  }

  /**
   * Keeps the providers' ids and lets go of the jobs until their polls are due.
   * @returns the ids of the jobs that were still this worker's
   */
  async park(trx: Trx, waits: ProviderWait[]): Promise<Set<string>> {
    const result = await sql<{ id: string }>`
      update public.ai_jobs as job
            -- A callback may have told it in the meantime.
         set external_id = coalesce(given.external_id, job.external_id),
             progress = greatest(job.progress, given.progress),
             next_poll_at = now() + given.poll_after_ms * interval '1 millisecond',
             lease_expires_at = null,
             claim_token = null,
             updated_at = now()
        from unnest(${waits.map(({ job }) => job.id)}::uuid[], ${waits.map(({ job }) => job.claimToken)}::uuid[],
                    ${waits.map((wait) => wait.externalId)}::text[], ${waits.map((wait) => wait.pollAfterMs)}::int[],
                    ${waits.map((wait) => wait.progress)}::int[]) as given (id, claim_token, external_id, poll_after_ms, progress)
       where job.id = given.id and job.claim_token = given.claim_token and job.status = 'processing'
      returning job.id`.execute(trx);
    return new Set(result.rows.map((row) => row.id));
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

  /** Also a job that is not there any more has. */
  async hasEnded(trx: Trx, jobId: string): Promise<boolean> {
    const job = await trx.selectFrom('ai_jobs').select('status').where('id', '=', jobId).executeTakeFirst();
    return job === undefined || isFinal(job.status);
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

  /** @returns the ids of the jobs that were still this worker's; nothing else may be written for the others. */
  async markSucceeded(trx: Trx, jobs: SucceededJob[]): Promise<Set<string>> {
    const result = await sql<{ id: string }>`
      update public.ai_jobs as job
         set status = 'succeeded',
             progress = 100,
             charged_credits = given.charged_credits,
             cost_usd_micros = given.cost_usd_micros,
             claim_token = null,
             lease_expires_at = null,
             finished_at = now(),
             updated_at = now()
        from unnest(${jobs.map(({ job }) => job.id)}::uuid[], ${jobs.map(({ job }) => job.claimToken)}::uuid[],
                    ${jobs.map((each) => each.chargedCredits)}::bigint[], ${jobs.map((each) => each.costUsdMicros)}::bigint[])
             as given (id, claim_token, charged_credits, cost_usd_micros)
       where job.id = given.id and job.claim_token = given.claim_token and job.status = 'processing'
      returning job.id`.execute(trx);
    return new Set(result.rows.map((row) => row.id));
  }

  /** The provider's side of ends of jobs, for reconciliation: what it charged, or may have charged. */
  async insertProviderCosts(
    trx: Trx,
    costs: { job: ClaimedJob; kind: 'job' | 'outcome_unknown'; costUsdMicros: bigint }[],
  ): Promise<void> {
    if (costs.length === 0) return;
    await trx
      .insertInto('provider_costs')
      .values(
        costs.map(({ job, kind, costUsdMicros }) => ({
          organization_id: job.organizationId,
          job_id: job.id,
          provider: job.provider,
          model: job.model,
          kind,
          cost_usd_micros: costUsdMicros,
          external_id: job.externalId,
        })),
      )
      .execute();
  }

  async insertGenerations(trx: Trx, jobs: { job: ClaimedJob; outputs: NewGeneration[] }[]): Promise<void> {
    const rows = jobs.flatMap(({ job, outputs }) => outputs.map((output) => toGenerationRow(job, output)));
    await trx.insertInto('generations').values(rows).execute();
  }

  /** Ends a job of this worker without success. @returns false when it is no longer this worker's. */
  async markFailed(trx: Trx, job: ClaimedJob, end: JobFailure): Promise<boolean> {
    const result = await trx
      .updateTable('ai_jobs')
      .set({
        status: end.status,
        charged_credits: 0n,
        error_code: end.code,
        error_message: end.message,
        error_provider_message: end.providerMessage,
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

function toGenerationRow(job: ClaimedJob, output: NewGeneration) {
  return {
    id: output.id,
    job_id: job.id,
    organization_id: job.organizationId,
    user_id: job.userId,
    project_id: job.projectId,
    ordinal: output.ordinal,
    type: job.type,
    mime_type: output.mimeType,
    bytes: output.bytes,
    sha256: output.sha256,
    storage_path: output.storagePath,
    width: output.width ?? null,
    height: output.height ?? null,
    duration_ms: output.durationMs ?? null,
    seed: output.seed ?? null,
    prompt: inputText(job.input),
    model: job.model,
    // Providers' words, a transcript's too.
    metadata: storableJson(output.metadata ?? {}),
  };
}
