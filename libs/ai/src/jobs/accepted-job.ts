import type { FastifyReply } from 'fastify';
import { REPLAYED } from '#core/http';
import type { JobDto } from './jobs.dto.js';

/** A job that was asked for: now, or before under the same key. */
export interface AcceptedJob {
  job: JobDto;
  isReplayed: boolean;
}

/** The answer to whoever asked for the job. */
export function answerWith({ job, isReplayed }: AcceptedJob, reply: FastifyReply): JobDto {
  if (isReplayed) void reply.header(REPLAYED, 'true');
  return job;
}
