import type { FastifyReply } from 'fastify';
import { type AcceptedJob, answerWith } from '../jobs/accepted-job.js';

/** The job that a request became. */
export const JOB_HEADER = 'x-job-id';

export function tellJob(reply: FastifyReply, accepted: AcceptedJob): void {
  void reply.header(JOB_HEADER, answerWith(accepted, reply).id);
}

/** Unix seconds, as OpenAI tells times. */
export function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** Aborted when whoever asked has gone away, also when that was before. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.closed || reply.raw.destroyed) gone.abort();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
