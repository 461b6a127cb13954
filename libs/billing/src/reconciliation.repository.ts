import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** An invariant of one organization that does not hold. */
export interface Violation {
  organization_id: string;
  invariant: string;
  expected: number;
  actual: number;
}

interface CheckedBooks {
  checked: number;
  last: string | null;
  violations: Violation[];
}

const BATCH = 200;

export const RECONCILIATION_KINDS = ['provider_costs', 'payments', 'overruns'] as const;
export type ReconciliationKind = (typeof RECONCILIATION_KINDS)[number];

/** One day of one provider or driver. `drift` is actual - expected. */
export interface Reconciliation {
  kind: ReconciliationKind;
  /** UTC, `yyyy-mm-dd`. */
  day: string;
  provider: string | null;
  expected: bigint;
  actual: bigint;
  drift: bigint;
  detail: Record<string, number>;
}

export interface BooksReport {
  lastCheck: { startedAt: string; organizations: number; violations: object[] } | null;
  frozen: { organizationId: string; at: string; reason: string }[];
}

const COLUMNS = sql`kind, day::text, provider, expected, actual, drift, detail`;

/** Checks of the books against themselves and against the world. They tell and freeze; they never mend. */
@Injectable()
export class ReconciliationRepository {
  /**
   * Checks what moved since the last whole run, some organizations at a time: each a transaction of its own. Freezes and
   * tells what is wrong.
   */
  async checkBooks(db: Db): Promise<Violation[]> {
    const { rows: clock } = await sql<{ now: Date }>`select now()`.execute(db);
    const violations: Violation[] = [];
    let after: string | null = null;
    for (;;) {
      const batch: { rows: CheckedBooks[] } = await sql<CheckedBooks>`
        select checked, last_organization as last, violations
          from private.check_books(${clock[0]?.now}::timestamptz, ${after}::uuid, ${BATCH}::int)`.execute(db);
      const [checked] = batch.rows;
      violations.push(...(checked?.violations ?? []));
      if (!checked?.last || checked.checked < BATCH) return violations;
      after = checked.last;
    }
  }

  /** Compares the UTC day so many days ago. */
  async reconcile(db: Db, daysAgo: number): Promise<Reconciliation[]> {
    const result = await sql<Reconciliation>`
      select ${COLUMNS} from private.reconcile((now() at time zone 'UTC')::date - ${daysAgo}::int)`.execute(db);
    return result.rows;
  }

  /** What was compared, newest day first. */
  async list(db: Db, from: string, to: string): Promise<Reconciliation[]> {
    const result = await sql<Reconciliation>`
      select ${COLUMNS} from private.list_reconciliations(${from}::date, ${to}::date)`.execute(db);
    return result.rows;
  }

  async report(db: Db): Promise<BooksReport> {
    const result = await sql<{
      report: BooksReport;
    }>`select private.with_api_times(private.books_report()) as report`.execute(db);
    return result.rows[0]?.report ?? { lastCheck: null, frozen: [] };
  }
}
