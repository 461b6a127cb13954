import { defineAuditAction } from '#core/audit';

export const InvoicePaid = defineAuditAction('invoices.pay', {
  target: 'invoice',
  summary: 'The money for an invoice came, and what it buys was given',
  fields: ['number', 'purpose', 'plan', 'credits', 'currency', 'totalCents', 'driver', 'method'],
});
export const InvoiceIssued = defineAuditAction('invoices.issue', {
  target: 'invoice',
  summary: 'An invoice or credit note was issued',
  fields: ['number', 'kind', 'purpose', 'plan', 'packId', 'currency', 'totalCents', 'creditNoteOf'],
});
export const InvoiceVoided = defineAuditAction('invoices.void', {
  target: 'invoice',
  summary: 'An open invoice was voided: something newer replaced it, or nobody paid it in time',
  fields: ['number', 'purpose', 'plan', 'packId', 'currency', 'totalCents'],
});
export const PaymentReturned = defineAuditAction('payments.return', {
  target: 'payment',
  summary: 'Money went back, by refund or chargeback; unused credits went with it, spent ones are owed',
  fields: ['refundedCents', 'disputed', 'takenCredits', 'owedCredits'],
});
export const PaymentUnexpected = defineAuditAction('payments.unexpected', {
  target: 'payment',
  summary: 'Money came for an invoice that was void or paid already; it buys nothing and goes back',
  fields: ['amountCents', 'currency'],
});
export const SubscriptionChanged = defineAuditAction('subscriptions.change', {
  target: 'subscription',
  summary: 'A subscription began, ended, or changed its plan or what happens at the end of its period',
  fields: ['plan', 'status', 'pendingPlan', 'cancelAtPeriodEnd', 'periodStart', 'periodEnd'],
});
export const AutoTopUpChanged = defineAuditAction('auto_top_ups.change', {
  target: 'organization',
  summary: 'The automatic purchase of credits was set, or turned off after a declined card',
  fields: ['enabled', 'packId', 'thresholdCredits', 'maxPerMonth'],
});
export const BillingProfileSaved = defineAuditAction('billing_profiles.save', {
  target: 'organization',
  summary: 'Who the invoices are made out to was changed',
});
