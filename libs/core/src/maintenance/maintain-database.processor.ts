import { Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { DatabaseMaintenanceRepository } from './database-maintenance.repository.js';
import { MaintainDatabase } from './maintenance.jobs.js';

const BATCH = 10_000;

@HandlesJobs(MaintainDatabase)
export class MaintainDatabaseProcessor implements JobHandler<object> {
  private readonly logger = new Logger('Maintenance');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: DatabaseMaintenanceRepository,
  ) {}

  async handle(): Promise<JobOutcome> {
    const made = await this.repository.ensurePartitions(this.db);
    if (made > 0) this.logger.log(`Made ${made} partitions`);
    for (const { partition, rowCount } of await this.repository.listStrayRows(this.db)) {
      this.logger.error(`${rowCount} rows of ${partition} lie in the default partition`);
    }
    for (const { what, deleted } of await this.repository.applyRetention(this.db, BATCH)) {
      this.logger.log(`Deleted ${deleted} ${what} past their retention`);
    }
    return undefined;
  }
}
