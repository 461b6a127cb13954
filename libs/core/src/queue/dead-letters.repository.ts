import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

const MAX_ERROR = 4000;

/** One try of a message, as it ended. */
export interface FailedAttempt {
  attempt: number;
  error: string;
  stack: string;
}

/** A message that is not tried any more by itself. */
export interface DeadLetterRow {
  id: string;
  queue: string;
  name: string;
  payload: unknown;
  /** Of the last try. */
  error: string;
  attempts: FailedAttempt[];
  messageId: string | null;
  createdAt: Date;
  redrivenAt: Date | null;
  redrivenBy: string | null;
}

export type NewDeadLetter = Pick<DeadLetterRow, 'queue' | 'name' | 'payload' | 'error' | 'attempts'> & {
  messageId: string;
};

const COLUMNS = [
  'id',
  'queue',
  'name',
  'payload',
  'error',
  'attempts',
  'message_id as messageId',
  'created_at as createdAt',
  'redriven_at as redrivenAt',
  'redriven_by as redrivenBy',
] as const;

@Injectable()
export class DeadLettersRepository {
  /** For the worker. */
  async insert(db: Db, { payload, error, attempts, messageId, ...letter }: NewDeadLetter): Promise<void> {
    await db
      .insertInto('dead_letters')
      .values({
        ...letter,
        payload: JSON.stringify(payload ?? null),
        error: error.slice(0, MAX_ERROR),
        attempts: JSON.stringify(attempts),
        message_id: messageId,
      })
      .execute();
  }

  /** Newest first; `trx` acts as an operator, here and below. */
  async list(trx: Trx, limit: number, before?: string): Promise<DeadLetterRow[]> {
    let query = trx.selectFrom('dead_letters').select(COLUMNS);
    if (before) {
      query = query.where(
        sql<boolean>`(created_at, id) < (select last.created_at, last.id from public.dead_letters as last where last.id = ${before}::uuid)`,
      );
    }
    return (await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(toRow);
  }

  async find(trx: Trx, id: string): Promise<DeadLetterRow | undefined> {
    const row = await trx.selectFrom('dead_letters').select(COLUMNS).where('id', '=', id).executeTakeFirst();
    return row && toRow(row);
  }

  /** @returns undefined when somebody else was first */
  async markRedriven(trx: Trx, id: string, operatorId: string): Promise<DeadLetterRow | undefined> {
    const row = await trx
      .updateTable('dead_letters')
      .set({ redriven_at: sql`now()`, redriven_by: operatorId })
      .where('id', '=', id)
      .where('redriven_at', 'is', null)
      .returning(COLUMNS)
      .executeTakeFirst();
    return row && toRow(row);
  }
}

/** The history is written by `insert` alone. */
function toRow({ attempts, ...row }: Omit<DeadLetterRow, 'attempts'> & { attempts: unknown }): DeadLetterRow {
  return { ...row, attempts: attempts as FailedAttempt[] };
}
