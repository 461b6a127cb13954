import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BudgetExceeded, InsufficientCredits, QuoteExpired, QuoteInvalid } from '#billing';
import { canonicalJson, newId, sha256 } from '#core/crypto';
import { type Db, InjectDb, withTenant } from '#core/db';
import { type AppError, IdempotencyConflict, InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import { EventSignals } from '#core/realtime';
import { OrganizationSuspended } from '#organizations';
import type { AcceptedJob } from './accepted-job.js';
import { DeadlinePassed, MaxCreditsExceeded } from '../ai.errors.js';
import { CreateBatcher } from './create-batcher.js';
import { JobInputs } from '../inputs/job-inputs.js';
import { JobMessages } from './job-messages.js';
import { JobRequests, type PromisedPrice } from './job-requests.js';
import { toAcceptedJobDto } from './job-view.js';
import type { CreateJobDto, JobDto, JobPriority } from './jobs.dto.js';
import { type CreatedJob, JobsRepository, type NewJob } from './jobs.repository.js';
import { JobsService } from './jobs.service.js';

const PRIORITY: Readonly<Record<JobPriority, number>> = { high: 50, normal: 100, low: 200 };

/** Where requests become jobs. */
@Injectable()
export class JobIntake {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: JobsRepository,
    private readonly jobs: JobsService,
    private readonly requests: JobRequests,
    private readonly inputs: JobInputs,
    private readonly batcher: CreateBatcher,
    private readonly messages: JobMessages,
    private readonly signals: EventSignals,
  ) {}

  /**
   * Accepts a job: validates, prices, holds the most it can cost, writes it, and tells a worker.
   * A replay with the same `Idempotency-Key` answers the first job, whatever became of it.
   * @param requestHash identifies the request behind a key, where its DTO does not
   * @throws the refusals of JobRequests and JobInputs, MaxCreditsExceeded, DeadlinePassed, InsufficientCredits, BudgetExceeded,
   *   QuoteInvalid, QuoteExpired, IdempotencyConflict, OrganizationSuspended; nothing is held or queued then
   */
  async create(
    tenant: Tenant,
    dto: CreateJobDto,
    idempotencyKey?: string,
    requestHash = hashOf(dto),
  ): Promise<AcceptedJob> {
    const key = idempotencyKey && keptKey(tenant, idempotencyKey);
    let job: NewJob;
    try {
      job = await this.toNewJob(tenant, dto, requestHash, key);
    } catch (refused) {
      // What was accepted once stays accepted: a deadline that has passed since, or a model that was retired since, must
      // not hide the first job from the one who asks again.
      const first = key && (await this.findFirst(tenant, key, requestHash));
      if (first) return { job: first, isReplayed: true };
      throw refused;
    }
    const created = await this.batcher.create(job);
    switch (created.outcome) {
      case 'created':
        this.signals.announce([job.organization_id]);
        await this.messages.start(job.type);
        return { job: toAcceptedJobDto(job, created), isReplayed: false };
      case 'parked':
        this.signals.announce([job.organization_id]);
        return { job: toAcceptedJobDto(job, created), isReplayed: false };
      case 'replayed':
        return { job: await this.jobs.get(tenant, created.jobId ?? job.id), isReplayed: true };
      default:
        throw refusal(created);
    }
  }

  /** The job that a key already made for the same request. */
  private async findFirst(tenant: Tenant, idempotencyKey: string, requestHash: string): Promise<JobDto | undefined> {
    const jobId = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.findReplay(trx, tenant.organization.id, idempotencyKey, requestHash),
    );
    return jobId ? this.jobs.get(tenant, jobId) : undefined;
  }

  /** What a quote promised; whether it serves for the job is the database's to say. */
  private async findPromise(tenant: Tenant, quoteId: string): Promise<PromisedPrice | undefined> {
    return withTenant(this.db, tenant.claims, (trx) =>
      this.repository.findPromise(trx, tenant.organization.id, quoteId),
    );
  }

  private async toNewJob(
    tenant: Tenant,
    dto: CreateJobDto,
    requestHash: string,
    idempotencyKey?: string,
  ): Promise<NewJob> {
    const promise = dto.quoteId === undefined ? undefined : await this.findPromise(tenant, dto.quoteId);
    const request = await this.requests.prepare(tenant, dto, promise);
    assertWithin(dto, request.maximumCredits);
    const deadline = dto.deadline === undefined ? null : new Date(dto.deadline);
    if (deadline && deadline.getTime() <= Date.now()) throw DeadlinePassed();
    return {
      id: newId(),
      organization_id: tenant.organization.id,
      user_id: tenant.userId,
      api_key_id: tenant.apiKeyId,
      project_id: dto.projectId ?? null,
      type: request.model.type,
      model: request.model.id,
      provider: tenant.testMode ? 'sandbox' : request.model.provider,
      // Last, because it may fetch: what is refused for another reason leaves nothing behind.
      input: await this.inputs.resolve(tenant, request.model, request.input),
      price: request.frozenPrice,
      price_version: request.price.version,
      quote_id: dto.quoteId ?? null,
      estimated_credits: request.estimatedCredits.toString(),
      hold_credits: tenant.testMode ? '0' : request.maximumCredits.toString(),
      max_credits: dto.maxCredits?.toString() ?? null,
      idempotency_key: idempotencyKey ?? null,
      request_hash: requestHash,
      input_hash: request.hash,
      priority: PRIORITY[dto.priority ?? 'normal'],
      fallback_models: dto.fallbackModels ?? [],
      deadline_at: deadline?.toISOString() ?? null,
      metadata: dto.metadata ?? {},
      test_mode: tenant.testMode,
      park_when_unfunded: dto.awaitFunds ?? false,
    };
  }
}

