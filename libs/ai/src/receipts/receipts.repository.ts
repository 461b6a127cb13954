import { Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';
import type { Tenant } from '#core/http';
import type { JobStatus } from '../jobs/job-status.js';

/** A job and what became of its money. */
export interface ReceiptFacts {
  jobId: string;
  status: JobStatus;
  type: string;
  model: string;
  provider: string;
  priceVersion: number;
  price: unknown;
  quoteId: string | null;
  testMode: boolean;
  errorCode: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Null: nothing was held. */
  holdCredits: bigint | null;
  heldAt: Date | null;
  settledCredits: bigint | null;
  resolvedAt: Date | null;
  holdState: 'active' | 'settled' | 'released' | null;
  releaseReason: string | null;
}

/** What an operator gave back of a charge. */
export interface RefundFacts {
  credits: bigint;
  at: Date;
  reason: string;
}

@Injectable()
export class ReceiptsRepository {
  /** A test key finds the facts of test jobs only. */
  async find(trx: Trx, { organization, testMode }: Tenant, jobId: string): Promise<ReceiptFacts | undefined> {
    return trx
      .selectFrom('ai_jobs as job')
      .leftJoin('credit_holds as hold', 'hold.job_id', 'job.id')
      .select([
        'job.id as jobId',
        'job.status',
        'job.type',
        'job.model',
        'job.provider',
        'job.price_version as priceVersion',
        'job.price',
        'job.quote_id as quoteId',
        'job.test_mode as testMode',
        'job.error_code as errorCode',
        'job.created_at as createdAt',
        'job.started_at as startedAt',
        'job.finished_at as finishedAt',
        'hold.amount as holdCredits',
        'hold.created_at as heldAt',
        'hold.settled_amount as settledCredits',
        'hold.resolved_at as resolvedAt',
        'hold.state as holdState',
        'hold.reason as releaseReason',
      ])
      .where('job.organization_id', '=', organization.id)
      .where('job.id', '=', jobId)
      .$if(testMode, (query) => query.where('job.test_mode', '=', true))
      .executeTakeFirst();
  }

  /** Oldest first. */
  async listRefunds(trx: Trx, organizationId: string, jobId: string): Promise<RefundFacts[]> {
    return trx
      .selectFrom('credit_transactions')
      .select(['amount as credits', 'created_at as at', 'description as reason'])
      .where('organization_id', '=', organizationId)
      .where('job_id', '=', jobId)
      .where('type', '=', 'refund')
      .orderBy('sequence')
      .execute();
  }
}
