import type { JobDto } from '#sdk';

/** Is this a job that nothing will change any more? */
export function hasEnded(job: Pick<JobDto, 'status'>): boolean {
  return job.status !== 'queued' && job.status !== 'processing' && job.status !== 'awaiting_funds';
}

/** Previews are made within moments after the files, and no event tells of them. */
const PREVIEWS_WITHIN_MS = 30_000;

/** Is it worth asking again what its files look like? */
export function awaitsPreviews({ status, finishedAt, outputs }: JobDto): boolean {
  if (status !== 'succeeded' || !finishedAt) return false;
  const isFresh = Date.now() - new Date(finishedAt).getTime() < PREVIEWS_WITHIN_MS;
  return isFresh && outputs.some(({ thumbnailUrl, peaks }) => !thumbnailUrl && !peaks);
}

/** An answer that was under way while the job ended must not bring it back to life. */
export function newerJob(known: JobDto | undefined, job: JobDto): JobDto {
  return known && hasEnded(known) && !hasEnded(job) ? known : job;
}
