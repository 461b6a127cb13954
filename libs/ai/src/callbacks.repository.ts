import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** The job that a provider reports on. */
export interface ReportedJob {
  organizationId: string;
  providerKeyId: string | null;
  externalId: string | null;
}

@Injectable()
export class CallbacksRepository {
  /** The job, if it was given to this provider. */
  async find(db: Db, jobId: string, provider: string): Promise<ReportedJob | undefined> {
    const result = await sql<{ organization_id: string; provider_key_id: string | null; external_id: string | null }>`
      select organization_id, provider_key_id, external_id
        from private.find_callback_job(${jobId}::uuid, ${provider})`.execute(db);
    const [row] = result.rows;
    return (
      row && {
        organizationId: row.organization_id,
        providerKeyId: row.provider_key_id,
        externalId: row.external_id,
      }
    );
  }

  /**
   * Keeps the provider's id of a running job that has none yet, and makes its next poll due. Nothing happens to a job that
   * has ended, was never sent to this provider, or has another id there.
   */
  async note(db: Db, jobId: string, provider: string, externalId: string): Promise<void> {
    await sql`select private.note_provider_callback(${jobId}::uuid, ${provider}, ${externalId})`.execute(db);
  }
}
