import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import { EventsRepository, EventStreams, openEventStream } from '#core/events';
import { isUuid, type Tenant } from '#core/http';
import { isFinal } from './job-status.js';
import { isEnd } from './job-waits.service.js';
import { JobsRepository } from './jobs.repository.js';

/** The live view of one job. */
@Injectable()
export class JobStreamService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly jobs: JobsRepository,
    private readonly events: EventsRepository,
    private readonly streams: EventStreams,
  ) {}

  /**
   * Replays the job's events after `lastEventId` (from its beginning without one, or when it is not known), goes live,
   * ends with the job. Answers 204 when the job has ended and nothing is left to tell.
   * @throws NotFound also for another organization's job, and under a test key for a live one
   */
  async open(
    tenant: Tenant,
    jobId: string,
    lastEventId: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const organizationId = tenant.organization.id;
    const { afterSequence, nothingLeft } = await withTenant(this.db, tenant.claims, async (trx) => {
      const job = await this.jobs.find(trx, tenant, jobId);
      if (!job) throw NotFound();
      const seen =
        lastEventId && isUuid(lastEventId) ? await this.events.sequenceOf(trx, organizationId, lastEventId) : undefined;
      const afterSequence = seen ?? 0n;
      const rest = isFinal(job.status)
        ? await this.events.listAfter(trx, organizationId, afterSequence, { subjectId: jobId }, 1)
        : undefined;
      return { afterSequence, nothingLeft: rest?.length === 0 };
    });
    if (nothingLeft) {
      // The only answer that tells an EventSource not to come back (WHATWG HTML, 9.2.3).
      void reply.status(204).send();
      return;
    }
    await openEventStream({
      streams: this.streams,
      request,
      reply,
      organizationId,
      afterSequence,
      filter: { subjectId: jobId },
      isLast: isEnd,
    });
  }
}
