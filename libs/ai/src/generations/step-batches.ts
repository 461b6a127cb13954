import { Injectable } from '@nestjs/common';
import type { Batcher } from '#core/batching';
import { AppConfig } from '#core/config';
import { type Db, InjectDb, type Trx } from '#core/db';
import { EventsRepository } from '#core/events';
import { EventSignals } from '#core/realtime';
import type { ClaimedJob } from './claimed-job.js';
import { type BeginOutcome, GenerationsRepository, type ProviderWait } from './generations.repository.js';
import { inBatches } from '../in-batches.js';
import { jobEvent } from './job-events.js';
import type { MediaType } from '../providers/provider.js';

/**
 * What steps that run at the same time write, sent together (group commit): a transaction for each of them would be most
 * of the database's work. Every write is guarded by the claim of its own job all the same.
 */
@Injectable()
export class StepBatches {
  private readonly starts: Record<MediaType, Batcher<undefined, ClaimedJob | undefined>>;
  private readonly submits: Batcher<ClaimedJob, BeginOutcome>;
  private readonly waits: Batcher<ProviderWait, boolean>;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly generations: GenerationsRepository,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly config: AppConfig,
  ) {
    const starts = (type: MediaType) => inBatches((asked: undefined[]) => this.claimNext(type, asked.length));
    this.starts = { image: starts('image'), video: starts('video'), audio: starts('audio') };
    this.submits = inBatches((jobs) => this.beginSubmits(jobs));
    this.waits = inBatches((waits) => this.parkAll(waits));
  }

  /** Claims the waiting job of this medium whose turn it is; undefined when none waits that may run. */
  startNext(type: MediaType): Promise<ClaimedJob | undefined> {
    return this.starts[type].add(undefined);
  }

  /**
   * Written before the provider is asked.
   * @param places how many generations the job's key may have under way, over all workers; undefined: any number
   */
  beginSubmit(job: ClaimedJob, places: number | undefined): Promise<BeginOutcome> {
    // Places are locked by key: several of them in one statement could wait for each other.
    return places === undefined ? this.submits.add(job) : this.generations.beginSubmit(this.db, job, places);
  }

  /** Lets go of a job until its provider is to be asked again. @returns false when the claim was lost */
  park(wait: ProviderWait): Promise<boolean> {
    return this.waits.add(wait);
  }

  /** Says in the transaction of their claims that these jobs are worked on. */
  tellStarted(trx: Trx, jobs: ClaimedJob[]): Promise<void> {
    return this.events.append(
      trx,
      jobs.map((job) => jobEvent(job, 'job.processing', { status: 'processing', attempt: job.attempt })),
    );
  }

  private async claimNext(type: MediaType, count: number): Promise<(ClaimedJob | undefined)[]> {
    const jobs = await this.db.transaction().execute(async (trx) => {
      const claimed = await this.generations.claimNext(trx, type, count, this.config.jobs.leaseMs);
      if (claimed.length > 0) await this.tellStarted(trx, claimed);
      return claimed;
    });
    this.signals.announce(jobs.map((job) => job.organizationId));
    return Array.from({ length: count }, (_, index) => jobs[index]);
  }

  private async beginSubmits(jobs: ClaimedJob[]): Promise<BeginOutcome[]> {
    const mine = await this.generations.beginSubmits(this.db, jobs);
    return jobs.map((job) => (mine.has(job.id) ? 'begun' : 'lost'));
  }

  private async parkAll(waits: ProviderWait[]): Promise<boolean[]> {
    const mine = await this.db.transaction().execute(async (trx) => {
      const parked = await this.generations.park(trx, waits);
      const news = waits.filter(({ job, progress }) => parked.has(job.id) && progress > 0);
      if (news.length > 0) {
        await this.events.append(
          trx,
          news.map(({ job, progress }) => jobEvent(job, 'job.progress', { status: 'processing', progress })),
        );
      }
      return parked;
    });
    this.signals.announce(waits.map(({ job }) => job.organizationId));
    return waits.map(({ job }) => mine.has(job.id));
  }
}
