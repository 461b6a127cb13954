import { defineAuditAction } from '#core/audit';

export const LowThresholdChanged = defineAuditAction('credits.set_low_threshold', {
  target: 'organization',
  summary: 'Below how many available credits the organization is told was changed',
  fields: ['lowThreshold'],
});

const MOVEMENT_FIELDS = ['amount', 'reason', 'transactionId', 'jobId', 'expiresAt'] as const;

export const CreditsGranted = defineAuditAction('credits.grant', {
  target: 'organization',
  summary: 'An operator gave credits',
  fields: MOVEMENT_FIELDS,
});
export const CreditsAdjusted = defineAuditAction('credits.adjust', {
  target: 'organization',
  summary: 'An operator corrected the balance, up or down',
  fields: MOVEMENT_FIELDS,
});
export const CreditsRefunded = defineAuditAction('credits.refund', {
  target: 'organization',
  summary: 'An operator gave back what a job was charged',
  fields: MOVEMENT_FIELDS,
});
export const CreditsUnfrozen = defineAuditAction('credits.unfreeze', {
  target: 'organization',
  summary: 'An operator let frozen credits move again',
  fields: ['frozenReason', 'reason'],
});

export const PricesEntered = defineAuditAction('prices.enter', {
  target: 'model',
  summary: 'An operator entered the next version of a model’s prices',
  fields: ['version', 'validFrom', 'lines', 'source'],
});

const BUDGET_FIELDS = ['scope', 'subjectId', 'monthlyCredits', 'hardStop', 'alertPercents', 'enabled'] as const;

export const BudgetCreated = defineAuditAction('budgets.create', {
  target: 'budget',
  summary: 'A monthly budget was set',
  fields: BUDGET_FIELDS,
});
export const BudgetChanged = defineAuditAction('budgets.update', {
  target: 'budget',
  summary: 'A monthly budget was changed',
  fields: BUDGET_FIELDS,
});
export const BudgetDeleted = defineAuditAction('budgets.delete', {
  target: 'budget',
  summary: 'A monthly budget was removed',
  fields: BUDGET_FIELDS,
});
