import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** What is known of a key: nothing (the request may go on), its first answer, or that it is taken. */
export type KeyState =
  { outcome: 'begun' | 'in_progress' | 'conflict' } | { outcome: 'done'; status: number; body: string | null };

/** A request under a key. */
export interface KeyedRequest {
  /** The organization, or the person where there is none. */
  scope: string;
  key: string;
  operation: string;
  requestHash: string;
}

/** Keys and their first answers. Bodies arrive sealed; the rows are deleted after two days (`apply_retention`). */
@Injectable()
export class IdempotencyRepository {
  async begin(db: Db, { scope, key, operation, requestHash }: KeyedRequest, lockSeconds: number): Promise<KeyState> {
    const result = await sql<{ outcome: KeyState['outcome']; response_status: number | null; response_body: unknown }>`
      select outcome, response_status, response_body
        from private.begin_idempotent(${scope}::uuid, ${key}, ${operation}, ${requestHash}, ${lockSeconds}::int)`.execute(
      db,
    );
    const row = result.rows[0];
    if (!row) throw new Error('begin_idempotent returned nothing');
    if (row.outcome !== 'done') return { outcome: row.outcome };
    const body = typeof row.response_body === 'string' ? row.response_body : null;
    return { outcome: 'done', status: row.response_status ?? 200, body };
  }

  async finish(db: Db, request: KeyedRequest, status: number, sealedBody: string | null): Promise<void> {
    const body = sealedBody === null ? null : JSON.stringify(sealedBody);
    await sql`select private.finish_idempotent(${request.scope}::uuid, ${request.key}, ${request.requestHash},
                                               ${status}::int, ${body}::jsonb)`.execute(db);
  }

  async abandon(db: Db, request: KeyedRequest): Promise<void> {
    await sql`select private.abandon_idempotent(${request.scope}::uuid, ${request.key}, ${request.requestHash})`.execute(
      db,
    );
  }
}
