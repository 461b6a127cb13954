import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { newId } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { EventsRepository } from '#core/events';
import type { JobOutcome } from '#core/queue';
import { EventSignals } from '#core/realtime';
import { LocalStorage } from '#core/storage';
import { type ClaimedJob, GenerationsRepository, type NewGeneration } from './generations.repository.js';
import { type Failure, JobEndings } from './job-endings.js';
import { Lease } from './lease.js';
import { findModel } from './models/model-catalogue.js';
import { extensionOf } from './output-files.js';
import { ProviderError } from './providers/provider.errors.js';
import type {
  GenerationRequest,
  Provider,
  ProviderContext,
  ProviderOutput,
  ProviderResult,
} from './providers/provider.js';
import { ProviderRegistry } from './providers/provider-registry.js';

/** Tries at a provider that surely did not accept the request. */
const MAX_ATTEMPTS = 3;
/** A job that took this many workers down with it is given up. */
const MAX_CLAIMS = 6;
const RETRY_BASE_MS = 1000;
const RETRY_CAP_MS = 60_000;
const MIN_POLL_MS = 250;
/** The largest file a provider may hand over. */
const MAX_OUTPUT_BYTES = 2 * 1024 ** 3;

/** Runs one step of one job: claim, ask the provider, store, settle. */
@Injectable()
export class GenerationsService {
  private readonly logger = new Logger('Generations');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly endings: JobEndings,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly providers: ProviderRegistry,
    private readonly storage: LocalStorage,
    private readonly config: AppConfig,
  ) {}

  /**
   * Does what is next for the job. Safe to call any number of times, from any number of workers: whoever fails to claim
   * has nothing to do.
   */
  async run(jobId: string, shutdown: AbortSignal): Promise<JobOutcome> {
    const job = await this.claim(jobId);
    if (!job) return undefined;
    if (job.attempt > MAX_CLAIMS) {
      await this.endings.fail(job, {
        status: 'failed',
        code: 'ai.gave_up',
        message: 'The job could not be completed after several tries.',
      });
      return undefined;
    }
    const lease = new Lease(this.db, this.generations, job, this.config.jobs.leaseMs, shutdown);
    try {
      return await this.step(job, lease);
    } catch (error) {
      return await this.recover(job, lease, error);
    } finally {
      lease.end();
    }
  }

  /** Ends a job that threw on every try of the queue, unless somebody else has it in hand. */
  async giveUp(jobId: string): Promise<void> {
    const job = await this.claim(jobId);
    if (!job) return;
    await this.endings.fail(job, {
      status: 'failed',
      code: 'internal.error',
      message: 'Something went wrong on our side.',
    });
  }

  private claim(jobId: string): Promise<ClaimedJob | undefined> {
    return this.db
      .transaction()
      .execute(async (trx) => {
        const job = await this.generations.claim(trx, jobId, randomUUID(), this.config.jobs.leaseMs);
        if (job?.firstClaim) {
          await this.events.append(trx, [
            {
              organizationId: job.organizationId,
              type: 'job.processing',
              subjectId: job.id,
              projectId: job.projectId,
              data: { jobId: job.id, type: job.type, model: job.model, status: 'processing', attempt: job.attempt },
            },
          ]);
        }
        return job;
      })
      .then((job) => {
        if (job?.firstClaim) this.signals.announce([job.organizationId]);
        return job;
      });
  }

  private async step(job: ClaimedJob, lease: Lease): Promise<JobOutcome> {
    const provider = this.providers.get(job.provider);
    const request = toRequest(job);
    const context: ProviderContext = { signal: lease.signal, attempt: job.attempt };
    lease.signal.throwIfAborted();
    const result = await this.ask(provider, job, request, context, lease);
    if (result.state === 'pending') return this.park(job, result);
    const files = await this.store(job, result.outputs, lease.signal);
    if (!(await this.endings.succeed(job, files, result.usage))) {
      this.logger.warn(`Job ${job.id} was finished by somebody else`);
    }
    return undefined;
  }

  private async ask(
    provider: Provider,
    job: ClaimedJob,
    request: GenerationRequest,
    context: ProviderContext,
    lease: Lease,
  ): Promise<ProviderResult> {
    if (job.externalId) return provider.poll(job.externalId, request, context);
    if (job.submitStartedAt && !provider.abilities.idempotentSubmit) {
      // A worker died between asking and hearing: the provider may be working on it, and may charge for it.
      throw new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' });
    }
    if (!(await this.generations.markSubmitStarted(this.db, job)))
      throw new Error('The claim was lost before the submit');
    lease.submitting = true;
    const result = await provider.submit(request, context);
    lease.submitting = false;
    return result;
  }

  private async park(job: ClaimedJob, result: ProviderResult & { state: 'pending' }): Promise<JobOutcome> {
    const afterMs = Math.max(MIN_POLL_MS, Math.ceil(result.pollAfterMs));
    const progress = Math.min(99, Math.max(0, Math.floor(result.progress ?? 0)));
    const parked = await this.db.transaction().execute(async (trx) => {
      const mine = await this.generations.park(trx, job, result.externalId, afterMs, progress);
      if (mine && progress > 0) {
        await this.events.append(trx, [
          {
            organizationId: job.organizationId,
            type: 'job.progress',
            subjectId: job.id,
            projectId: job.projectId,
            data: { jobId: job.id, type: job.type, model: job.model, status: 'processing', progress },
          },
        ]);
      }
      return mine;
    });
    if (!parked) return undefined;
    this.signals.announce([job.organizationId]);
    return { again: { afterMs } };
  }

  private async store(job: ClaimedJob, outputs: ProviderOutput[], signal: AbortSignal): Promise<NewGeneration[]> {
    if (outputs.length === 0) {
      throw new ProviderError('provider.bad_response', { retry: 'never', providerMessage: 'no outputs' });
    }
    const files: NewGeneration[] = [];
    for (const [ordinal, output] of outputs.entries()) {
      const path = `${job.organizationId}/jobs/${job.id}/${ordinal}.${extensionOf(output.mimeType)}`;
      const stored = await this.storage.put(path, output.body, { signal, maxBytes: MAX_OUTPUT_BYTES });
      files.push({
        id: newId(),
        ordinal,
        mimeType: output.mimeType,
        bytes: stored.bytes,
        sha256: stored.sha256,
        storagePath: path,
        width: output.width,
        height: output.height,
        durationMs: output.durationMs,
        seed: output.seed,
        metadata: output.metadata,
      });
    }
    return files;
  }

  /** Brings a job whose step failed to the right state; an error nobody foresaw goes on to the queue's retries. */
  private async recover(job: ClaimedJob, lease: Lease, error: unknown): Promise<JobOutcome> {
    if (lease.interruption) return this.interrupted(job, lease);
    if (!(error instanceof ProviderError)) {
      await this.generations.handBack(this.db, job, { countAttempt: true }).catch(() => false);
      throw error;
    }
    const { retry, retryAfterMs, providerMessage } = error.options;
    this.logger.warn(
      { jobId: job.id, provider: job.provider, code: error.code, retry, providerMessage },
      'The provider failed',
    );
    if (retry === 'safe' && job.attempt < MAX_ATTEMPTS) {
      if (!(await this.generations.handBack(this.db, job, { countAttempt: true }))) return undefined;
      return { again: { afterMs: retryAfterMs ?? backoffMs(job.attempt) } };
    }
    await this.endings.fail(job, failureOf(error));
    return undefined;
  }

  private async interrupted(job: ClaimedJob, lease: Lease): Promise<JobOutcome> {
    switch (lease.interruption) {
      case 'cancel_requested':
        if (job.externalId)
          await this.providers
            .get(job.provider)
            .cancel(job.externalId, toRequest(job))
            .catch(() => undefined);
        await this.endings.fail(job, { status: 'canceled', code: 'ai.canceled', message: 'Canceled on request.' });
        return undefined;
      case 'deadline_passed':
        await this.endings.fail(job, {
          status: 'expired',
          code: 'ai.deadline_passed',
          message: 'The deadline passed before the provider delivered.',
        });
        return undefined;
      case 'shutdown':
        if (lease.submitting && !this.providers.get(job.provider).abilities.idempotentSubmit) {
          // Broken off in the middle of a submit that may have been accepted: it must not be made twice.
          await this.endings.fail(
            job,
            failureOf(new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' })),
          );
          return undefined;
        }
        await this.generations.handBack(this.db, job, { countAttempt: false });
        return { again: { afterMs: MIN_POLL_MS } };
      default:
        return undefined;
    }
  }
}

function toRequest(job: ClaimedJob): GenerationRequest {
  const model = findModel(job.model, job.createdAt);
  return {
    jobId: job.id,
    organizationId: job.organizationId,
    type: job.type,
    model: job.model,
    providerModel: model.providerModel,
    ability: model.ability,
    input: job.input,
  };
}

function failureOf(error: ProviderError): Failure {
  return {
    status: error.options.retry === 'ambiguous' ? 'outcome_unknown' : 'failed',
    code: error.code,
    message: error.message,
  };
}

/** Exponential with full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"). */
function backoffMs(attempt: number): number {
  return Math.random() * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt);
}
