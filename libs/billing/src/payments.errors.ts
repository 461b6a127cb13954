import { defineError } from '#core/errors';

export const PlanUnknown = defineError('billing.plan_unknown', 422, 'There is no such plan');
export const PlanWithoutPrice = defineError('billing.plan_without_price', 422, 'The plan has no price');
export const PlanUnchanged = defineError('billing.plan_unchanged', 409, 'The organization is on that plan already');
export const SeatsInUse = defineError('billing.seats_in_use', 409, 'More people belong here than the plan has seats');
export const SubscriptionState = defineError(
  'billing.subscription_state',
  409,
  'The subscription does not allow it now',
);
export const RenewalPaid = defineError('billing.renewal_already_paid', 409, 'The next period is paid already');
export const TrialUsed = defineError('billing.trial_used', 409, 'The trial was used already');
export const TrialUnavailable = defineError('billing.trial_unavailable', 422, 'The plan has no trial');
export const CurrencyUnknown = defineError('billing.currency_unknown', 422, 'Unknown currency');
export const TaxIdInvalid = defineError('billing.tax_id_invalid', 422, 'The tax id is not valid');
export const InvoiceAlreadyPaid = defineError('billing.invoice_already_paid', 409, 'The invoice is paid already');
export const InvoiceNotOpen = defineError('billing.invoice_not_open', 409, 'The invoice is not open');
export const PaymentUnderWay = defineError('billing.payment_under_way', 409, 'The payment is under way');
export const PackUnknown = defineError('billing.pack_unknown', 422, 'There is no such credit pack');
export const PaymentNotReturnable = defineError(
  'billing.payment_not_returnable',
  409,
  'The payment cannot be returned',
);
export const AutoTopUpUnavailable = defineError('billing.auto_top_up_unavailable', 409, 'Cards are not charged here');
export const PaymentServiceFailed = defineError(
  'billing.payment_service_failed',
  503,
  'The payment service did not answer',
);
export const WebhookUnreadable = defineError('billing.webhook_unreadable', 400, 'The notice is no event');
export const WebhookSignatureInvalid = defineError(
  'billing.webhook_signature_invalid',
  400,
  'The signature is not valid',
);
