import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { Tenant } from '#core/http';
import { PREVIEW_COLUMNS, type PreviewRow, toPreviewRow } from '../previews/preview-row.js';
import type { PromisedPrice } from './job-requests.js';
import type { MediaType } from '../providers/provider.js';
import type { JobStatus } from './job-status.js';

/** One job to create, as `create_ai_jobs` takes it. Credits are decimal strings: JSON numbers lose exactness. */
export interface NewJob {
  id: string;
  organization_id: string;
  user_id: string | null;
  api_key_id: string | null;
  project_id: string | null;
  type: MediaType;
  model: string;
  provider: string;
  input: Record<string, unknown>;
  price: unknown;
  price_version: number;
  quote_id: string | null;
  estimated_credits: string;
  hold_credits: string;
  max_credits: string | null;
  idempotency_key: string | null;
  /** Of the whole request, for `Idempotency-Key`. */
  request_hash: string;
  /** Of model and input, for the quote. */
  input_hash: string;
  /** Lower first. */
  priority: number;
  fallback_models: string[];
  deadline_at: string | null;
  metadata: Record<string, unknown>;
  test_mode: boolean;
  park_when_unfunded: boolean;
}

export type CreateOutcome =
  | 'created'
  | 'parked'
  | 'replayed'
  | 'idempotency_conflict'
  | 'insufficient_credits'
  | 'budget_exceeded'
  | 'quote_invalid'
  | 'quote_expired'
  | 'organization_unavailable'
  | 'invalid_request';

export interface CreatedJob {
  outcome: CreateOutcome;
  jobId: string | null;
  status: JobStatus | null;
  createdAt: Date | null;
  /** `held` of an accepted job; of another one, why not. */
  detail: Record<string, unknown>;
}

export interface JobRow {
  id: string;
  organizationId: string;
  userId: string | null;
  apiKeyId: string | null;
  projectId: string | null;
  type: MediaType;
  model: string;
  requestedModel: string | null;
  provider: string;
  fallbackModels: string[];
  status: JobStatus;
  input: Record<string, unknown>;
  metadata: Record<string, unknown>;
  priceVersion: number | null;
  quoteId: string | null;
  heldCredits: bigint;
  chargedCredits: bigint | null;
  refundedCredits: bigint;
  maxCredits: bigint | null;
  testMode: boolean;
  progress: number;
  attempt: number;
  errorCode: string | null;
  errorMessage: string | null;
  errorProviderMessage: string | null;
  deadlineAt: Date | null;
  cancelRequestedAt: Date | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface GenerationRow {
  id: string;
  jobId: string;
  ordinal: number;
  mimeType: string;
  bytes: bigint;
  sha256: string;
  storagePath: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  seed: bigint | null;
  /** What the provider said of it. */
  metadata: Record<string, unknown>;
  previews: PreviewRow;
}

export interface NewQuote {
  id: string;
  organizationId: string;
  userId: string | null;
  model: string;
  inputHash: string;
  estimatedCredits: bigint;
  maxCredits: bigint;
  price: unknown;
  priceVersion: number;
}

export interface JobListFilter {
  status?: JobStatus;
  type?: MediaType;
  model?: string;
  projectId?: string;
  createdFrom?: string;
  createdBefore?: string;
  testMode: boolean;
  /** The id of the last job of the page before. */
  before?: string;
  limit: number;
}

/** Jobs as their owners see and make them. Every read runs as the tenant and filters by its organization as well. */
@Injectable()
export class JobsRepository {
  /**
   * Holds credits and writes jobs and events for many requests in one statement. Needs no tenant context.
   * @returns one answer for each, in their order.
   */
  async createMany(db: Db, jobs: NewJob[]): Promise<CreatedJob[]> {
    const result = await sql<{
      outcome: CreateOutcome;
      job_id: string | null;
      job_status: JobStatus | null;
      created_at: Date | null;
      detail: Record<string, unknown> | null;
    }>`select outcome, job_id, job_status, created_at, detail
         from public.create_ai_jobs(${JSON.stringify(jobs)}::jsonb)
        order by ordinal`.execute(db);
    return result.rows.map((row) => ({
      outcome: row.outcome,
      jobId: row.job_id,
      status: row.job_status,
      createdAt: row.created_at,
      detail: row.detail ?? {},
    }));
  }

  /** A test key finds test jobs only. */
  async find(trx: Trx, { organization, testMode }: Tenant, jobId: string): Promise<JobRow | undefined> {
    let query = selectJobs(trx, organization.id).where('id', '=', jobId);
    if (testMode) query = query.where('test_mode', '=', true);
    const row = await query.executeTakeFirst();
    return row && toJob(row);
  }

  /** The job that an `Idempotency-Key` made for a request with this hash. */
  async findReplay(
    trx: Trx,
    organizationId: string,
    idempotencyKey: string,
    requestHash: string,
  ): Promise<string | undefined> {
    const row = await trx
      .selectFrom('idempotency_keys')
      .select('resource_id')
      .where('organization_id', '=', organizationId)
      .where('key', '=', idempotencyKey)
      .where('request_hash', '=', requestHash)
      .executeTakeFirst();
    return row?.resource_id ?? undefined;
  }

