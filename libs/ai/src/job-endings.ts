import { Injectable, Logger } from '@nestjs/common';
import { costUsdMicrosFor, CreditsRepository, creditsFor, missingComponents, type Price, thawPrice } from '#billing';
import { type Db, InjectDb } from '#core/db';
import { EventsRepository, type EventType } from '#core/events';
import { EventSignals } from '#core/realtime';
import {
  type ClaimedJob,
  type FailedStatus,
  GenerationsRepository,
  type NewGeneration,
} from './generations.repository.js';
import { findModelEver } from './models/model-catalogue.js';
import { maximumOf } from './models/usage.js';
import type { ProviderUsage } from './providers/provider.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

export interface Failure {
  status: FailedStatus;
  /** Stable code, shown to the customer. */
  code: string;
  /** A sentence for people. */
  message: string;
  /** The provider may charge for it nevertheless; always so when the outcome is unknown. */
  mayBeBilled?: true;
}

/**
 * The ends of a job. Each is one transaction: state, files, money, usage (by trigger) and event together, guarded by the
 * claim, so that whatever crashes or runs twice, a job ends once and is charged once.
 */
@Injectable()
export class JobEndings {
  private readonly logger = new Logger('Generations');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly unclaimed: UnclaimedJobsRepository,
    private readonly credits: CreditsRepository,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
  ) {}

  /** Charges what was used, never more than was held, and returns the rest. @returns false when the claim was lost. */
  async succeed(job: ClaimedJob, outputs: NewGeneration[], usage: ProviderUsage): Promise<boolean> {
    const price = thawPrice(job.price);
    const actual = this.actualCredits(job, price, usage);
    // Under the organization's own key the provider charges the organization, not the platform.
    const free = job.testMode || job.providerKeyId !== null;
    const costUsdMicros = free ? 0n : (usage.costUsdMicros ?? costUsdMicrosFor(price, usage.quantities));
    const charged = actual < job.heldCredits ? actual : job.heldCredits;
    return this.end(job, async (trx) => {
      if (!(await this.generations.markSucceeded(trx, job, charged, costUsdMicros))) return undefined;
      await this.generations.insertGenerations(trx, job, outputs);
      if (costUsdMicros > 0n) await this.generations.insertProviderCost(trx, job, 'job', costUsdMicros);
      if (job.heldCredits > 0n) await this.credits.settleHold(trx, job.id, actual);
      return {
        type: 'job.succeeded',
        data: { status: 'succeeded', chargedCredits: Number(charged), outputs: outputs.length },
      };
    });
  }

  /** Fails closed: usage that cannot be priced costs what was promised at most, never nothing. */
  private actualCredits(job: ClaimedJob, price: Price, usage: ProviderUsage): bigint {
    if (job.testMode) return 0n;
    const missing = missingComponents(price, usage.quantities);
    if (missing.length === 0) return creditsFor(price, usage.quantities);
    this.logger.error(`Job ${job.id}: ${job.provider} did not report ${missing.join(', ')}; the hold is charged`);
    return job.heldCredits;
  }

  /** Returns the whole hold and says why. @returns false when the claim was lost. */
  async fail(job: ClaimedJob, failure: Failure): Promise<boolean> {
    const costUsdMicros = await this.possibleCostUsdMicros(job, failure);
    return this.end(job, async (trx) => {
      if (!(await this.generations.markFailed(trx, job, failure.status, failure.code, failure.message)))
        return undefined;
      if (costUsdMicros > 0n) await this.generations.insertProviderCost(trx, job, 'outcome_unknown', costUsdMicros);
      if (job.heldCredits > 0n) await this.credits.releaseHold(trx, job.id, failure.code);
      return {
        type: `job.${failure.status}`,
        data: {
          status: failure.status,
          error: { code: failure.code, message: failure.message },
          chargedCredits: 0,
          returnedCredits: Number(job.heldCredits),
        },
      };
    });
  }

  /** The most that the provider can charge the platform for a job that brought nothing. */
  private async possibleCostUsdMicros(job: ClaimedJob, { status, mayBeBilled }: Failure): Promise<bigint> {
    if (job.testMode || job.providerKeyId !== null || !(mayBeBilled ?? status === 'outcome_unknown')) return 0n;
    const question = findModelEver(job.model).price(job.input);
    return costUsdMicrosFor(thawPrice(job.price), await maximumOf(question));
  }

  /** Ends waiting jobs whose deadline passed. @returns how many. */
  async expireOverdue(limit: number): Promise<number> {
    const ended = await this.db.transaction().execute(async (trx) => {
      // Balances are locked in the order of organizations, as everywhere.
      const jobs = (await this.unclaimed.listOverdue(trx, limit)).sort((a, b) =>
        a.organizationId < b.organizationId ? -1 : 1,
      );
      for (const job of jobs) await this.credits.releaseHold(trx, job.id, 'ai.deadline_passed');
      if (jobs.length > 0) {
        await this.events.append(
          trx,
          jobs.map((job) => ({
            organizationId: job.organizationId,
            type: 'job.expired',
            subjectId: job.id,
            projectId: job.projectId,
            data: { jobId: job.id, status: 'expired', error: { code: 'ai.deadline_passed' }, chargedCredits: 0 },
          })),
        );
      }
      return jobs;
    });
    this.signals.announce(ended.map((job) => job.organizationId));
    return ended.length;
  }

  private async end(
    job: ClaimedJob,
    write: (trx: Parameters<EventsRepository['append']>[0]) => Promise<{ type: EventType; data: object } | undefined>,
  ): Promise<boolean> {
    const ended = await this.db.transaction().execute(async (trx) => {
      const event = await write(trx);
      if (!event) return false;
      await this.events.append(trx, [
        {
          organizationId: job.organizationId,
          type: event.type,
          subjectId: job.id,
          projectId: job.projectId,
          data: { jobId: job.id, type: job.type, model: job.model, ...event.data },
        },
      ]);
      return true;
    });
    if (ended) this.signals.announce([job.organizationId]);
    return ended;
  }
}
