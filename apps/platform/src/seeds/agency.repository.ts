import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

/** A job that was made and ended in the past, as the owner of the database writes it. */
export interface PastJob {
  id: string;
  organizationId: string;
  userId: string;
  projectId: string | null;
  type: 'image' | 'video' | 'audio';
  model: string;
  input: Record<string, unknown>;
  price: unknown;
  priceVersion: number;
  credits: bigint;
  /** Makes it once, however often the scenario runs. */
  key: string;
  endedAt: Date;
  tookMs: number;
}

/** A file of such a job. */
export interface PastFile {
  id: string;
  ordinal: number;
  mimeType: string;
  bytes: bigint;
  sha256: string;
  storagePath: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  seed: bigint | null;
  prompt: string;
}

/** What the agency scenario does as the owner of the database: members, and jobs of the past. */
export class AgencyRepository {
  async findOrganizationId(db: Db, slug: string): Promise<string | undefined> {
    const row = await db.selectFrom('organizations').select('id').where('slug', '=', slug).executeTakeFirst();
    return row?.id;
  }

  async addMember(
    db: Db,
    organizationId: string,
    userId: string,
    role: 'admin' | 'billing' | 'creator' | 'viewer',
  ): Promise<void> {
    await db
      .insertInto('organization_members')
      .values({ organization_id: organizationId, user_id: userId, role })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** As opening the link in the mail does. */
  async confirmEmails(db: Db, userIds: string[]): Promise<void> {
    await db
      .updateTable('users')
      .set({ email_verified_at: new Date() })
      .where('id', 'in', userIds)
      .where('email_verified_at', 'is', null)
      .execute();
  }

  /** Which of these keys have made a job already. */
  async listUsedKeys(db: Db, organizationId: string, keys: string[]): Promise<Set<string>> {
    const rows = await db
      .selectFrom('idempotency_keys')
      .select('key')
      .where('organization_id', '=', organizationId)
      .where('key', 'in', keys)
      .execute();
    return new Set(rows.map(({ key }) => key));
  }

  /**
   * Holds, writes and ends the job as API and worker do, with the same functions, in one transaction: no worker ever
   * sees it waiting. Usage is counted by the trigger, on the day it ended.
   */
  async insertSucceeded(trx: Trx, job: PastJob, files: PastFile[]): Promise<void> {
    await this.insertJob(trx, job);
    await this.end(trx, job, { status: 'succeeded', charged: job.credits, code: null, message: null });
    for (const file of files) {
      await trx
        .insertInto('generations')
        .values({
          id: file.id,
          job_id: job.id,
          organization_id: job.organizationId,
          user_id: job.userId,
          project_id: job.projectId,
          ordinal: file.ordinal,
          type: job.type,
          mime_type: file.mimeType,
          bytes: file.bytes,
          sha256: file.sha256,
          storage_path: file.storagePath,
          width: file.width,
          height: file.height,
          duration_ms: file.durationMs,
          seed: file.seed,
          prompt: file.prompt,
          model: job.model,
          created_at: job.endedAt,
        })
        .execute();
    }
    if (job.credits > 0n) await sql`select public.settle_hold(${job.id}::uuid, ${job.credits}::bigint)`.execute(trx);
  }

  async insertFailed(trx: Trx, job: PastJob, code: string, message: string): Promise<void> {
    await this.insertJob(trx, job);
    await this.end(trx, job, { status: 'failed', charged: 0n, code, message });
    await sql`select public.release_hold(${job.id}::uuid, ${code})`.execute(trx);
  }

  private async insertJob(trx: Trx, job: PastJob): Promise<void> {
    const request = {
      id: job.id,
      organization_id: job.organizationId,
      user_id: job.userId,
      project_id: job.projectId,
      type: job.type,
      model: job.model,
      provider: 'sandbox',
      input: job.input,
      price: job.price,
      price_version: job.priceVersion,
      estimated_credits: job.credits.toString(),
      hold_credits: job.credits.toString(),
      idempotency_key: job.key,
      request_hash: job.key,
    };
    const { rows } = await sql<{ outcome: string; detail: unknown }>`
      select outcome, detail from public.create_ai_jobs(${JSON.stringify([request])}::jsonb)`.execute(trx);
    if (rows[0]?.outcome !== 'created') throw new Error(`A job was not taken: ${JSON.stringify(rows[0])}`);
  }

  private async end(
    trx: Trx,
    job: PastJob,
    end: { status: 'succeeded' | 'failed'; charged: bigint; code: string | null; message: string | null },
  ): Promise<void> {
    const startedAt = new Date(job.endedAt.getTime() - job.tookMs);
    await trx
      .updateTable('ai_jobs')
      .set({
        status: end.status,
        progress: end.status === 'succeeded' ? 100 : 0,
        attempt: 1,
        charged_credits: end.charged,
        error_code: end.code,
        error_message: end.message,
        created_at: new Date(startedAt.getTime() - 400),
        started_at: startedAt,
        finished_at: job.endedAt,
      })
      .where('id', '=', job.id)
      .execute();
    const data = {
      jobId: job.id,
      type: job.type,
      model: job.model,
      status: end.status,
      chargedCredits: Number(end.charged),
    };
    const event = { organization_id: job.organizationId, type: `job.${end.status}`, subject_id: job.id, data };
    await sql`select 1 from public.append_events(${JSON.stringify([event])}::jsonb)`.execute(trx);
  }
}
