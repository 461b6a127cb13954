import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, databaseError, type Trx } from '#core/db';
import { type AppError, IdempotencyConflict, NotFound } from '#core/errors';
import { CreditsFrozen, GrantExpired, InsufficientCredits, InvalidMovement } from './billing.errors.js';

export interface Balance {
  available: bigint;
  held: bigint;
  granted: bigint;
  purchased: bigint;
  refunded: bigint;
  adjusted: bigint;
  spent: bigint;
  expired: bigint;
  lowThreshold: bigint;
  lowSince: Date | null;
  frozenAt: Date | null;
  updatedAt: Date;
}

/** A lot that still holds credits. */
export interface OpenGrant {
  id: string;
  source: CreditSource;
  amount: bigint;
  remaining: bigint;
  held: bigint;
  description: string;
  createdAt: Date;
  expiresAt: Date | null;
}

/** How credits come. */
export type CreditSource = 'grant' | 'purchase' | 'refund' | 'adjust';

/** A movement that does not belong to a job. `idempotencyKey` is unique per organization, for ever. */
export interface Movement {
  organizationId: string;
  amountCredits: bigint;
  idempotencyKey: string;
  description: string;
}

/** What a movement did. A key that was used before answers with what it did then. */
export interface Moved {
  transactionId: string;
  grantId: string | null;
  availableCredits: bigint;
}

interface MovedRow {
  id: string;
  grant_id: string | null;
  balance_after: bigint;
}

/** Lots that burn before this many others are hardly looked at one by one. */
const MAX_OPEN_GRANTS = 100;

/** Balances and their movements. Only SQL functions move credits; here they are called. */
@Injectable()
export class CreditsRepository {
  async findBalance(trx: Trx, organizationId: string): Promise<Balance | undefined> {
    return trx
      .selectFrom('credit_balances')
      .select([
        'available',
        'held',
        'granted',
        'purchased',
        'refunded',
        'adjusted',
        'spent',
        'expired',
        'low_threshold as lowThreshold',
        'low_since as lowSince',
        'frozen_at as frozenAt',
        'updated_at as updatedAt',
      ])
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
  }

  /** The lots that still hold credits, the one that burns first on top; at most a hundred. */
  async listOpenGrants(trx: Trx, organizationId: string): Promise<OpenGrant[]> {
    const rows = await trx
      .selectFrom('credit_grants')
      .select([
        'id',
        'source',
        'amount',
        'remaining',
        'held',
        'description',
        'created_at as createdAt',
        'expires_at as expiresAt',
      ])
      .where('organization_id', '=', organizationId)
      .where('closed_at', 'is', null)
      .orderBy('priority')
      .orderBy('expires_at', (order) => order.asc().nullsLast())
      .orderBy('created_at')
      .orderBy('id')
      .limit(MAX_OPEN_GRANTS)
      .execute();
    return rows.map((row) => ({ ...row, source: row.source as CreditSource }));
  }

  /**
   * Gives credits as a new lot.
   * @throws InvalidMovement, GrantExpired, IdempotencyConflict, NotFound for an unknown organization
   */
  async credit(
    trx: Trx,
    movement: Movement & { source: CreditSource; expiresAt?: Date | null; priority?: number },
  ): Promise<Moved> {
    const { organizationId, amountCredits, source, idempotencyKey, description } = movement;
    return moved(
      sql<MovedRow>`
        select id, grant_id, balance_after from public.credit_credits(
          ${organizationId}::uuid, ${amountCredits}::bigint, ${source}::public.transaction_type, ${idempotencyKey},
          ${description}, ${movement.expiresAt ?? null}::timestamptz, ${movement.priority ?? 100}::int)`.execute(trx),
    );
  }

  /**
   * Takes credits at once, without a hold.
   * @throws InvalidMovement, InsufficientCredits, CreditsFrozen, IdempotencyConflict, NotFound
   */
  async debit(trx: Trx, { organizationId, amountCredits, idempotencyKey, description }: Movement): Promise<Moved> {
    return moved(
      sql<MovedRow>`
        select id, grant_id, balance_after from public.debit_credits(
          ${organizationId}::uuid, ${amountCredits}::bigint, ${idempotencyKey}, ${description})`.execute(trx),
    );
  }

