import { Module } from '@nestjs/common';
import { BillingModule } from './billing.module.js';
import { CreditsController } from './credits.controller.js';

/** The routes under /api/billing. */
@Module({ imports: [BillingModule], controllers: [CreditsController] })
export class BillingHttpModule {}
