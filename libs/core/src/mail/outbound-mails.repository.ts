import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import type { Db, Trx } from '#core/db';

export interface NewOutboundMail {
  organizationId: string | null;
  recipient: string;
  template: string;
  locale: string;
  data: unknown;
}

export interface DueMail {
  id: string;
  recipient: string;
  template: string;
  locale: string;
  data: unknown;
  attempts: number;
}

/** The outbox of mails: a row is written with the change that wants the mail, and sent by the worker. */
@Injectable()
export class OutboundMailsRepository {
  /**
   * The mail is the service's business, not the tenant's: within a tenant transaction the service takes its own role
   * back first, so nothing that needs the tenant's role may follow.
   */
  async insert(trx: Trx, mail: NewOutboundMail): Promise<void> {
    await sql`select set_config('role', 'none', true)`.execute(trx);
    await trx
      .insertInto('outbound_mails')
      .values({
        id: newId(),
        organization_id: mail.organizationId,
        recipient: mail.recipient,
        template: mail.template,
        locale: mail.locale,
        data: JSON.stringify(mail.data),
      })
      .execute();
  }

  /**
   * Takes up to `limit` due mails for `leaseSeconds`: other workers pass them by, and a worker that dies leaves them
   * due again when the time is over.
   */
  async claimDue(db: Db, limit: number, leaseSeconds: number): Promise<DueMail[]> {
    return db
      .with('due', (query) =>
        query
          .selectFrom('outbound_mails')
          .select('id')
          .where('sent_at', 'is', null)
          .where('next_attempt_at', '<=', sql<Date>`now()`)
          .orderBy('next_attempt_at')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .updateTable('outbound_mails as mail')
      .from('due')
      .whereRef('due.id', '=', 'mail.id')
      .set({
        attempts: sql`mail.attempts + 1`,
        next_attempt_at: sql`now() + make_interval(secs => ${leaseSeconds}::float8)`,
      })
      .returning(['mail.id', 'mail.recipient', 'mail.template', 'mail.locale', 'mail.data', 'mail.attempts'])
      .execute();
  }

  /** The data goes with the mail: links in it are secrets. */
  async markSent(db: Db, id: string): Promise<void> {
    await db
      .updateTable('outbound_mails')
      .set({ sent_at: sql`now()`, data: '{}', error: null, next_attempt_at: null })
      .where('id', '=', id)
      .execute();
  }

  /** @param retryAfterSeconds null: given up. */
  async markFailed(db: Db, id: string, error: string, retryAfterSeconds: number | null): Promise<void> {
    await db
      .updateTable('outbound_mails')
      .set({
        error: error.slice(0, 1000),
        next_attempt_at:
          retryAfterSeconds === null ? null : sql`now() + make_interval(secs => ${retryAfterSeconds}::float8)`,
      })
      .where('id', '=', id)
      .execute();
  }
}
