import { type Db, InjectDb } from '#core/db';
import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { DatabaseMaintenanceRepository } from './database-maintenance.repository.js';
import { SealAuditLog } from './maintenance.jobs.js';

const BATCH = 10_000;

@HandlesJobs(SealAuditLog)
export class SealAuditLogProcessor implements JobHandler<object> {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: DatabaseMaintenanceRepository,
  ) {}

  async handle(): Promise<JobOutcome> {
    while ((await this.repository.sealAuditLogs(this.db, BATCH)) === BATCH);
    return undefined;
  }
}
