import { Injectable } from '@nestjs/common';
import { type Db, databaseError, InjectDb } from '#core/db';
import { type CreatedJob, JobsRepository, type NewJob } from './jobs.repository.js';

/** More than this in one statement gains nothing and makes a reader wait. */
const MAX_BATCH = 100;
/** Two statements under way: while one commits, the next already runs. */
const MAX_RUNNING = 2;

interface Waiting {
  job: NewJob;
  resolve: (created: CreatedJob) => void;
  reject: (error: unknown) => void;
}

/**
 * Coalesces concurrent creates into one set-based statement (group commit): a lone request goes at once; requests that
 * arrive while statements run share the next one. A hot organization's balance is then locked once for many jobs.
 */
@Injectable()
export class CreateBatcher {
  private waiting: Waiting[] = [];
  private running = 0;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly jobs: JobsRepository,
  ) {}

  create(job: NewJob): Promise<CreatedJob> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      // In the next turn of the event loop, so that requests parsed in the same turn travel together.
      if (this.running < MAX_RUNNING) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    if (this.running >= MAX_RUNNING || this.waiting.length === 0) return;
    const batch = this.waiting.splice(0, MAX_BATCH);
    this.running += 1;
    void this.run(batch).finally(() => {
      this.running -= 1;
      this.flush();
    });
  }

  private async run(batch: Waiting[]): Promise<void> {
    try {
      const results = await this.jobs.createMany(
        this.db,
        batch.map(({ job }) => job),
      );
      const byOrdinal = new Map(results.map((result) => [result.ordinal, result]));
      batch.forEach(({ resolve, reject }, index) => {
        const result = byOrdinal.get(index + 1);
        if (result) resolve(result);
        else reject(new Error('create_ai_jobs returned no row for a request'));
      });
    } catch (error) {
      // The statement refused one of them and so all: each alone, so that only the culprit fails.
      if (batch.length > 1 && databaseError(error)) await Promise.all(batch.map((one) => this.run([one])));
      else for (const { reject } of batch) reject(error);
    }
  }
}
