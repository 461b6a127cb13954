import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, withTenant } from '#core/db';
import { InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import type { AcceptedJob } from '../jobs/accepted-job.js';
import { ContentRefused, GenerationFailed, GenerationRefused, JobStillRunning } from '../ai.errors.js';
import { hashOf, JobIntake } from '../jobs/job-intake.service.js';
import { JobWaits } from '../jobs/job-waits.service.js';
import type { CreateJobDto, JobDto, JobErrorDto } from '../jobs/jobs.dto.js';
import { type GenerationRow, JobsRepository } from '../jobs/jobs.repository.js';
import { JobsService } from '../jobs/jobs.service.js';
import type { ModelDefinition } from '../models/model.js';
import { type JobTerms, SIMULATE } from './job-terms.js';
import { inCallersNames, type TranslatedInput } from '../models/translation.js';
import { UnansweredRequestsRepository } from './unanswered-requests.repository.js';

/** What one request of OpenAI's becomes. */
export interface Order {
  model: ModelDefinition;
  translated: TranslatedInput;
  /** The end-user that the caller named. */
  user?: string;
  terms: JobTerms;
}

/** A job that was asked for, now or before. */
export interface AskedJob extends AcceptedJob {
  /** Identifies its request where that has no `Idempotency-Key`. */
  unkeyedHash?: string;
}

/** A job that succeeded, with its files in their order. */
export interface FinishedJob {
  job: JobDto;
  files: GenerationRow[];
}

/** Refusals by the provider that the caller can mend. */
const CALLERS_OWN: readonly string[] = ['provider.invalid_input', 'provider.input_unusable'];

/** Jobs for those who wait for them: accepted, paid and run like any other. */
@Injectable()
export class V1Jobs {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly intake: JobIntake,
    private readonly jobs: JobsService,
    private readonly rows: JobsRepository,
    private readonly waits: JobWaits,
    private readonly unanswered: UnansweredRequestsRepository,
    private readonly config: AppConfig,
  ) {}

  /**
   * Takes an order; one that a client repeats by itself, because its connection broke, finds the job that it became.
   * @throws the refusals of JobIntake.create, with the parameters by OpenAI's names
   */
  async accept(tenant: Tenant, order: Order): Promise<AskedJob> {
    const { input, names } = order.translated;
    const { idempotencyKey, isRetry, simulate, ...limits } = order.terms;
    const asked = simulate === undefined ? input : { ...input, simulate };
    const dto: CreateJobDto = { model: order.model.id, input: asked, ...limits };
    if (order.user !== undefined) dto.metadata = { user: order.user };
    const unkeyedHash =
      idempotencyKey === undefined ? hashOf({ dto, by: tenant.apiKeyId ?? tenant.userId }) : undefined;
    const first = isRetry && unkeyedHash !== undefined && (await this.findUnanswered(tenant, unkeyedHash));
    if (first) return { job: first, isReplayed: true, unkeyedHash };
    try {
      const accepted = await this.intake.create(tenant, dto, idempotencyKey);
      return { ...accepted, unkeyedHash };
    } catch (error) {
      if (!InvalidRequest.is(error)) throw error;
      throw inCallersNames(error, simulate === undefined ? names : new Map([...names, ['simulate', SIMULATE]]));
    }
  }

  /**
   * Waits for the end. Who goes away leaves the job to finish: it can be read, and is paid for.
   * @throws JobStillRunning after a bounded wait; ContentRefused, GenerationRefused, GenerationFailed
   */
  async outcome(
    tenant: Tenant,
    { job: { id: jobId }, unkeyedHash }: AskedJob,
    gone: AbortSignal,
  ): Promise<FinishedJob> {
    const organizationId = tenant.organization.id;
    const signal = AbortSignal.any([gone, AbortSignal.timeout(this.config.v1.waitMs)]);
    if (!(await this.waits.untilEnded(organizationId, jobId, signal))) {
      if (gone.aborted && unkeyedHash !== undefined) {
        await withTenant(this.db, tenant.claims, (trx) =>
          this.unanswered.remember(trx, organizationId, unkeyedHash, jobId),
        );
      }
      throw JobStillRunning({
        detail: `The job ${jobId} goes on. Read it at GET /api/ai/jobs/${jobId}; asking again would make another.`,
        extensions: { jobId },
      });
    }
    const job = await this.jobs.get(tenant, jobId);
    if (job.status !== 'succeeded') throw failureOf(job);
    const files = await withTenant(this.db, tenant.claims, (trx) =>
      this.rows.listGenerations(trx, organizationId, [jobId]),
    );
    return { job, files };
  }

  private async findUnanswered(tenant: Tenant, requestHash: string): Promise<JobDto | undefined> {
    const jobId = await withTenant(this.db, tenant.claims, (trx) =>
      this.unanswered.take(trx, tenant.organization.id, requestHash),
    );
    return jobId === undefined ? undefined : this.jobs.get(tenant, jobId);
  }
}

function failureOf(job: JobDto): Error {
  const reason = job.error?.code ?? `ai.${job.status}`;
  const details = {
    detail: job.error ? sentenceOf(job.error) : `The job ended as ${job.status}.`,
    extensions: { jobId: job.id, reason },
  };
  if (reason === 'provider.content_policy') return ContentRefused(details);
  return CALLERS_OWN.includes(reason) ? GenerationRefused(details) : GenerationFailed(details);
}

/** OpenAI's shape has one field for it all. */
function sentenceOf({ message, providerMessage }: JobErrorDto): string {
  return providerMessage ? `${message} The provider says: ${providerMessage}` : message;
}
