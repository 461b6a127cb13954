import { createJob, followJob, getJob, type Client, type CreateJobDto, type EventDto, type JobDto } from '#sdk';
import { DemoFailure } from './demo.errors.js';

export interface JobRequest {
  /** For people: `image`. */
  label: string;
  body: CreateJobDto;
}

/** One thing that happened to a job. */
export interface JobMoment {
  label: string;
  /** `queued`, `processing`, … */
  state: string;
  /** By the platform's clock. */
  at: Date;
  event: EventDto;
}

/**
 * Submits a job and follows it by server-sent events until it succeeded.
 * @param onMoment hears of every event as it comes
 * @throws DemoFailure when it ends in any other way, ApiError when it is refused
 */
export async function runJob(
  client: Client,
  request: JobRequest,
  signal: AbortSignal,
  onMoment: (moment: JobMoment) => void,
): Promise<JobDto> {
  const { label, body } = request;
  const { data: accepted } = await createJob({ client, body, throwOnError: true });
  for await (const event of followJob(accepted.id, { client, signal })) {
    onMoment({ label, state: event.type.replace(/^job\./, ''), at: new Date(event.createdAt), event });
  }
  const { data: job } = await getJob({ client, path: { jobId: accepted.id }, throwOnError: true });
  if (job.status === 'succeeded') return job;
  const reason = job.error ? `: ${job.error.code}, ${job.error.message}` : '';
  throw new DemoFailure(`The ${label} job is ${job.status} and should have succeeded${reason}.`);
}
