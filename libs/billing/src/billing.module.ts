import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { CreditCorrectionsService } from './credit-corrections.service.js';
import { CreditsRepository } from './credits.repository.js';
import { PricingRepository } from './pricing.repository.js';
import { PricingService } from './pricing.service.js';
import { ReconciliationRepository } from './reconciliation.repository.js';
import { ReceiptKeysRepository } from './receipt-keys.repository.js';
import { ReceiptSigner } from './receipt-signer.service.js';

/** Credits and prices, for the API and the worker. */
@Module({
  imports: [AuditModule],
  providers: [
    CreditCorrectionsService,
    CreditsRepository,
    PricingRepository,
    PricingService,
    ReceiptKeysRepository,
    ReceiptSigner,
    ReconciliationRepository,
  ],
  exports: [
    CreditCorrectionsService,
    CreditsRepository,
    PricingRepository,
    PricingService,
    ReceiptSigner,
    ReconciliationRepository,
  ],
})
export class BillingModule {}
