import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { AppConfig } from '#core/config';
import { MailModule } from '#core/mail';
import { Invoicing } from './invoices/invoicing.service.js';
import { InvoicesRepository } from './invoices/invoices.repository.js';
import { InvoicesService } from './invoices/invoices.service.js';
import { CheckoutService } from './payments/checkout.service.js';
import { Fulfilment } from './payments/fulfilment.service.js';
import { ManualPayments } from './payments/manual-payments.js';
import { PAYMENT_DRIVER, type PaymentDriver } from './payments/payment-driver.js';
import { PaymentsRepository } from './payments/payments.repository.js';
import { PaymentsService } from './payments/payments.service.js';
import { Returns } from './payments/returns.service.js';
import { Settlement } from './payments/settlement.service.js';
import { UnpaidOrders } from './payments/unpaid-orders.service.js';
import { PlansRepository } from './plans/plans.repository.js';
import { PlansService } from './plans/plans.service.js';
import { BillingProfileService } from './profile/billing-profile.service.js';
import { BillingProfilesRepository } from './profile/billing-profiles.repository.js';
import { PlanOrders } from './subscriptions/plan-orders.service.js';
import { Renewals } from './subscriptions/renewals.service.js';
import { SubscriptionsRepository } from './subscriptions/subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';
import { AutoTopUpRuns } from './top-ups/auto-top-up-runs.service.js';
import { AutoTopUpsRepository } from './top-ups/auto-top-ups.repository.js';
import { TopUpsService } from './top-ups/top-ups.service.js';

const driver = {
  provide: PAYMENT_DRIVER,
  inject: [AppConfig],
  useFactory: async ({ payments, studioUrl }: AppConfig): Promise<PaymentDriver> => {
    if (!payments.stripe) return new ManualPayments(payments.instructions);
    const { StripePayments } = await import('./payments/stripe.client.js');
    return new StripePayments({ ...payments.stripe, returnUrl: `${studioUrl}/billing` });
  },
};

/** Plans, subscriptions, invoices and payments, for the API and the worker. */
@Module({
  imports: [AuditModule, MailModule],
  providers: [
    driver,
    AutoTopUpRuns,
    AutoTopUpsRepository,
    BillingProfileService,
    BillingProfilesRepository,
    CheckoutService,
    Fulfilment,
    Invoicing,
    InvoicesRepository,
    InvoicesService,
    PaymentsRepository,
    PaymentsService,
    PlanOrders,
    PlansRepository,
    PlansService,
    Renewals,
    Returns,
    Settlement,
    SubscriptionsRepository,
    SubscriptionsService,
    TopUpsService,
    UnpaidOrders,
  ],
  exports: [
    PAYMENT_DRIVER,
    AutoTopUpRuns,
    BillingProfileService,
    CheckoutService,
    InvoicesService,
    PaymentsService,
    PlansService,
    Renewals,
    Settlement,
    SubscriptionsService,
    TopUpsService,
    UnpaidOrders,
  ],
})
export class PaymentsModule {}
