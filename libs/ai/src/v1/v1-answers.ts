import type { FastifyReply } from 'fastify';

/** The job that a request became. */
export const JOB_HEADER = 'x-job-id';

export function tellJob(reply: FastifyReply, jobId: string): void {
  void reply.header(JOB_HEADER, jobId);
}

/** Aborted when whoever asked has gone away. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
