import { Module } from '@nestjs/common';
import { CreditsRepository } from './credits.repository.js';
import { CreditsService } from './credits.service.js';
import { PricingRepository } from './pricing.repository.js';
import { PricingService } from './pricing.service.js';

/** Credits and prices, for the API and the worker. */
@Module({
  providers: [CreditsRepository, CreditsService, PricingRepository, PricingService],
  exports: [CreditsRepository, CreditsService, PricingService],
})
export class BillingModule {}
