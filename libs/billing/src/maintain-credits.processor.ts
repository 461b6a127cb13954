import { Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { MaintainCredits } from './billing.jobs.js';
import { CreditsRepository } from './credits.repository.js';

const BATCH = 500;

@HandlesJobs(MaintainCredits)
export class MaintainCreditsProcessor implements JobHandler<object> {
  private readonly logger = new Logger('Credits');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly credits: CreditsRepository,
  ) {}

  async handle(): Promise<JobOutcome> {
    const expired = await this.inBatches((limit) => this.credits.expireGrants(this.db, limit));
    const granted = await this.inBatches((limit) => this.credits.grantMonthly(this.db, limit));
    if (expired + granted > 0) this.logger.log(`Expired ${expired} grants, granted ${granted} months of credits`);
    return undefined;
  }

  /** Many short transactions rather than one long one: each locks balances until its commit. */
  private async inBatches(step: (limit: number) => Promise<number>): Promise<number> {
    let total = 0;
    for (;;) {
      const done = await step(BATCH);
      total += done;
      if (done < BATCH) return total;
    }
  }
}
