import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiError, type EventDto, followEvents, getJob, type JobDto } from '#sdk';
import { useWorkspace } from '../shell/workspace.js';
import { useStore } from '../state/store.js';
import { organizationClient } from './clients.js';
import { changeFiles, refreshGallery } from './gallery-cache.js';
import { hasEnded, newerJob } from './job-states.js';
import { inOrganization, recentJobsKey } from './queries.js';
import { noteUnreachable, reachability } from './reachability.js';

const EVENT_TYPES = [
  'job.queued',
  'job.rerouted',
  'job.awaiting_funds',
  'job.processing',
  'job.progress',
  'job.succeeded',
  'job.failed',
  'job.canceled',
  'job.expired',
  'job.outcome_unknown',
  'credits.granted',
  'credits.low',
  'credits.exhausted',
  'credits.frozen',
  'credits.expired',
] as const;
const RETRY_MS = 2_000;

/** Puts a job where the recent ones are kept: in its place when it is known, else first. */
export function keepJob(queryClient: QueryClient, organizationId: string, job: JobDto): void {
  queryClient.setQueryData<JobDto[]>(recentJobsKey(organizationId), (jobs) => {
    if (!jobs) return jobs;
    return jobs.some(({ id }) => id === job.id)
      ? jobs.map((known) => (known.id === job.id ? newerJob(known, job) : known))
      : [job, ...jobs];
  });
}

/** Keeps what is shown of jobs in step with the server's event log, as long as the organization is open. */
export function JobFeed() {
  const queryClient = useQueryClient();
  const { organization } = useWorkspace();
  // After an outage the stream comes back at once, not when its patience allows.
  const isReachable = useStore(reachability);
  useEffect(() => {
    const closing = new AbortController();
    void follow(queryClient, organization.id, closing.signal);
    return () => closing.abort();
  }, [queryClient, organization.id, isReachable]);
  return null;
}

/** The last event seen of each organization: a stream that begins again goes on after it. */
const lastEvents = new Map<string, string>();

/** `followEvents` comes back by itself and resumes after the last event; a refusal is tried again with a new token. */
async function follow(queryClient: QueryClient, organizationId: string, signal: AbortSignal): Promise<void> {
  const client = organizationClient(organizationId);
  while (!signal.aborted) {
    try {
      const events = followEvents({
        client,
        signal,
        query: { types: EVENT_TYPES.join(',') },
        lastEventId: lastEvents.get(organizationId),
        onInterruption: noteUnreachable,
      });
      for await (const event of events) {
        lastEvents.set(organizationId, event.id);
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
    readAgain(queryClient, organizationId, ['balance', 'ledger']);
    const { jobId: refunded } = event.data;
    if (typeof refunded === 'string') await showRefund(queryClient, organizationId, refunded);
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
  if (job?.status === 'succeeded') void refreshGallery(queryClient, organizationId);
  readAgain(queryClient, organizationId, ['balance', 'ledger', 'projects', 'usage']);
}

function readAgain(queryClient: QueryClient, organizationId: string, parts: readonly string[]): void {
  for (const part of parts) {
    void queryClient.invalidateQueries({ queryKey: [...inOrganization(organizationId), part] });
  }
}

/** Tells of a refund wherever the job is shown; it may be too old to be one of the recent ones. */
async function showRefund(queryClient: QueryClient, organizationId: string, jobId: string): Promise<void> {
  readAgain(queryClient, organizationId, ['jobs']);
  const { data: job } = await getJob({ client: organizationClient(organizationId), path: { jobId } });
  if (!job) return;
  const files = job.outputs.map(({ id }) => id);
  changeFiles(queryClient, organizationId, files, (file) => ({ ...file, creditsRefunded: job.credits.refunded }));
}
