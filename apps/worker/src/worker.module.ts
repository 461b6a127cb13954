import { type DynamicModule, Module } from '@nestjs/common';
import { AiWorkerModule } from '#ai';
import { BILLING_MAILS, BillingWorkerModule } from '#billing';
import { MaintenanceModule } from '#core/maintenance';
import { AUTH_MAILS } from '#auth';
import { type AppConfig, AppConfigModule } from '#core/config';
import { DatabaseModule } from '#core/db';
import { EventsModule } from '#core/events';
import { LoggingModule } from '#core/logging';
import { MailWorkerModule } from '#core/mail';
import { QueueModule, WorkerModule } from '#core/queue';
import { StorageModule } from '#core/storage';
import { ORGANIZATION_MAILS } from '#organizations';
import { StudioWorkerModule } from '#studio';

/** One LISTEN connection for each of five consumed queues, the rest for their statements. */
const QUEUE_POOL_SIZE = 16;

/** The consuming side of the platform. */
@Module({})
export class WorkerAppModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: WorkerAppModule,
      imports: [
        AppConfigModule.forRoot(config),
        LoggingModule.forRoot('worker'),
        DatabaseModule.forRoot('base-worker'),
        QueueModule.forRoot({ poolSize: QUEUE_POOL_SIZE }),
        WorkerModule.forRoot({ leaseMs: config.jobs.leaseMs }),
        StorageModule,
        EventsModule.forRoot({ streams: false }),
        MailWorkerModule.forRoot([...AUTH_MAILS, ...ORGANIZATION_MAILS, ...BILLING_MAILS]),
        MaintenanceModule,
        BillingWorkerModule,
        AiWorkerModule,
        StudioWorkerModule,
      ],
    };
  }
}
