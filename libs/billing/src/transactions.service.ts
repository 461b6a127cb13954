import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { csvLine } from '#core/csv';
import { type Db, InjectDb, withTenant } from '#core/db';
import { instantOf, type Tenant } from '#core/http';
import type {
  CreditTransactionDto,
  CreditTransactionPageDto,
  ListCreditTransactionsQuery,
  TransactionFilterQuery,
} from './transactions.dto.js';
import { type LedgerLine, type TransactionFilter, TransactionsRepository } from './transactions.repository.js';

/** Lines read at a time for an export: a short transaction each, whatever the length of the ledger. */
const EXPORT_PAGE = 1000;

const COLUMNS = [
  'sequence',
  'created_at',
  'type',
  'amount',
  'available_delta',
  'held_delta',
  'balance_after',
  'held_after',
  'job_id',
  'grant_id',
  'description',
];

/** How the balance came to be what it is. */
@Injectable()
export class TransactionsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: TransactionsRepository,
  ) {}

  /** Newest first. */
  async list(tenant: Tenant, query: ListCreditTransactionsQuery): Promise<CreditTransactionPageDto> {
    const limit = query.limit ?? 50;
    const before = query.before === undefined ? undefined : BigInt(query.before);
    const lines = await this.page(tenant, { ...toFilter(query), before }, limit);
    return {
      data: lines.map(toDto),
      nextBefore: lines.length === limit ? Number(lines.at(-1)?.sequence) : null,
    };
  }

  /**
   * The same lines as CSV (RFC 4180, UTF-8), newest first. The first page is read before the answer begins, so that
   * what is refused is refused properly; lines written meanwhile are not part of it.
   */
  async export(tenant: Tenant, query: TransactionFilterQuery): Promise<Readable> {
    const filter = toFilter(query);
    const first = await this.page(tenant, filter, EXPORT_PAGE);
    return Readable.from(this.csv(tenant, filter, first), { objectMode: false });
  }

  private async *csv(tenant: Tenant, filter: TransactionFilter, first: LedgerLine[]): AsyncGenerator<string> {
    yield csvLine(COLUMNS);
    for (let lines = first; lines.length > 0;) {
      yield lines.map(toCsv).join('');
      const last = lines.at(-1);
      if (lines.length < EXPORT_PAGE || !last) return;
      lines = await this.page(tenant, { ...filter, before: last.sequence }, EXPORT_PAGE);
    }
  }

  private page(tenant: Tenant, filter: TransactionFilter, limit: number): Promise<LedgerLine[]> {
    return withTenant(this.db, tenant.claims, (trx) =>
      this.repository.list(trx, tenant.organization.id, filter, limit),
    );
  }
}

function toFilter(query: TransactionFilterQuery): TransactionFilter {
  return { types: query.type, jobId: query.jobId, from: instantOf(query.from), to: instantOf(query.to) };
}

function toDto(line: LedgerLine): CreditTransactionDto {
  return {
    ...line,
    sequence: Number(line.sequence),
    amount: Number(line.amount),
    availableDelta: Number(line.availableDelta),
    heldDelta: Number(line.heldDelta),
    balanceAfter: Number(line.balanceAfter),
    heldAfter: Number(line.heldAfter),
  };
}

function toCsv(line: LedgerLine): string {
  return csvLine([
    line.sequence,
    line.createdAt,
    line.type,
    line.amount,
    line.availableDelta,
    line.heldDelta,
    line.balanceAfter,
    line.heldAfter,
    line.jobId,
    line.grantId,
    line.description,
  ]);
}
