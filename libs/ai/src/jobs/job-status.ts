/** A job's life: queued → processing → one of the ends; beside it `awaiting_funds`. */
export const JOB_STATUSES = [
  'queued',
  'awaiting_funds',
  'processing',
  'succeeded',
  'failed',
  'canceled',
  'expired',
  'outcome_unknown',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

const ENDS: readonly string[] = ['succeeded', 'failed', 'canceled', 'expired', 'outcome_unknown'];

/** Whether nothing will happen to the job any more. */
export function isFinal(status: string): boolean {
  return ENDS.includes(status);
}
