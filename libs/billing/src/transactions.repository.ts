import { Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';

/** Kinds of ledger lines. */
export const TRANSACTION_TYPES = [
  'grant',
  'purchase',
  'hold',
  'settle',
  'release',
  'refund',
  'expire',
  'adjust',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

export interface LedgerLine {
  id: string;
  sequence: bigint;
  type: TransactionType;
  amount: bigint;
  availableDelta: bigint;
  heldDelta: bigint;
  balanceAfter: bigint;
  heldAfter: bigint;
  jobId: string | null;
  grantId: string | null;
  description: string;
  createdAt: Date;
}

export interface TransactionFilter {
  types?: TransactionType[];
  jobId?: string;
  /** From this time on. */
  from?: Date;
  /** Before this time. */
  to?: Date;
  /** Only lines before this sequence: the cursor. */
  before?: bigint;
}

/** The ledger as it is read. It is append-only, and its sequence has no gaps. */
@Injectable()
export class TransactionsRepository {
  /** Newest first. */
  async list(trx: Trx, organizationId: string, filter: TransactionFilter, limit: number): Promise<LedgerLine[]> {
    let query = trx
      .selectFrom('credit_transactions')
      .select([
        'id',
        'sequence',
        'type',
        'amount',
        'available_delta as availableDelta',
        'held_delta as heldDelta',
        'balance_after as balanceAfter',
        'held_after as heldAfter',
        'job_id as jobId',
        'grant_id as grantId',
        'description',
        'created_at as createdAt',
      ])
      .where('organization_id', '=', organizationId);
    if (filter.before !== undefined) query = query.where('sequence', '<', filter.before);
    if (filter.types?.length) query = query.where('type', 'in', filter.types);
    if (filter.jobId) query = query.where('job_id', '=', filter.jobId);
    if (filter.from) query = query.where('created_at', '>=', filter.from);
    if (filter.to) query = query.where('created_at', '<', filter.to);
    return query.orderBy('sequence', 'desc').limit(limit).execute();
  }
}
