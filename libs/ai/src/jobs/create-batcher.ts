import { Injectable } from '@nestjs/common';
import { Batcher } from '#core/batching';
import { type Db, databaseError, InjectDb } from '#core/db';
import { type CreatedJob, JobsRepository, type NewJob } from './jobs.repository.js';

/** More than this in one statement gains nothing and makes a reader wait. */
const MAX_BATCH = 250;
/**
 * Statements under way. Each has organizations of its own: two statements that share one would only wait for its balance.
 * `bench ledger` took a fifth more holds over many organizations with two than with one.
 */
const LANES = 2;

/**
 * Coalesces concurrent creates into set-based statements (group commit): a lone request goes at once; requests that
 * arrive while the statement of their organization's lane runs share the next one. A hot organization's balance is then
 * locked once for many jobs.
 */
@Injectable()
export class CreateBatcher {
  private readonly lanes: Batcher<NewJob, CreatedJob>[];

  constructor(@InjectDb() db: Db, repository: JobsRepository) {
    this.lanes = Array.from(
      { length: LANES },
      () =>
        new Batcher({
          run: (jobs: NewJob[]) => repository.createMany(db, jobs),
          maxItems: MAX_BATCH,
          maxRunning: 1,
          // The database refused the statement, and so all of its jobs.
          maybeOneCulprit: (error) => databaseError(error) !== undefined,
        }),
    );
  }

  create(job: NewJob): Promise<CreatedJob> {
    return this.laneOf(job.organization_id).add(job);
  }

  /** The same one for the same organization, always. */
  private laneOf(organizationId: string): Batcher<NewJob, CreatedJob> {
    // The end of a UUID is random.
    const lane = this.lanes[Number.parseInt(organizationId.slice(-4), 16) % LANES];
    if (!lane) throw new Error(`Not a UUID: ${organizationId}`);
    return lane;
  }
}
