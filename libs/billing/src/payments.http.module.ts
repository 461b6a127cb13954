import { Module } from '@nestjs/common';
import { InvoicesController } from './invoices/invoices.controller.js';
import { PaymentsModule } from './payments.module.js';
import { OperatorPaymentsController } from './payments/operator-payments.controller.js';
import { PaymentsController } from './payments/payments.controller.js';
import { StripeWebhookController } from './payments/stripe-webhook.controller.js';
import { PlansController } from './plans/plans.controller.js';
import { BillingProfileController } from './profile/billing-profile.controller.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { TopUpsController } from './top-ups/top-ups.controller.js';

/** The routes of plans, subscriptions, invoices and payments. */
@Module({
  imports: [PaymentsModule],
  controllers: [
    PlansController,
    SubscriptionsController,
    BillingProfileController,
    InvoicesController,
    TopUpsController,
    PaymentsController,
    StripeWebhookController,
    OperatorPaymentsController,
  ],
})
export class PaymentsHttpModule {}
