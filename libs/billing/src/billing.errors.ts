import { defineError } from '#core/errors';

export const InsufficientCredits = defineError('billing.insufficient_credits', 402, 'Not enough credits');
export const BudgetExceeded = defineError('billing.budget_exceeded', 402, 'The budget is used up');
export const UnpricedModel = defineError('billing.unpriced_model', 422, 'The model has no price in force');
export const QuoteInvalid = defineError('billing.quote_invalid', 422, 'The quote does not fit this request');
export const QuoteExpired = defineError('billing.quote_expired', 422, 'The quote has expired');
