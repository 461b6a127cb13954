import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import type { Trx } from '#core/db';

export interface Registration {
  email: string;
  name: string;
  locale: string;
  passwordHash: string;
}

/** Accounts that are asked for and not proved yet. */
@Injectable()
export class RegistrationsRepository {
  /** Notes a wish, and clears away those whose time is over. */
  async insert(trx: Trx, wish: Registration & { tokenHash: Buffer; validMinutes: number }): Promise<void> {
    await trx
      .deleteFrom('identity.registrations')
      .where('expires_at', '<', sql<Date>`now()`)
      .execute();
    await trx
      .insertInto('identity.registrations')
      .values({
        id: newId(),
        email: wish.email,
        name: wish.name,
        locale: wish.locale,
        password_hash: wish.passwordHash,
        token_hash: wish.tokenHash,
        expires_at: sql`now() + make_interval(mins => ${wish.validMinutes}::int)`,
      })
      .execute();
  }

  /** Uses a link up, and with it all others to the same address. @returns undefined when it is unknown or expired. */
  async take(trx: Trx, tokenHash: Buffer): Promise<Registration | undefined> {
    const row = await trx
      .deleteFrom('identity.registrations')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['email', 'name', 'locale', 'password_hash as passwordHash'])
      .executeTakeFirst();
    if (row) await trx.deleteFrom('identity.registrations').where('email', '=', row.email).execute();
    return row;
  }

  /** The newest wish of an address with a new link; older links to it end. */
  async renew(trx: Trx, email: string, tokenHash: Buffer): Promise<Registration | undefined> {
    return trx
      .updateTable('identity.registrations')
      .set({ token_hash: tokenHash })
      .where('id', '=', (eb) =>
        eb
          .selectFrom('identity.registrations')
          .select('id')
          .where('email', '=', email)
          .where('expires_at', '>', sql<Date>`now()`)
          .orderBy('created_at', 'desc')
          .limit(1),
      )
      .returning(['email', 'name', 'locale', 'password_hash as passwordHash'])
      .executeTakeFirst();
  }
}
