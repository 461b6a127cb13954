import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import { EventsRepository, EventStreams, openEventStream } from '#core/events';
import { isUuid, type Tenant } from '#core/http';
import { isFinal } from './job-status.js';
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
   * Replays the job's events after `lastEventId` (from its beginning without one), goes live, ends with the job.
   * @throws NotFound also for another organization's job
   */
  async open(
    tenant: Tenant,
    jobId: string,
    lastEventId: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const organizationId = tenant.organization.id;
    const afterSequence = await withTenant(this.db, tenant.claims, async (trx) => {
      const job = await this.jobs.find(trx, organizationId, jobId);
      if (!job) throw NotFound();
      const seen =
        lastEventId && isUuid(lastEventId) ? await this.events.sequenceOf(trx, organizationId, lastEventId) : undefined;
      return seen ?? 0n;
    });
    await openEventStream({
      streams: this.streams,
      request,
      reply,
      organizationId,
      afterSequence,
      filter: { subjectId: jobId },
      isLast: (event) => event.type.startsWith('job.') && isFinal(event.type.slice('job.'.length)),
    });
  }
}
