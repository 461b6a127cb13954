import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { StorageFull } from '#core/storage';
import type { ClaimedJob } from './claimed-job.js';
import { GenerationsRepository } from './generations.repository.js';
import { type Failure, JobEndings } from './job-endings.js';
import { JobFallbacks } from './job-fallbacks.js';
import type { Lease } from './lease.js';
import { ProviderError, type ProviderErrorCode } from '../providers/provider.errors.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ProviderRequests } from './provider-requests.js';
import type { StepOutcome } from './step-outcome.js';

/** Tries at a provider that surely did not accept the request. */
const MAX_ATTEMPTS = 3;
/** Looks at what a provider accepted: about a minute in all, which is how long a gateway's moods usually last. */
const MAX_LOOKS = 5;
/** A generation that its provider has not finished by then is not waited for any longer. */
const MAX_PENDING_MS = 2 * 3600_000;
/** A provider that could not be asked, or has a limit of requests, is waited for no longer. */
const MAX_TURNED_AWAY_MS = 15 * 60_000;
/** A place at a key comes free: only the hold itself, which lasts a day, is longer than the wait for it. */
const MAX_IN_LINE_MS = 24 * 3600_000;
/** Whoever runs the storage has this long to make room. */
const MAX_NO_ROOM_MS = 30 * 60_000;
/** Of the first pause between tries, for who waits for room. */
const NO_ROOM_DOUBLINGS = 5;
const RETRY_CAP_MS = 60_000;
/** Links to files live for an hour at some providers, so that no answer keeps a look away for long. */
const LONGEST_LOOK_PAUSE_MS = 5 * 60_000;
const SOON_MS = 250;
/** Meanwhile the queue tries again and counts; when it has forgotten the job, its row is found. */
const UNFORESEEN_MS = 30_000;

/**
 * Refusals of a look, which say nothing of the generation: a gateway's page, a key that is being replaced, a task that is not
 * listed yet.
 */
const REFUSED_LOOKS: readonly string[] = [
  'provider.authentication_failed',
  'provider.own_key_refused',
  'provider.quota_exhausted',
  'provider.own_quota_exhausted',
  'provider.unavailable',
  'provider.not_configured',
] satisfies ProviderErrorCode[];

/** Ends of what was made, as far as anybody knows. */
const MADE_IN_VAIN: readonly string[] = [
  'provider.bad_response',
  'provider.output_unavailable',
] satisfies ProviderErrorCode[];

