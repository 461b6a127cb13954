import { defineError } from '#core/errors';

const NOT_OFFERED = { status: 404, code: 'model_not_found' } as const;

export const UnknownModel = defineError('ai.unknown_model', 422, 'Unknown model', NOT_OFFERED);
export const ModelRetired = defineError('ai.model_retired', 422, 'The model was retired', NOT_OFFERED);
export const ModelUnavailable = defineError(
  'ai.model_unavailable',
  422,
  'The model is not available on this installation',
  NOT_OFFERED,
);
export const MaxCreditsExceeded = defineError('ai.max_credits_exceeded', 422, 'The job may cost more than maxCredits');
export const DeadlinePassed = defineError('ai.deadline_passed', 422, 'The deadline is in the past');
export const ReceiptNotReady = defineError('ai.receipt_not_ready', 409, 'The job has not ended yet');
export const JobNotCancelable = defineError('ai.job_not_cancelable', 409, 'The job has already ended');
export const CallbackRefused = defineError('ai.callback_refused', 401, 'The callback is not the provider’s');

/** Refusals and failures of a job that somebody waits for; `reason` is the job's own code. */
export const ContentRefused = defineError('ai.content_refused', 400, 'The provider refused the content', {
  code: 'moderation_blocked',
});
export const GenerationRefused = defineError('ai.generation_refused', 400, 'The provider refused the request');
export const GenerationFailed = defineError('ai.generation_failed', 502, 'The generation failed');
export const JobStillRunning = defineError('ai.job_still_running', 504, 'The job has not ended yet');
