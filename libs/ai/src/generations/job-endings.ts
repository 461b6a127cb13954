import { Injectable, Logger } from '@nestjs/common';
import { costUsdMicrosFor, CreditsRepository, creditsFor, missingComponents, type Price, thawPrice } from '#billing';
import { type Db, InjectDb, storableText } from '#core/db';
import { EventsRepository } from '#core/events';
import { EventSignals } from '#core/realtime';
import type { ClaimedJob } from './claimed-job.js';
import {
  type FailedStatus,
  GenerationsRepository,
  type NewGeneration,
  type SucceededJob,
} from './generations.repository.js';
import { inBatches } from '../in-batches.js';
import { endSentence, type JobEndCode } from '../jobs/job-end-sentences.js';
import { jobEvent } from './job-events.js';
import { findModelEver } from '../models/model-catalogue.js';
import { maximumOf } from '../models/usage.js';
import type { ProviderUsage } from '../providers/provider.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

export interface Failure {
  status: FailedStatus;
  /** Shown to the customer with its sentence. */
  code: JobEndCode;
  /** The provider's own words, for the owner of the key. */
  providerMessage?: string;
  /** The provider may charge for it nevertheless; always so when the outcome is unknown. */
  mayBeBilled?: true;
}

/** A job that brought files, and what they cost. */
interface Success extends SucceededJob {
  outputs: NewGeneration[];
  /** What was used; the charge is at most what was held. */
  actualCredits: bigint;
}

/** Characters; an error page can be long. */
const MAX_PROVIDER_MESSAGE = 2000;

/**
 * The ends of a job. Each is one transaction: state, files, money, usage (by trigger) and event together, guarded by the
 * claim, so that whatever crashes or runs twice, a job ends once and is charged once.
 */
@Injectable()
export class JobEndings {
  private readonly logger = new Logger('Generations');
  private readonly successes = inBatches((successes: Success[]) => this.succeedAll(successes));

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
    const actualCredits = await this.actualCredits(job, price, usage);
    // Under the organization's own key the provider charges the organization, not the platform.
    const free = job.testMode || job.providerKeyId !== null;
    const costUsdMicros = free ? 0n : (usage.costUsdMicros ?? costUsdMicrosFor(price, usage.quantities));
    const chargedCredits = actualCredits < job.heldCredits ? actualCredits : job.heldCredits;
    return this.successes.add({ job, outputs, actualCredits, chargedCredits, costUsdMicros });
  }

  /** Jobs that succeed at the same time end in one transaction; each is guarded by its own claim all the same. */
  private async succeedAll(successes: Success[]): Promise<boolean[]> {
    const mine = await this.db.transaction().execute(async (trx) => {
      const marked = await this.generations.markSucceeded(trx, successes);
      const won = successes.filter(({ job }) => marked.has(job.id));
      if (won.length === 0) return marked;
      await this.generations.insertGenerations(trx, won);
      const costs = won.filter(({ costUsdMicros }) => costUsdMicros > 0n);
      await this.generations.insertProviderCosts(
        trx,
        costs.map(({ job, costUsdMicros }) => ({ job, kind: 'job', costUsdMicros })),
      );
      const held = won.filter(({ job }) => job.heldCredits > 0n).sort(byOrganization);
      await this.credits.settleHolds(
        trx,
        held.map(({ job, actualCredits }) => ({ jobId: job.id, actualCredits })),
      );
      await this.events.append(
        trx,
        won.map(({ job, chargedCredits, outputs }) =>
          jobEvent(job, 'job.succeeded', {
            status: 'succeeded',
            chargedCredits: Number(chargedCredits),
            outputs: outputs.length,
          }),
        ),
      );
      return marked;
    });
    this.signals.announce(successes.filter(({ job }) => mine.has(job.id)).map(({ job }) => job.organizationId));
    return successes.map(({ job }) => mine.has(job.id));
  }

  /** Fails closed: usage that cannot be priced costs what this model was promised to cost at most, never nothing. */
  private async actualCredits(job: ClaimedJob, price: Price, usage: ProviderUsage): Promise<bigint> {
    if (job.testMode) return 0n;
    const missing = missingComponents(price, usage.quantities);
    if (missing.length === 0) return creditsFor(price, usage.quantities);
    this.logger.error(`Job ${job.id}: ${job.provider} did not report ${missing.join(', ')}; the most is charged`);
    // The hold may be of a dearer fallback.
    return creditsFor(price, await maximumOf(findModelEver(job.model).price(job.input)));
  }

  /** Returns the whole hold and says why. @returns false when the claim was lost. */
  async fail(job: ClaimedJob, failure: Failure): Promise<boolean> {
    const costUsdMicros = await this.possibleCostUsdMicros(job, failure);
    const { status, code } = failure;
    const message = endSentence(code, status)?.en ?? code;
    const providerMessage =
      failure.providerMessage === undefined ? null : storableText(failure.providerMessage, MAX_PROVIDER_MESSAGE);
    const failed = await this.db.transaction().execute(async (trx) => {
      if (!(await this.generations.markFailed(trx, job, { status, code, message, providerMessage }))) return false;
      if (costUsdMicros > 0n) {
        await this.generations.insertProviderCosts(trx, [{ job, kind: 'outcome_unknown', costUsdMicros }]);
      }
      if (job.heldCredits > 0n) await this.credits.releaseHold(trx, job.id, code);
      const error = { code, message, ...(providerMessage !== null && { providerMessage }) };
      const data = { status, error, chargedCredits: 0, returnedCredits: Number(job.heldCredits) };
      await this.events.append(trx, [jobEvent(job, `job.${status}`, data)]);
      return true;
    });
    if (failed) this.signals.announce([job.organizationId]);
    return failed;
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
      for (const job of jobs) await this.credits.releaseHold(trx, job.id, job.code);
      if (jobs.length > 0) {
        await this.events.append(
          trx,
          jobs.map((job) => ({
            organizationId: job.organizationId,
            type: 'job.expired',
            subjectId: job.id,
            projectId: job.projectId,
            data: { jobId: job.id, status: 'expired', error: { code: job.code }, chargedCredits: 0 },
          })),
        );
      }
      return jobs;
    });
    this.signals.announce(ended.map((job) => job.organizationId));
    return ended.length;
  }
}

/** Balances are locked in the order of organizations, as everywhere. */
function byOrganization(a: Success, b: Success): number {
  return a.job.organizationId < b.job.organizationId ? -1 : 1;
}