/** Brings a job whose step did not end well to the right state: again, later, or its honest end. */
@Injectable()
export class StepFailures {
  private readonly logger = new Logger('Generations');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly endings: JobEndings,
    private readonly providers: ProviderRegistry,
    private readonly requests: ProviderRequests,
    private readonly fallbacks: JobFallbacks,
    private readonly config: AppConfig,
  ) {}

  /**
   * The rule above all others: what a provider may have accepted is never submitted a second time, because it may be
   * paid for twice.
   * @throws the error itself when nobody foresaw it and trying again is harmless: the queue counts these tries
   */
  async recover(job: ClaimedJob, lease: Lease, error: unknown): Promise<StepOutcome> {
    if (lease.interruption) return this.interrupted(job, lease);
    if (StorageFull.is(error)) return this.storageFull(job, lease);
    if (!(error instanceof ProviderError)) return this.unforeseen(job, lease, error);
    const { retry, retryAfterMs, providerMessage } = error.options;
    const reason = this.fallbacks.isReason(job, error, job.attempt < MAX_ATTEMPTS);
    if (reason && (await this.fallbacks.moveOn(job, error))) return { again: { afterMs: 0 } };
    const sinceMs = Date.now() - job.startedAt.getTime();
    const waitMs = retryAfterMs ?? this.untoldWaitMs(error, sinceMs);
    if (sinceMs + waitMs < patienceMs(job, error)) {
      return this.again(job, waitMs + Math.random() * Math.min(waitMs, RETRY_CAP_MS), false);
    }
    this.logger.warn(
      { jobId: job.id, provider: job.provider, code: error.code, retry, providerMessage },
      'The provider failed',
    );
    if (job.externalId) return this.pollFailed(job, error);
    if (this.mayTryAgain(job, error)) return this.again(job, retryAfterMs ?? this.backoffMs(job.attempt));
    await this.endings.fail(job, failureOf(error));
    return 'over';
  }

  /** A limit that does not say when it ends is asked about less and less often. */
  private untoldWaitMs({ code }: ProviderError, sinceMs: number): number {
    if (code !== 'provider.rate_limited') return SOON_MS;
    return Math.min(RETRY_CAP_MS, Math.max(this.config.jobs.retryBaseMs, sinceMs / 4));
  }

  private mayTryAgain(job: ClaimedJob, { code, options }: ProviderError): boolean {
    // Files that were lost on their way were made, and paid: there is no other submit for them.
    if (options.retry !== 'safe' || code === 'provider.output_unavailable') return false;
    // Whoever is told to come back in hours is better told so now, with the credits given back.
    return job.attempt < MAX_ATTEMPTS && (options.retryAfterMs ?? 0) < MAX_TURNED_AWAY_MS;
  }

  /**
   * Looking is always safe: a poll that did not get through is repeated until the provider has had its time. Files that
   * cannot be fetched, and looks that are refused, are tried a few times: each gives fresh links, or a better answer.
   */
  private async pollFailed(job: ClaimedJob, error: ProviderError): Promise<StepOutcome> {
    const { retry, retryAfterMs } = error.options;
    const refused = retry === 'never' && REFUSED_LOOKS.includes(error.code);
    const counted = refused || error.code === 'provider.output_unavailable';
    if (counted ? job.attempt >= MAX_LOOKS : retry === 'never') {
      await this.endings.fail(job, { ...failureOf(error), ...(refused && { mayBeBilled: true }) });
      return 'over';
    }
    if (Date.now() - job.startedAt.getTime() > MAX_PENDING_MS) {
      await this.endings.fail(job, failureOf(new ProviderError('provider.timeout', { retry: 'ambiguous' })));
      return 'over';
    }
    const pauseMs = retryAfterMs ?? this.backoffMs(MAX_ATTEMPTS + (counted ? job.attempt : 0));
    return this.again(job, Math.min(pauseMs, LONGEST_LOOK_PAUSE_MS), counted);
  }

  /**
   * What the provider still has, or was never asked for, waits until there is room. Files that were in hand are lost, as
   * there is no other submit for them: ours to bear, the customer pays nothing.
   */
  private async storageFull(job: ClaimedJob, lease: Lease): Promise<StepOutcome> {
    const waits = job.externalId !== null || !lease.submitted || this.mayRepeat(job);
    if (waits && Date.now() - job.startedAt.getTime() < MAX_NO_ROOM_MS) {
      return this.again(job, this.backoffMs(NO_ROOM_DOUBLINGS), false);
    }
    await this.endings.fail(job, {
      status: 'failed',
      code: 'storage.full',
      ...((lease.submitted || job.externalId) && { mayBeBilled: true }),
    });
    return 'over';
  }

  private async unforeseen(job: ClaimedJob, lease: Lease, error: unknown): Promise<StepOutcome> {
    if (lease.submitted && !job.externalId && !this.mayRepeat(job)) {
      // The provider delivered, but the files could not be kept. Ours to bear: the customer pays nothing.
      this.logger.error({ err: error, jobId: job.id }, 'Outputs were lost after the provider delivered');
      await this.endings.fail(job, {
        status: 'failed',
        code: 'ai.outputs_lost',
        mayBeBilled: true,
      });
      return 'over';
    }
    // When the database is the trouble this fails as well; then the lease runs out and the sweeper comes.
    await this.generations
      .handBack(this.db, job, { afterMs: UNFORESEEN_MS, countAttempt: true })
      .catch((cause: unknown) => {
        this.logger.warn(`Job ${job.id} could not be handed back: ${messageOf(cause)}`);
      });
    throw error;
  }

  private async interrupted(job: ClaimedJob, lease: Lease): Promise<StepOutcome> {
    switch (lease.interruption) {
      case 'cancel_requested':
        return this.stop(job, { status: 'canceled', code: 'ai.canceled' });
      case 'deadline_passed':
        return this.stop(job, { status: 'expired', code: 'ai.deadline_passed' });
      case 'shutdown':
        if (lease.submitted && !job.externalId && !this.mayRepeat(job)) {
          await this.endings.fail(
            job,
            failureOf(new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' })),
          );
          return 'over';
        }
        return this.again(job, SOON_MS, false);
      default:
        // The lease is lost: somebody else has the job now, and every write of ours would find that out.
        return 'over';
    }
  }

  /** Exponential with full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"). */
  private backoffMs(attempt: number): number {
    return Math.random() * Math.min(RETRY_CAP_MS, this.config.jobs.retryBaseMs * 2 ** attempt);
  }

  private async again(job: ClaimedJob, afterMs: number, countAttempt = true): Promise<StepOutcome> {
    const mine = await this.generations.handBack(this.db, job, { afterMs, countAttempt });
    if (!mine) return 'over';
    return job.externalId ? 'parked' : { again: { afterMs } };
  }

  private mayRepeat(job: ClaimedJob): boolean {
    return this.providers.get(job.provider).abilities.idempotentSubmit;
  }

  /** The customer pays nothing; what a provider that did not answer the wish may bill is ours to bear. */
  private async stop(job: ClaimedJob, end: Pick<Failure, 'status' | 'code'>): Promise<StepOutcome> {
    const stopped = await this.requests.cancel(job).then(
      () => true,
      (error: unknown) => {
        this.logger.warn(`Canceling ${job.id} at its provider failed: ${messageOf(error)}`);
        return false;
      },
    );
    await this.endings.fail(job, { ...end, ...(!stopped && { mayBeBilled: true }) });
    return 'over';
  }
}

/** How long after its start a job may still wait for the provider without this try counting; 0: it counts. */
function patienceMs(job: ClaimedJob, { code, options: { retry, notAsked, inLine, isPlayed } }: ProviderError): number {
  if (inLine) return MAX_IN_LINE_MS;
  // With another model at hand the tries count, so that the job moves on after some.
  const limited = code === 'provider.rate_limited' && retry === 'safe' && !isPlayed;
  return notAsked || (limited && job.fallbackModels.length === 0) ? MAX_TURNED_AWAY_MS : 0;
}

function failureOf(error: ProviderError): Failure {
  const { retry, ownKey, providerMessage } = error.options;
  return {
    status: retry === 'ambiguous' ? 'outcome_unknown' : 'failed',
    code: error.code,
    ...(MADE_IN_VAIN.includes(error.code) && { mayBeBilled: true }),
    // The owner of the key may see at the provider what is told here; nobody else's account is spoken of.
    ...(ownKey && { providerMessage }),
  };
}
