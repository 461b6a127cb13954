import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** The job that a provider says it reports on. */
export interface ReportedOn {
  jobId: string;
  provider: string;
}

/** That job, if it was given to this provider. */
export interface ReportedJob {
  organizationId: string;
  providerKeyId: string | null;
  externalId: string | null;
}

@Injectable()
export class CallbacksRepository {
  /** @returns for each report its job, undefined when it is none of its provider's */
  async find(db: Db, reports: ReportedOn[]): Promise<(ReportedJob | undefined)[]> {
    const result = await sql<{
      id: string;
      provider: string;
      organization_id: string;
      provider_key_id: string | null;
      external_id: string | null;
    }>`select id, provider, organization_id, provider_key_id, external_id
         from private.find_reported_jobs(${reports.map(({ jobId }) => jobId)}::uuid[],
                                         ${reports.map(({ provider }) => provider)}::text[])`.execute(db);
    const jobs = new Map(
      result.rows.map((row) => [
        keyOf(row.id, row.provider),
        { organizationId: row.organization_id, providerKeyId: row.provider_key_id, externalId: row.external_id },
      ]),
    );
    return reports.map(({ jobId, provider }) => jobs.get(keyOf(jobId, provider)));
  }

  /**
   * Keeps the providers' ids of running jobs that have none yet, and makes their next polls due. Nothing happens to a job
   * that has ended, was never sent to this provider, or has another id there.
   */
  async note(db: Db, reports: (ReportedOn & { externalId: string })[]): Promise<void> {
    await sql`
      select private.note_reports(${reports.map(({ jobId }) => jobId)}::uuid[],
                                  ${reports.map(({ provider }) => provider)}::text[],
                                  ${reports.map(({ externalId }) => externalId)}::text[])`.execute(db);
  }
}

function keyOf(jobId: string, provider: string): string {
  return `${jobId} ${provider}`;
}
