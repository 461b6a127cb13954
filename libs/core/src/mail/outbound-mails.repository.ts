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

/** In place of an address that is not needed any more. */
const FORGOTTEN = '(forgotten)';

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

  /** Data and address go with the mail: links are secrets, and who was written to must not outlive an account. */
  async markSent(db: Db, id: string): Promise<void> {
    await db
      .updateTable('outbound_mails')
      .set({ sent_at: sql`now()`, recipient: FORGOTTEN, data: '{}', error: null, next_attempt_at: null })
      .where('id', '=', id)
      .execute();
  }

  /** @param retryAfterSeconds null: given up, and forgotten like a mail that was sent */
  async markFailed(db: Db, mail: DueMail, error: string, retryAfterSeconds: number | null): Promise<void> {
    await db
      .updateTable('outbound_mails')
      .set({
        // Mail servers like to repeat the address.
        error: error.replaceAll(mail.recipient, FORGOTTEN).slice(0, 1000),
        ...(retryAfterSeconds === null
          ? { next_attempt_at: null, recipient: FORGOTTEN, data: '{}' }
          : { next_attempt_at: sql`now() + make_interval(secs => ${retryAfterSeconds}::float8)` }),
      })
      .where('id', '=', mail.id)
      .execute();
  }
}
