import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, type Trx } from '#core/db';
import { messageOf } from '#core/errors';
import { EventsRepository } from '#core/events';
import { type JobOutcome, Queues } from '#core/queue';
import { EventSignals } from '#core/realtime';
import { RunGeneration } from './ai.jobs.js';
import { type ClaimedJob, GenerationsRepository } from './generations.repository.js';
import { JobEndings } from './job-endings.js';
import { JobSlots } from './job-slots.js';
import { Lease } from './lease.js';
import { OutputStore } from './output-store.js';
import { findModelEver } from './models/model-catalogue.js';
import { usageOf } from './models/usage.js';
import { ProviderRequests, type UnheardResult } from './provider-requests.js';
import { PreviewsService } from './previews/previews.service.js';
import type { MediaType, PendingResult } from './providers/provider.js';
import { StepFailures } from './step-failures.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

/** A job that took this many workers down with it is given up. */
const MAX_CLAIMS = 6;
const MIN_POLL_MS = 250;
/** A job over its organization's limit waits to be called; its message looks again by itself only in case of the worst. */
const NO_SLOT_MS = 10 * 60_000;

/** Runs one step of one job: claim, ask the provider, store, settle. */
@Injectable()
export class GenerationsService {
  private readonly logger = new Logger('Generations');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly unclaimed: UnclaimedJobsRepository,
    private readonly endings: JobEndings,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly requests: ProviderRequests,
    private readonly outputs: OutputStore,
    private readonly failures: StepFailures,
    private readonly slots: JobSlots,
    private readonly previews: PreviewsService,
    private readonly queues: Queues,
    private readonly config: AppConfig,
  ) {}

  /**
   * Does what is next for the job. Safe to call any number of times, from any number of workers: whoever fails to claim
   * has nothing to do.
   */
  async run(jobId: string, shutdown: AbortSignal): Promise<JobOutcome> {
    const job = await this.claim((trx) => this.takePlace(trx, jobId));
    if (job === 'no_slot') return { again: { afterMs: NO_SLOT_MS } };
    if (!job) return undefined;
    try {
      return await this.runClaimed(job, shutdown);
    } finally {
      this.slots.freed(job.organizationId);
    }
  }

  /**
   * Starts the waiting job whose turn it is. What comes after its first step goes by messages of its own.
   * @throws what kept it from being chosen; a job that was chosen and threw is tried again by its own message
   */
  async startNext(type: MediaType, shutdown: AbortSignal): Promise<void> {
    const job = await this.claim((trx) => this.unclaimed.findNext(trx, type));
    if (!job || job === 'no_slot') return;
    const outcome = await this.runClaimed(job, shutdown)
      .catch((error: unknown) => {
        this.logger.warn(`The first try of job ${job.id} failed: ${messageOf(error)}`);
        return { again: { afterMs: MIN_POLL_MS } };
      })
      .finally(() => this.slots.freed(job.organizationId));
    if (!outcome) return;
    const next = { messageId: job.id, delayMs: outcome.again.afterMs };
    await this.queues.enqueue(RunGeneration[type], { jobId: job.id }, next);
  }

  private async runClaimed(job: ClaimedJob, shutdown: AbortSignal): Promise<JobOutcome> {
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
      return await this.failures.recover(job, lease, error);
    } finally {
      lease.end();
    }
  }

  /** Ends a job that threw on every try of the queue, unless somebody else has it in hand. */
  async giveUp(jobId: string): Promise<void> {
    const job = await this.claim(() => Promise.resolve(jobId));
    if (!job || job === 'no_slot') return;
    await this.endings.fail(job, {
      status: 'failed',
      code: 'internal.error',
      message: 'Something went wrong on our side.',
    });
    this.slots.freed(job.organizationId);
  }

  private async takePlace(trx: Trx, jobId: string): Promise<string> {
    return (await this.unclaimed.takeSlot(trx, jobId)) ? jobId : 'no_slot';
  }

  /** @param find says which job, in the claim's transaction */
  private claim(find: (trx: Trx) => Promise<string | undefined>): Promise<ClaimedJob | 'no_slot' | undefined> {
    return this.db
      .transaction()
      .execute(async (trx) => {
        const jobId = await find(trx);
        if (jobId === undefined || jobId === 'no_slot') return jobId;
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
        if (job !== 'no_slot' && job?.firstClaim) this.signals.announce([job.organizationId]);
        return job;
      });
  }

  private async step(claimed: ClaimedJob, lease: Lease): Promise<JobOutcome> {
    const own = await this.requests.findOwnKey(claimed);
    const job = { ...claimed, providerKeyId: own?.id ?? null };
    lease.signal.throwIfAborted();
    const result = await this.requests.ask(job, own, lease);
    if (result.state !== 'done') return job.holdExpired ? this.expire(job) : this.park(job, result);
    const files = await this.outputs.put(job, result.outputs, lease.signal);
    const counted = await usageOf(findModelEver(job.model), job.input, files);
    const usage = { ...result.usage, quantities: { ...counted, ...result.usage.quantities } };
    if (!(await this.endings.succeed(job, files, usage))) {
      this.logger.warn(`Job ${job.id} was finished by somebody else`);
    }
    void this.previews.wake();
    return undefined;
  }

  /** The provider was asked and is not done a day after the start: a hold does not wait for ever. */
  private async expire(job: ClaimedJob): Promise<JobOutcome> {
    await this.requests
      .cancel(job)
      .catch((error: unknown) => this.logger.warn(`Job ${job.id} could not be canceled: ${messageOf(error)}`));
    await this.endings.fail(job, {
      status: 'expired',
      code: 'ai.hold_expired',
      message: 'The provider had not finished after 24 hours.',
      mayBeBilled: true,
    });
    return undefined;
  }

  /** Lets go of the job until the provider is to be asked again. */
  private async park(job: ClaimedJob, result: PendingResult | UnheardResult): Promise<JobOutcome> {
    const wantedMs = Math.min(result.pollAfterMs, this.config.providers.longestPollMs);
    const afterMs = Math.max(MIN_POLL_MS, Math.ceil(wantedMs));
    const progress = Math.min(99, Math.max(0, Math.floor(result.progress ?? 0)));
    const externalId = result.externalId ?? null;
    const parked = await this.db.transaction().execute(async (trx) => {
      const mine = await this.generations.park(trx, job, externalId, afterMs, progress);
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
}