  /** Newest first. */
  async list(trx: Trx, organizationId: string, filter: JobListFilter): Promise<JobRow[]> {
    let query = selectJobs(trx, organizationId).where('test_mode', '=', filter.testMode);
    if (filter.status) query = query.where('status', '=', filter.status);
    if (filter.type) query = query.where('type', '=', filter.type);
    const { model, projectId, createdFrom, createdBefore } = filter;
    if (model) query = query.where((where) => where('model', '=', model).or('requested_model', '=', model));
    if (projectId) query = query.where('project_id', '=', projectId);
    if (createdFrom) query = query.where('created_at', '>=', new Date(createdFrom));
    if (createdBefore) query = query.where('created_at', '<', new Date(createdBefore));
    if (filter.before) {
      query = query.where(
        sql<boolean>`(created_at, id) < (select last.created_at, last.id from public.ai_jobs as last
                                          where last.id = ${filter.before}::uuid and last.organization_id = ${organizationId}::uuid)`,
      );
    }
    return (await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()).map(toJob);
  }

  async listGenerations(trx: Trx, organizationId: string, jobIds: string[]): Promise<GenerationRow[]> {
    if (jobIds.length === 0) return [];
    const rows = await trx
      .selectFrom('generations')
      .select([
        'id',
        'job_id',
        'ordinal',
        'mime_type',
        'bytes',
        'sha256',
        'storage_path',
        'width',
        'height',
        'duration_ms',
        'seed',
        'metadata',
        ...PREVIEW_COLUMNS,
      ])
      .where('organization_id', '=', organizationId)
      .where('job_id', 'in', jobIds)
      .where('deleted_at', 'is', null)
      .orderBy('ordinal')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      jobId: row.job_id,
      ordinal: row.ordinal,
      mimeType: row.mime_type,
      bytes: row.bytes,
      sha256: row.sha256,
      storagePath: row.storage_path,
      width: row.width,
      height: row.height,
      durationMs: row.duration_ms,
      seed: row.seed,
      metadata: row.metadata as Record<string, unknown>,
      previews: toPreviewRow(row),
    }));
  }

  /**
   * Cancels a waiting job (releasing its hold) or asks the worker to stop a running one.
   * @returns `canceled`, `requested`, `ended` or `not_found`.
   */
  async cancel(db: Db, organizationId: string, jobId: string): Promise<string> {
    const result = await sql<{ outcome: string }>`
      select public.cancel_ai_job(${organizationId}::uuid, ${jobId}::uuid) as outcome`.execute(db);
    return result.rows[0]?.outcome ?? 'not_found';
  }

  async findPromise(trx: Trx, organizationId: string, quoteId: string): Promise<PromisedPrice | undefined> {
    return trx
      .selectFrom('quotes')
      .select(['input_hash as inputHash', 'max_credits as maxCredits', 'price'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', quoteId)
      .executeTakeFirst();
  }

  /** Keeps a promise of price; it lives as long as the database says. */
  async insertQuote(db: Db, quote: NewQuote): Promise<{ expiresAt: Date }> {
    const result = await sql<{ expires_at: Date }>`
      select private.create_quote(
        ${quote.id}::uuid, ${quote.organizationId}::uuid, ${quote.userId}::uuid, ${quote.model}, ${quote.inputHash},
        ${quote.estimatedCredits}::bigint, ${quote.maxCredits}::bigint, ${JSON.stringify(quote.price)}::jsonb,
        ${quote.priceVersion}::int) as expires_at`.execute(db);
    const row = result.rows[0];
    if (!row) throw new Error('create_quote returned nothing');
    return { expiresAt: row.expires_at };
  }
}

function selectJobs(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('ai_jobs')
    .select([
      'id',
      'organization_id',
      'user_id',
      'api_key_id',
      'project_id',
      'type',
      'model',
      'requested_model',
      'provider',
      'fallback_models',
      'status',
      'input',
      'metadata',
      'price_version',
      'quote_id',
      'held_credits',
      'charged_credits',
      'refunded_credits',
      'max_credits',
      'test_mode',
      'progress',
      'attempt',
      'error_code',
      'error_message',
      'error_provider_message',
      'deadline_at',
      'cancel_requested_at',
      'created_at',
      'started_at',
      'finished_at',
    ])
    .where('organization_id', '=', organizationId);
}

type SelectedJob = NonNullable<Awaited<ReturnType<ReturnType<typeof selectJobs>['executeTakeFirst']>>>;

function toJob(row: SelectedJob): JobRow {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    apiKeyId: row.api_key_id,
    projectId: row.project_id,
    type: row.type,
    model: row.model,
    requestedModel: row.requested_model,
    provider: row.provider,
    fallbackModels: row.fallback_models,
    status: row.status,
    input: row.input as Record<string, unknown>,
    metadata: (row.metadata ?? {}) as Record<string, unknown>,
    priceVersion: row.price_version,
    quoteId: row.quote_id,
    heldCredits: row.held_credits,
    chargedCredits: row.charged_credits,
    refundedCredits: row.refunded_credits,
    maxCredits: row.max_credits,
    testMode: row.test_mode,
    progress: row.progress,
    attempt: row.attempt,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    errorProviderMessage: row.error_provider_message,
    deadlineAt: row.deadline_at,
    cancelRequestedAt: row.cancel_requested_at,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
