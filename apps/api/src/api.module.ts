import { type DynamicModule, Module } from '@nestjs/common';
import { AiHttpModule } from '#ai';
import { AuthHttpModule } from '#auth';
import { BillingHttpModule } from '#billing';
import { AuditHttpModule } from '#core/audit';
import { type AppConfig, AppConfigModule } from '#core/config';
import { DatabaseModule } from '#core/db';
import { DeadLettersHttpModule } from '#core/dead-letters';
import { EventsModule } from '#core/events';
import { IdempotencyHttpModule } from '#core/idempotency';
import { HealthModule } from '#core/health';
import { LoggingModule } from '#core/logging';
import { MailHttpModule } from '#core/mail';
import { QueueModule } from '#core/queue';
import { StorageModule } from '#core/storage';
import { OrganizationsHttpModule } from '#organizations';
import { StudioHttpModule } from '#studio';
import { ErrorReferenceController } from './error-reference.controller.js';
import { EventsController } from './events.controller.js';
import { HealthController } from './health.controller.js';

/** Producers only: a few connections serve every queue. */
const QUEUE_POOL_SIZE = 4;

/** The HTTP side of the platform. */
@Module({})
export class ApiModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        AppConfigModule.forRoot(config),
        LoggingModule.forRoot('api'),
        DatabaseModule.forRoot('base-api'),
        QueueModule.forRoot({ poolSize: QUEUE_POOL_SIZE }),
        StorageModule,
        EventsModule.forRoot({ streams: true }),
        HealthModule,
        IdempotencyHttpModule,
        AuditHttpModule,
        MailHttpModule,
        DeadLettersHttpModule,
        AuthHttpModule,
        OrganizationsHttpModule,
        BillingHttpModule,
        AiHttpModule,
        StudioHttpModule,
      ],
      controllers: [HealthController, EventsController, ErrorReferenceController],
    };
  }
}
