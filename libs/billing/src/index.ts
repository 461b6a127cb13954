export { BillingModule } from './billing.module.js';
export { BillingWorkerModule } from './billing.worker.module.js';
export { BillingHttpModule } from './billing.http.module.js';
export * from './billing.errors.js';
export { CreditsRepository, type Moved } from './credits.repository.js';
export * from './payments.errors.js';
export { BILLING_MAILS } from './payments.mails.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsService } from './payments/payments.service.js';
export { UnpaidOrders } from './payments/unpaid-orders.service.js';
export { TopUpsService } from './top-ups/top-ups.service.js';
export { AutoTopUpRuns } from './top-ups/auto-top-up-runs.service.js';
export { Renewals } from './subscriptions/renewals.service.js';
export { ReceiptSigner } from './receipt-signer.service.js';
export { PricingService } from './pricing.service.js';
export { type PriceLine, PricingRepository } from './pricing.repository.js';
export {
  chargedPriceOf,
  costUsdMicrosFor,
  creditsFor,
  freezePrice,
  frozenFallbacks,
  markupPercentOf,
  missingComponents,
  PRICE_UNITS,
  selectComponents,
  thawFallback,
  thawPrice,
  type FrozenFallbacks,
  type FrozenPrice,
  type Price,
  type PriceComponent,
  type PriceUnit,
  type Quantities,
  withMarkup,
} from './pricing.js';
