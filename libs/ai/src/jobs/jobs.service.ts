import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import { nextPageOf, type Tenant } from '#core/http';
import { EventSignals } from '#core/realtime';
import { FileUrls } from '#core/storage';
import { JobCanceled } from '../ai.audit.js';
import { JobNotCancelable } from '../ai.errors.js';
import { JobMessages } from './job-messages.js';
import { toJobDto } from './job-view.js';
import type { CancelJobResultDto, JobDto, JobPageDto, ListJobsQuery } from './jobs.dto.js';
import { JobsRepository } from './jobs.repository.js';

/** Jobs as their owners use them. */
@Injectable()
export class JobsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly jobs: JobsRepository,
    private readonly messages: JobMessages,
    private readonly signals: EventSignals,
    private readonly fileUrls: FileUrls,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws NotFound also for another organization's job, and under a test key for a live one */
  async get(tenant: Tenant, jobId: string): Promise<JobDto> {
    const found = await withTenant(this.db, tenant.claims, async (trx) => {
      const job = await this.jobs.find(trx, tenant, jobId);
      return job && { job, generations: await this.jobs.listGenerations(trx, tenant.organization.id, [jobId]) };
    });
    if (!found) throw NotFound();
    return toJobDto(found.job, found.generations, this.fileUrls);
  }

  async list(tenant: Tenant, { limit = 20, testMode = false, ...filter }: ListJobsQuery): Promise<JobPageDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      const organizationId = tenant.organization.id;
      const jobs = await this.jobs.list(trx, organizationId, {
        ...filter,
        testMode: tenant.testMode || testMode,
        limit,
      });
      const generations = await this.jobs.listGenerations(
        trx,
        organizationId,
        jobs.map((job) => job.id),
      );
      return {
        data: jobs.map((job) =>
          toJobDto(
            job,
            generations.filter((generation) => generation.jobId === job.id),
            this.fileUrls,
          ),
        ),
        nextBefore: nextPageOf(jobs, limit),
      };
    });
  }

  /**
   * Cancels honestly: a job nobody started ends now and its whole hold returns; for a running one the wish is recorded
   * and the answer says that it may still finish.
   * @throws NotFound, JobNotCancelable when it has already ended
   */
  async cancel(tenant: Tenant, jobId: string): Promise<CancelJobResultDto> {
    const before = await this.get(tenant, jobId);
    const outcome = await this.db.transaction().execute(async (trx) => {
      const outcome = await this.jobs.cancel(trx, tenant.organization.id, jobId);
      if (outcome === 'not_found') throw NotFound();
      if (outcome !== 'ended')
        await this.audit.write(trx, JobCanceled, { by: tenant, target: jobId, after: { outcome } });
      return outcome;
    });
    if (outcome === 'ended') throw JobNotCancelable(`It ended as ${(await this.get(tenant, jobId)).status}.`);
    this.signals.announce([tenant.organization.id]);
    if (outcome === 'canceled') await this.messages.withdraw(before.type, jobId);
    return { outcome: outcome as 'canceled' | 'requested', job: await this.get(tenant, jobId) };
  }
}