  /**
   * Gives back what a job was charged, in whole or in part, never more in sum.
   * @throws InvalidMovement, IdempotencyConflict, NotFound for a job that the organization was not charged for
   */
  async refundJob(trx: Trx, jobId: string, movement: Movement): Promise<Moved> {
    return moved(
      sql<MovedRow>`
        select id, grant_id, balance_after from private.refund_job(
          ${movement.organizationId}::uuid, ${jobId}::uuid, ${movement.amountCredits}::bigint,
          ${movement.idempotencyKey}, ${movement.description})`.execute(trx),
    );
  }

  /** Lets frozen credits move again. @returns why they were frozen; undefined: they were not */
  async unfreeze(trx: Trx, organizationId: string): Promise<string | undefined> {
    const { rows } = await sql<{ reason: string | null }>`
      select private.unfreeze_credits(${organizationId}::uuid) as reason`.execute(trx);
    return rows[0]?.reason ?? undefined;
  }

  /** Below how many available credits `credits.low` is told; 0: never. */
  async setLowThreshold(db: Db, organizationId: string, thresholdCredits: bigint): Promise<void> {
    await sql`select private.set_low_threshold(${organizationId}::uuid, ${thresholdCredits}::bigint)`.execute(db);
  }

  /**
   * Charges the actual credits of jobs' holds, in the given order, and returns the rest. Resolving a hold twice changes
   * nothing; more than the hold is never taken, the overrun is recorded as the platform's loss.
   */
  async settleHolds(trx: Trx, settlements: { jobId: string; actualCredits: bigint }[]): Promise<void> {
    if (settlements.length === 0) return;
    await sql`
      select settled.id
        from unnest(${settlements.map(({ jobId }) => jobId)}::uuid[],
                    ${settlements.map(({ actualCredits }) => actualCredits)}::bigint[]) as given (job_id, actual_credits)
       cross join lateral public.settle_hold(given.job_id, given.actual_credits) as settled`.execute(trx);
  }

  /** Returns a job's whole hold; `reason` is kept with the ledger line. */
  async releaseHold(trx: Trx, jobId: string, reason: string): Promise<void> {
    await sql`select 1 from public.release_hold(${jobId}::uuid, ${reason})`.execute(trx);
  }

  /** Takes back what is left of grants past their expiry, `limit` at most. @returns how many */
  async expireGrants(db: Db, limit: number): Promise<number> {
    const result = await sql<{ count: number }>`select public.expire_grants(${limit}::int) as count`.execute(db);
    return result.rows[0]?.count ?? 0;
  }

  /** Gives the credits of the month to subscriptions that are due, `limit` at most; once a period. @returns how many */
  async grantMonthly(db: Db, limit: number): Promise<number> {
    const result = await sql<{ count: number }>`select private.grant_monthly_credits(${limit}::int) as count`.execute(
      db,
    );
    return result.rows[0]?.count ?? 0;
  }
}

async function moved(movement: Promise<{ rows: MovedRow[] }>): Promise<Moved> {
  const { rows } = await movement.catch((error: unknown) => {
    throw refusalOf(error) ?? error;
  });
  const [row] = rows;
  if (!row) throw new Error('A movement returned no line');
  return { transactionId: row.id, grantId: row.grant_id, availableCredits: row.balance_after };
}

/** The ledger's refusals (docs/database.md, class BA) as ours. */
function refusalOf(error: unknown): AppError | undefined {
  // The ledger's functions begin with their own name, which says nothing to whoever asked.
  const detail = error instanceof Error ? error.message.replace(/^[a-z_]+: /, '') : undefined;
  switch (databaseError(error)?.sqlState) {
    case 'BA001':
      return InvalidMovement({ detail, cause: error });
    case 'BA002':
    case 'BA007':
      return NotFound({ cause: error });
    case 'BA003':
      return InsufficientCredits({ detail, cause: error });
    case 'BA004':
      return IdempotencyConflict({ detail: 'The key already made another movement. Use a new one.', cause: error });
    case 'BA006':
      return GrantExpired({ detail: 'Give a time in the future, or none for credits that stay.', cause: error });
    case 'BA011':
      return CreditsFrozen({ detail: 'The books are being looked into; nothing was moved.', cause: error });
    default:
      return undefined;
  }
}
