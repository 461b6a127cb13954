import { Module } from '@nestjs/common';
import { DatabaseMaintenanceRepository } from './database-maintenance.repository.js';
import { MaintainDatabaseProcessor } from './maintain-database.processor.js';
import { SealAuditLogProcessor } from './seal-audit-log.processor.js';

/** What the database needs done now and then, where no pg_cron does it. Worker only. */
@Module({ providers: [DatabaseMaintenanceRepository, MaintainDatabaseProcessor, SealAuditLogProcessor] })
export class MaintenanceModule {}
