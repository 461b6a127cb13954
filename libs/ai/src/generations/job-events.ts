import type { EventType, NewEvent } from '#core/events';
import type { ClaimedJob } from './claimed-job.js';

/** An event of a job, with what every one of them tells. */
export function jobEvent(job: ClaimedJob, type: EventType, more: Record<string, unknown>): NewEvent {
  const data = { jobId: job.id, type: job.type, model: job.model, ...more };
  return { organizationId: job.organizationId, type, subjectId: job.id, projectId: job.projectId, data };
}
