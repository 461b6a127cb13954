import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { MediaType } from '../providers/provider.js';

/** A job that nobody has touched for a while. */
export interface ForgottenJob {
  id: string;
  type: MediaType;
  /** It has never been started. */
  waiting: boolean;
}

/** Jobs that no worker has in hand: who may run, and what was forgotten. */
@Injectable()
export class UnclaimedJobsRepository {
  /**
   * Whether the organization may run this job besides those it runs already; to be asked in the claim's transaction. A
   * job that may not is marked, and found again by `listForSlots`.
   */
  async takeSlot(trx: Trx, jobId: string): Promise<boolean> {
    const result = await sql<{ free: boolean }>`select private.take_job_slot(${jobId}::uuid) as free`.execute(trx);
    return result.rows[0]?.free ?? true;
  }

  /** The waiting jobs of these organizations that there is room for now, oldest first. */
  async listForSlots(
    db: Db,
    organizationIds: string[],
  ): Promise<{ id: string; organizationId: string; type: MediaType }[]> {
    const result = await sql<{ id: string; organization_id: string; type: MediaType }>`
      select id, organization_id, type from private.list_jobs_for_slots_of(${organizationIds}::uuid[])`.execute(db);
    return result.rows.map((row) => ({ id: row.id, organizationId: row.organization_id, type: row.type }));
  }

  /** Organizations whose jobs wait for each other. */
  async listSlotSeekers(db: Db, limit: number): Promise<string[]> {
    const result = await sql<{ organization_id: string }>`
      select organization_id from private.list_slot_seekers(${limit}::int)`.execute(db);
    return result.rows.map((row) => row.organization_id);
  }

  /**
   * Finds work that no worker has and that the queue may have lost, and marks it as looked at, so that a long line is
   * swept a part at a time. Several workers may sweep at once. Jobs that wait for a place are found by `listForSlots`.
   */
  async listForgotten(trx: Trx, patienceMs: number, limit: number): Promise<ForgottenJob[]> {
    const result = await sql<ForgottenJob>`
      update public.ai_jobs as job
         set enqueued_at = now()
       where job.id in (
               select id from public.ai_jobs
                where status in ('queued', 'processing') and slot_wanted_at is null
                  and coalesce(enqueued_at, created_at) < now() - ${patienceMs} * interval '1 millisecond'
                  and (status = 'queued'
                       or coalesce(lease_expires_at, next_poll_at, '-infinity') < now() - ${patienceMs} * interval '1 millisecond')
                order by coalesce(enqueued_at, created_at)
                limit ${limit}
                for update skip locked)
      returning job.id, job.type, (job.status = 'queued' and job.started_at is null) as waiting`.execute(trx);
    return result.rows;
  }

  /** Holds the credits of parked jobs that the balance now covers, oldest first, and puts them in line. */
  async resumeParked(db: Db, limit: number): Promise<{ organizationId: string; type: MediaType }[]> {
    const result = await sql<{ organization_id: string; type: MediaType }>`
      select resumed.organization_id, job.type
        from private.resume_parked_jobs(${limit}::int) resumed
        join public.ai_jobs job on job.id = resumed.job_id`.execute(db);
    return result.rows.map((row) => ({ organizationId: row.organization_id, type: row.type }));
  }

  /** Whether a job of one of these organizations is parked. */
  async hasParked(db: Db, organizationIds: string[]): Promise<boolean> {
    const parked = await db
      .selectFrom('ai_jobs')
      .select('id')
      .where('organization_id', 'in', organizationIds)
      .where('status', '=', 'awaiting_funds')
      .limit(1)
      .executeTakeFirst();
    return parked !== undefined;
  }

  /** Jobs that nobody started before their deadline, taken for ending; locked until commit. */
  async listOverdue(
    trx: Trx,
    limit: number,
  ): Promise<{ id: string; organizationId: string; projectId: string | null; code: string }[]> {
    const code = sql<string>`case status when 'awaiting_funds' then 'ai.unfunded_at_deadline' else 'ai.deadline_passed' end`;
    const rows = await trx
      .updateTable('ai_jobs')
      .set({
        status: 'expired',
        charged_credits: 0n,
        error_code: code,
        finished_at: sql`now()`,
        updated_at: sql`now()`,
      })
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('ai_jobs')
          .select('id')
          .where('status', 'in', ['queued', 'awaiting_funds'])
          .where('deadline_at', '<', sql<Date>`now()`)
          .orderBy('organization_id')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returning(['id', 'organization_id', 'project_id', 'error_code'])
      .execute();
    return rows.map((row) => ({
      id: row.id,
      organizationId: row.organization_id,
      projectId: row.project_id,
      code: row.error_code ?? 'ai.deadline_passed',
    }));
  }
}
