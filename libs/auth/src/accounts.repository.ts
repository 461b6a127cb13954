import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { databaseError, type Db, type Trx } from '#core/db';
import { EmailTaken } from './auth.errors.js';

export interface NewAccount {
  id: string;
  email: string;
  name: string;
  locale: string;
}

/** As `private.create_local_user()` raises it. */
const ADDRESS_TAKEN = 'BA013';

/** The local issuer's accounts: people and their password hashes. */
@Injectable()
export class AccountsRepository {
  /** @throws EmailTaken */
  async create(trx: Trx, account: NewAccount, passwordHash: string): Promise<void> {
    try {
      await sql`select private.create_local_user(
        ${account.id}::uuid, ${account.email}, ${account.name}, ${account.locale})`.execute(trx);
    } catch (error) {
      if (databaseError(error)?.sqlState === ADDRESS_TAKEN)
        throw EmailTaken({ detail: 'Sign in, or choose a new password if you forgot yours.', cause: error });
      throw error;
    }
    await trx.insertInto('identity.credentials').values({ user_id: account.id, password_hash: passwordHash }).execute();
  }

  /** The account of an address; undefined when there is none, or it has no password. */
  async findByEmail(db: Db, email: string): Promise<{ userId: string; passwordHash: string } | undefined> {
    const result = await sql<{ user_id: string; password_hash: string }>`
      select found.id as user_id, credentials.password_hash
        from private.find_user_by_email(${email}) as found
        join identity.credentials as credentials on credentials.user_id = found.id`.execute(db);
    const row = result.rows[0];
    return row && { userId: row.user_id, passwordHash: row.password_hash };
  }

  async setPasswordHash(db: Db, userId: string, passwordHash: string): Promise<void> {
    await db
      .updateTable('identity.credentials')
      .set({ password_hash: passwordHash, updated_at: sql`now()` })
      .where('user_id', '=', userId)
      .execute();
  }

  /** Notes that the address is proved to be its owner's. */
  async confirmEmail(trx: Trx, userId: string): Promise<void> {
    await sql`select private.update_local_user(${userId}::uuid, email_confirmed => true)`.execute(trx);
  }

  /** Whether accounts are ours to write (no Supabase Auth on this database). */
  async isPlainPostgres(db: Db): Promise<boolean> {
    const result = await sql<{ plain: boolean }>`select private.is_plain_postgres() as plain`.execute(db);
    return result.rows[0]?.plain ?? false;
  }

  /** Makes or updates the row of an account that is kept elsewhere. Erased people do not come back. @throws EmailTaken */
  async follow(db: Db, account: NewAccount & { confirmed: boolean }): Promise<void> {
    const { id, email, name, locale, confirmed } = account;
    try {
      await db.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended('account ' || ${id}::text, 0))`.execute(trx);
        await sql`select private.create_local_user(${id}::uuid, ${email}, ${name}, ${locale})
                   where not exists (select from private.find_user(${id}::uuid))
                     and not exists (select from identity.erased_users where user_id = ${id}::uuid)`.execute(trx);
        await sql`select private.update_local_user(${id}::uuid, email => ${email}, email_confirmed => ${confirmed})`.execute(
          trx,
        );
      });
    } catch (error) {
      if (databaseError(error)?.sqlState === ADDRESS_TAKEN)
        throw EmailTaken({ detail: 'Sign in, or choose a new password if you forgot yours.', cause: error });
      throw error;
    }
  }

  /** Whether the address has an account, with a password or without. */
  async isTaken(db: Db, email: string): Promise<boolean> {
    const result = await sql`select from private.find_user_by_email(${email})`.execute(db);
    return result.rows.length > 0;
  }
}
