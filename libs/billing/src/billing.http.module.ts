import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { BillingModule } from './billing.module.js';
import { BudgetsController } from './budgets.controller.js';
import { BudgetsRepository } from './budgets.repository.js';
import { BudgetsService } from './budgets.service.js';
import { CreditsController } from './credits.controller.js';
import { CreditsService } from './credits.service.js';
import { OperatorCreditsController } from './operator-credits.controller.js';
import { PaymentsHttpModule } from './payments.http.module.js';
import { PaymentsModule } from './payments.module.js';
import { PriceListController } from './price-list.controller.js';
import { PriceListService } from './price-list.service.js';
import { ReceiptKeysController } from './receipt-keys.controller.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { ReconciliationService } from './reconciliation.service.js';
import { TransactionsController } from './transactions.controller.js';
import { TransactionsRepository } from './transactions.repository.js';
import { TransactionsService } from './transactions.service.js';
import { UsageController } from './usage.controller.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

/** The routes under /api/billing. */
@Module({
  imports: [BillingModule, AuditModule, PaymentsModule, PaymentsHttpModule],
  controllers: [
    BudgetsController,
    CreditsController,
    OperatorCreditsController,
    PriceListController,
    ReceiptKeysController,
    ReconciliationController,
    TransactionsController,
    UsageController,
  ],
  providers: [
    BudgetsRepository,
    BudgetsService,
    CreditsService,
    PriceListService,
    ReconciliationService,
    TransactionsRepository,
    TransactionsService,
    UsageRepository,
    UsageService,
  ],
})
export class BillingHttpModule {}
