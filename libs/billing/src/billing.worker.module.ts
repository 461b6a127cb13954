import { Module } from '@nestjs/common';
import { BillingModule } from './billing.module.js';
import { CheckBooksProcessor } from './check-books.processor.js';
import { MaintainCreditsProcessor } from './maintain-credits.processor.js';
import { EndUnpaidOrdersProcessor } from './payments/end-unpaid-orders.processor.js';
import { PaymentsModule } from './payments.module.js';
import { RenewSubscriptionsProcessor } from './subscriptions/renew-subscriptions.processor.js';
import { TopUpCreditsProcessor } from './top-ups/top-up-credits.processor.js';

/** The jobs that keep credits in order. */
@Module({
  imports: [BillingModule, PaymentsModule],
  providers: [
    CheckBooksProcessor,
    EndUnpaidOrdersProcessor,
    MaintainCreditsProcessor,
    RenewSubscriptionsProcessor,
    TopUpCreditsProcessor,
  ],
})
export class BillingWorkerModule {}
