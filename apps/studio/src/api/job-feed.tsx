import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, type EventDto, followEvents, getJob, type JobDto } from '#sdk';
import { useWorkspace } from '../shell/workspace.js';
import { organizationClient } from './clients.js';
import { inOrganization, recentJobsKey } from './queries.js';

const EVENT_TYPES = [
  'job.queued',
  'job.awaiting_funds',
  'job.processing',
  'job.progress',
  'job.succeeded',
  'job.failed',
  'job.canceled',
  'job.expired',
  'job.outcome_unknown',
  'credits.granted',
  'credits.expired',
] as const;
const RETRY_MS = 2_000;

/** Is this a job that nothing will change any more? */
export function hasEnded(job: Pick<JobDto, 'status'>): boolean {
  return job.status !== 'queued' && job.status !== 'processing' && job.status !== 'awaiting_funds';
}

/** Puts a job where the recent ones are kept: in its place when it is known, else first. */
export function keepJob(queryClient: QueryClient, organizationId: string, job: JobDto): void {
  queryClient.setQueryData<JobDto[]>(recentJobsKey(organizationId), (jobs) => {
    if (!jobs) return jobs;
    return jobs.some(({ id }) => id === job.id)
      ? jobs.map((known) => (known.id === job.id ? newer(known, job) : known))
      : [job, ...jobs];
  });
}

/** An answer that was under way while the job ended must not bring it back to life. */
function newer(known: JobDto, job: JobDto): JobDto {
  return hasEnded(known) && !hasEnded(job) ? known : job;
}

/** Keeps what is shown of jobs in step with the server's event log, as long as the organization is open. */
export function JobFeed() {
  const queryClient = useQueryClient();
  const { organization } = useWorkspace();
  useEffect(() => {
    const closing = new AbortController();
    void follow(queryClient, organization.id, closing.signal);
    return () => closing.abort();
  }, [queryClient, organization.id]);
  return null;
}

/** `followEvents` comes back by itself and resumes after the last event; a refusal is tried again with a new token. */
async function follow(queryClient: QueryClient, organizationId: string, signal: AbortSignal): Promise<void> {
  const client = organizationClient(organizationId);
  while (!signal.aborted) {
    try {
      for await (const event of followEvents({ client, signal, query: { types: EVENT_TYPES.join(',') } })) {
        await apply(queryClient, organizationId, event);
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) break;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function apply(queryClient: QueryClient, organizationId: string, event: EventDto): Promise<void> {
  const { subjectId: jobId } = event;
  if (!event.type.startsWith('job.') || !jobId) {
    void queryClient.invalidateQueries({ queryKey: [...inOrganization(organizationId), 'balance'] });
    return;
  }
  if (event.type === 'job.processing' || event.type === 'job.progress') {
    const progress = event.data['progress'];
    queryClient.setQueryData<JobDto[]>(recentJobsKey(organizationId), (jobs) =>
      jobs?.map((job) =>
        job.id === jobId && !hasEnded(job)
          ? { ...job, status: 'processing', progress: typeof progress === 'number' ? progress : job.progress }
          : job,
      ),
    );
    return;
  }
  const { data: job } = await getJob({ client: organizationClient(organizationId), path: { jobId } });
  if (job) keepJob(queryClient, organizationId, job);
  for (const part of ['balance', 'ledger', 'gallery']) {
    void queryClient.invalidateQueries({ queryKey: [...inOrganization(organizationId), part] });
  }
}
