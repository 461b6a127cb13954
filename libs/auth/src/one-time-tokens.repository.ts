import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import type { Db, Trx } from '#core/db';

/** What a link in a mail is for; a token for one purpose is none for another. */
export type TokenPurpose = 'verify_email' | 'reset_password';

@Injectable()
export class OneTimeTokensRepository {
  /** Makes a token the only open one of its user and purpose. */
  async replace(
    trx: Trx,
    token: { userId: string; purpose: TokenPurpose; hash: Buffer; validMinutes: number },
  ): Promise<void> {
    await this.discard(trx, token.userId, token.purpose);
    await trx
      .insertInto('identity.one_time_tokens')
      .values({
        id: newId(),
        user_id: token.userId,
        purpose: token.purpose,
        token_hash: token.hash,
        expires_at: sql`now() + make_interval(mins => ${token.validMinutes}::int)`,
      })
      .execute();
  }

  /** The user of a token that could be used now. */
  async findOwner(db: Db, purpose: TokenPurpose, hash: Buffer): Promise<string | undefined> {
    const row = await db
      .selectFrom('identity.one_time_tokens')
      .select('user_id')
      .where('token_hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
    return row?.user_id;
  }

  /** Uses a token up. @returns its user; undefined when it is unknown, used, replaced or expired. */
  async consume(trx: Trx, purpose: TokenPurpose, hash: Buffer): Promise<string | undefined> {
    const row = await trx
      .updateTable('identity.one_time_tokens')
      .set({ used_at: sql`now()` })
      .where('token_hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning('user_id')
      .executeTakeFirst();
    return row?.user_id;
  }

  async discard(trx: Trx, userId: string, purpose: TokenPurpose): Promise<void> {
    await trx
      .deleteFrom('identity.one_time_tokens')
      .where('user_id', '=', userId)
      .where('purpose', '=', purpose)
      .execute();
  }
}