/** @throws MaxCreditsExceeded when the job may cost more than the caller allows */
function assertWithin({ maxCredits }: CreateJobDto, mostCredits: bigint): void {
  if (maxCredits === undefined || mostCredits <= BigInt(maxCredits)) return;
  throw MaxCreditsExceeded({
    detail: `It may cost ${mostCredits} credits; maxCredits is ${maxCredits}.`,
    extensions: { requiredCredits: Number(mostCredits) },
  });
}

/** Of what the caller sent, not of what it was expanded to: a default that changes later must not break a replay. */
export function hashOf(dto: object): string {
  return createHash('sha256').update(canonicalJson(dto)).digest('hex');
}

/**
 * An `Idempotency-Key` as it is kept: keys of test jobs have a space of their own, so that a live request is never answered
 * with a test job, nor the other way round. No caller's key has a space in it.
 */
function keptKey({ testMode }: Tenant, key: string): string {
  return testMode ? `test ${sha256(key).toString('base64url')}` : key;
}

/** The one thing that only the database can check is whose project it is; the rest would be a fault of ours. */
function refusedByDatabase(reason: unknown): AppError {
  if (typeof reason !== 'string' || !reason.includes('project_id'))
    throw new Error(`create_ai_jobs refused: ${String(reason)}`);
  return InvalidRequest({
    detail: 'The project does not exist in this organization.',
    errors: [{ pointer: '/projectId', code: 'unknown_project', message: 'does not exist in this organization' }],
  });
}

function insufficientCredits({ required, available }: CreatedJob['detail']): AppError {
  return InsufficientCredits({
    detail: `The job needs ${Number(required)} credits; ${Number(available)} are available. Top up, or choose a cheaper model.`,
    extensions: { requiredCredits: Number(required), availableCredits: Number(available) },
  });
}

function refusal(created: CreatedJob): AppError {
  switch (created.outcome) {
    case 'insufficient_credits':
      return insufficientCredits(created.detail);
    case 'budget_exceeded':
      return BudgetExceeded({ extensions: created.detail });
    case 'quote_expired':
      return QuoteExpired('Ask for a new quote.');
    case 'quote_invalid':
      return QuoteInvalid(
        'A quote is for one model and input of one organization, for live or for test jobs as it was asked for, and for one job.',
      );
    case 'idempotency_conflict':
      return IdempotencyConflict('Use a new key for a new request, or send exactly the first body again.');
    case 'organization_unavailable':
      return OrganizationSuspended('Nothing new is made until it is active again.');
    case 'invalid_request':
      return refusedByDatabase(created.detail['reason']);
    default:
      throw new Error(`Unknown outcome ${created.outcome}`);
  }
}
