import { Injectable } from '@nestjs/common';
import { Batcher } from '#core/batching';
import { type Db, databaseError, InjectDb } from '#core/db';
import { type CreatedJob, JobsRepository, type NewJob } from './jobs.repository.js';

/** More than this in one statement gains nothing and makes a reader wait. */
const MAX_BATCH = 100;
/**
 * A second statement would mostly wait for the same balances, and a large batch costs less than two small ones: with one
 * statement under way `bench accept` took a fifth more requests than with two.
 */
const MAX_RUNNING = 1;

/**
 * Coalesces concurrent creates into one set-based statement (group commit): a lone request goes at once; requests that
 * arrive while it runs share the next one. A hot organization's balance is then locked once for many jobs.
 */
@Injectable()
export class CreateBatcher {
  private readonly batcher: Batcher<NewJob, CreatedJob>;

  constructor(@InjectDb() db: Db, repository: JobsRepository) {
    this.batcher = new Batcher({
      run: (jobs) => repository.createMany(db, jobs),
      maxItems: MAX_BATCH,
      maxRunning: MAX_RUNNING,
      // The database refused the statement, and so all of its jobs.
      maybeOneCulprit: (error) => databaseError(error) !== undefined,
    });
  }

  create(job: NewJob): Promise<CreatedJob> {
    return this.batcher.add(job);
  }
}
