import { Module } from '@nestjs/common';
import { BillingModule } from './billing.module.js';
import { MaintainCreditsProcessor } from './maintain-credits.processor.js';

/** The jobs that keep credits in order. */
@Module({ imports: [BillingModule], providers: [MaintainCreditsProcessor] })
export class BillingWorkerModule {}
