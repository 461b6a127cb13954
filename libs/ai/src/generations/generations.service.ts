import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, isTransient, type Trx } from '#core/db';
import { messageOf } from '#core/errors';
import { type JobOutcome, Queues } from '#core/queue';
import { EventSignals } from '#core/realtime';
import { RunGeneration, StartGeneration } from '../ai.jobs.js';
import type { ClaimedJob } from './claimed-job.js';
import { GenerationsRepository } from './generations.repository.js';
import { JobEndings } from './job-endings.js';
import { JobSlots } from './job-slots.js';
import { Lease } from './lease.js';
import { LightSteps } from './light-steps.js';
import { OutputStore } from '../outputs/output-store.js';
import { findModelEver } from '../models/model-catalogue.js';
import { usageOf } from '../models/usage.js';
import { ProviderRequests, type UnheardResult } from './provider-requests.js';
import { PreviewsService } from '../previews/previews.service.js';
import type { MediaType, PendingResult } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { StepBatches } from './step-batches.js';
import { StepFailures } from './step-failures.js';
import type { StepOutcome } from './step-outcome.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

/** A job that took this many workers down with it is given up. */
const MAX_CLAIMS = 6;
const MIN_POLL_MS = 250;
/** Where a report makes a look due, the looks between are for progress, and for the case that no report comes. */
const REPORTED_PATIENCE = 1.5;
/** A long line must not keep other messages of its queue, such as second tries, from their turn. */
const STARTS_IN_A_ROW = 50;
/** Between two tries to write down what a provider has done. */
const SHORTEST_WRITE_PAUSE_MS = 100;
const LONGEST_WRITE_PAUSE_MS = 1000;
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
    private readonly signals: EventSignals,
    private readonly requests: ProviderRequests,
    private readonly outputs: OutputStore,
    private readonly failures: StepFailures,
    private readonly batches: StepBatches,
    private readonly lightSteps: LightSteps,
    private readonly providers: ProviderRegistry,
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
    const outcome = await this.runClaimed(job, shutdown);
    return typeof outcome === 'object' ? outcome : undefined;
  }

  /**
   * Starts the waiting jobs whose turn it is, until none is left that may run. Those whose provider works elsewhere go on
   * by themselves; the first that is made while somebody waits is waited for, and the rest of the line left to others.
   */
  async startWaiting(type: MediaType, shutdown: AbortSignal): Promise<JobOutcome> {
    for (let started = 0; started < STARTS_IN_A_ROW && (await this.lightSteps.untilRoomToStart()); started += 1) {
      const job = await this.batches.startNext(type);
      if (!job) return undefined;
      if (!this.providers.get(job.provider).abilities.callbacks) {
        await Promise.all([this.passOn(type), this.carryOn(job, shutdown)]);
        return undefined;
      }
      this.lightSteps.start((stopping) => this.carryOn(job, stopping));
    }
    // Behind the other messages of the queue; on another worker, when this one is about to stop.
    return { again: { afterMs: 0 } };
  }

  private async passOn(type: MediaType): Promise<void> {
    await this.queues.enqueue(StartGeneration[type], { type }).catch((error: unknown) => {
      this.logger.warn(`Jobs that wait are left to the sweeper: ${messageOf(error)}`);
    });
  }

  /** Does the next step of a claimed job that no message stands for. What comes after it may have one. Never fails. */
  async carryOn(job: ClaimedJob, shutdown: AbortSignal): Promise<void> {
    try {
      const outcome = await this.runClaimed(job, shutdown).catch((error: unknown) => {
        this.logger.warn(`A step of job ${job.id} failed: ${messageOf(error)}`);
        return { again: { afterMs: MIN_POLL_MS } };
      });
      if (typeof outcome !== 'object') return;
      const next = { messageId: job.id, delayMs: outcome.again.afterMs };
      await this.queues.enqueue(RunGeneration[job.type], { jobId: job.id }, next);
    } catch (error) {
      this.logger.warn(`Job ${job.id} waits for the sweeper: ${messageOf(error)}`);
    }
  }

  private async runClaimed(job: ClaimedJob, shutdown: AbortSignal): Promise<StepOutcome> {
    let outcome: StepOutcome = 'over';
    try {
      outcome = await this.tryStep(job, shutdown);
      return outcome;
    } finally {
      // A generation under way keeps its organization's place.
      if (outcome !== 'parked') this.slots.freed(job.organizationId);
    }
  }

  private async tryStep(job: ClaimedJob, shutdown: AbortSignal): Promise<StepOutcome> {
    if (job.attempt > MAX_CLAIMS) {
      await this.endings.fail(job, { status: 'failed', code: 'ai.gave_up' });
      return 'over';
    }
    const { abilities } = this.providers.get(job.provider);
    const lease = new Lease(this.db, this.generations, job, abilities, this.config.jobs.leaseMs, shutdown);
    try {
      return await this.step(job, lease);
    } catch (error) {
      const recover = () => this.failures.recover(job, lease, error);
      // Where the database itself was the failure, the queue tries again.
      return await (isTransient(error) ? recover() : this.persist(lease, recover));
    } finally {
      lease.end();
    }
  }

  /** Ends a job that threw on every try of the queue, unless somebody else has it in hand. */
  async giveUp(jobId: string): Promise<void> {
    const job = await this.claim(() => Promise.resolve(jobId));
    if (!job || job === 'no_slot') return;
    await this.endings.fail(job, { status: 'failed', code: 'internal.error' });
    this.slots.freed(job.organizationId);
  }

  private async takePlace(trx: Trx, jobId: string): Promise<string> {
    return (await this.unclaimed.takeSlot(trx, jobId)) ? jobId : 'no_slot';
  }

  /** @param find says whether the job may be claimed, in the claim's transaction */
  private async claim(find: (trx: Trx) => Promise<string>): Promise<ClaimedJob | 'no_slot' | undefined> {
    const job = await this.db.transaction().execute(async (trx) => {
      const jobId = await find(trx);
      if (jobId === 'no_slot') return jobId;
      const claimed = await this.generations.claim(trx, jobId, this.config.jobs.leaseMs);
      if (claimed?.firstClaim) await this.batches.tellStarted(trx, [claimed]);
      return claimed;
    });
    if (job !== 'no_slot' && job?.firstClaim) this.signals.announce([job.organizationId]);
    return job;
  }

  private async step(claimed: ClaimedJob, lease: Lease): Promise<StepOutcome> {
    const own = await this.requests.findOwnKey(claimed);
    const job = { ...claimed, providerKeyId: own?.id ?? null };
    lease.signal.throwIfAborted();
    if (!job.externalId && !job.submitStartedAt) this.outputs.assertRoom();
    const result = await this.requests.ask(job, own, lease);
    if (result.state !== 'done') {
      return job.holdExpired ? this.expire(job) : this.persist(lease, () => this.park(job, result));
    }
    lease.made = true;
    const files = await this.outputs.put(job, result.outputs, lease.signal);
    const counted = await usageOf(findModelEver(job.model), job.input, files);
    const usage = { ...result.usage, quantities: { ...counted, ...result.usage.quantities } };
    if (!(await this.persist(lease, () => this.endings.succeed(job, files, usage)))) {
      this.logger.warn(`Job ${job.id} was finished by somebody else`);
    }
    void this.previews.wake();
    return 'over';
  }

  /**
   * What a provider has done is paid for and cannot be asked for twice, so writing it down outlasts a database that is away:
   * the claim guards it, however late it is. Given up when the job is taken away, or the worker stops.
   */
  private async persist<Result>(lease: Lease, write: () => Promise<Result>): Promise<Result> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await write();
      } catch (error) {
        if (!isTransient(error) || lease.signal.aborted) throw error;
        this.logger.warn(`The database is away, what a provider has done is written later: ${messageOf(error)}`);
        const pauseMs = Math.min(LONGEST_WRITE_PAUSE_MS, SHORTEST_WRITE_PAUSE_MS * 2 ** tries);
        // Woken by the end of the lease, it tries once more.
        await sleep(pauseMs, undefined, { signal: lease.signal }).catch(() => undefined);
      }
    }
  }

  /** The provider was asked and is not done a day after the start: a hold does not wait for ever. */
  private async expire(job: ClaimedJob): Promise<StepOutcome> {
    await this.requests
      .cancel(job)
      .catch((error: unknown) => this.logger.warn(`Job ${job.id} could not be canceled: ${messageOf(error)}`));
    await this.endings.fail(job, { status: 'expired', code: 'ai.hold_expired', mayBeBilled: true });
    return 'over';
  }

  /** Lets go of the job until the provider is to be asked again. */
  private async park(job: ClaimedJob, result: PendingResult | UnheardResult): Promise<StepOutcome> {
    const patience = result.state === 'pending' && this.requests.awaitsReport(job) ? REPORTED_PATIENCE : 1;
    const wantedMs = Math.min(result.pollAfterMs * patience, this.config.providers.longestPollMs);
    const pollAfterMs = Math.max(MIN_POLL_MS, Math.ceil(wantedMs));
    const progress = Math.min(99, Math.max(0, Math.floor(result.progress ?? 0)));
    const mine = await this.batches.park({ job, externalId: result.externalId ?? null, pollAfterMs, progress });
    return mine ? 'parked' : 'over';
  }
}
