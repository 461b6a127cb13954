import { defineError } from '#core/errors';

const NO_QUOTA = { code: 'insufficient_quota' } as const;

export const InsufficientCredits = defineError('billing.insufficient_credits', 402, 'Not enough credits', NO_QUOTA);
export const BudgetExceeded = defineError('billing.budget_exceeded', 402, 'The budget is used up', NO_QUOTA);
export const UnpricedModel = defineError('billing.unpriced_model', 422, 'The model has no price in force', {
  status: 404,
  code: 'model_not_found',
});
export const QuoteInvalid = defineError('billing.quote_invalid', 422, 'The quote does not fit this request');
export const QuoteExpired = defineError('billing.quote_expired', 422, 'The quote has expired');
export const InvalidMovement = defineError('billing.invalid_movement', 422, 'Credits cannot be moved like this');
export const GrantExpired = defineError('billing.grant_expired', 422, 'The credits would already have expired');
export const CreditsFrozen = defineError('billing.credits_frozen', 409, 'The credits are frozen');
export const BudgetExists = defineError('billing.budget_exists', 409, 'There is a budget for this already');
export const BudgetSubjectUnknown = defineError(
  'billing.budget_subject_unknown',
  422,
  'The organization has no such member, key or project',
);
