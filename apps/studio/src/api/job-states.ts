import type { JobDto } from '#sdk';

/** Is this a job that nothing will change any more? */
export function hasEnded(job: Pick<JobDto, 'status'>): boolean {
  return job.status !== 'queued' && job.status !== 'processing' && job.status !== 'awaiting_funds';
}

/** An answer that was under way while the job ended must not bring it back to life. */
export function newerJob(known: JobDto | undefined, job: JobDto): JobDto {
  return known && hasEnded(known) && !hasEnded(job) ? known : job;
}
