import { defineError } from '#core/errors';

export const UnknownModel = defineError('ai.unknown_model', 422, 'Unknown model');
export const ModelRetired = defineError('ai.model_retired', 422, 'The model was retired');
export const ModelUnavailable = defineError(
  'ai.model_unavailable',
  422,
  'The model is not available on this installation',
);
export const MaxCreditsExceeded = defineError('ai.max_credits_exceeded', 422, 'The job may cost more than maxCredits');
export const DeadlinePassed = defineError('ai.deadline_passed', 422, 'The deadline is in the past');
export const ReceiptNotReady = defineError('ai.receipt_not_ready', 409, 'The job has not ended yet');
export const JobNotCancelable = defineError('ai.job_not_cancelable', 409, 'The job has already ended');
export const CallbackRefused = defineError('ai.callback_refused', 401, 'The callback is not the provider’s');
