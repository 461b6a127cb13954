import { Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { CheckBooks } from './billing.jobs.js';
import { ReconciliationRepository } from './reconciliation.repository.js';

/** Invoices and late charges of providers arrive within days. */
const DAYS = 4;

@HandlesJobs(CheckBooks)
export class CheckBooksProcessor implements JobHandler<object> {
  private readonly logger = new Logger('Books');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ReconciliationRepository,
  ) {}

  async handle(): Promise<JobOutcome> {
    for (const violation of await this.repository.checkBooks(this.db)) {
      const { organization_id, invariant, expected, actual } = violation;
      this.logger.error(
        `The books of ${organization_id} do not add up: ${invariant}: ${expected}, but ${actual}; they are frozen`,
      );
    }
    for (let daysAgo = 0; daysAgo < DAYS; daysAgo++) {
      for (const { kind, day, provider, drift } of await this.repository.reconcile(this.db, daysAgo)) {
        if (drift !== 0n) this.logger.error(`${kind} of ${provider ?? 'nobody'} on ${day} drift by ${drift}`);
      }
    }
    return undefined;
  }
}
