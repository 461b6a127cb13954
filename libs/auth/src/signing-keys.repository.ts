import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

export interface SigningKeyRow {
  kid: string;
  publicJwk: JWK;
  /** AES-256-GCM, see `sealed-text.ts`. */
  privateJwkSealed: string;
  retired: boolean;
}

@Injectable()
export class SigningKeysRepository {
  /** The keys in use and those retired less than `graceMinutes` ago, newest first. */
  async list(db: Db, graceMinutes: number): Promise<SigningKeyRow[]> {
    const rows = await db
      .selectFrom('identity.signing_keys')
      .select(['kid', 'public_jwk', 'private_jwk_encrypted', 'retired_at'])
      .where((eb) =>
        eb.or([
          eb('retired_at', 'is', null),
          eb('retired_at', '>', sql<Date>`now() - make_interval(mins => ${graceMinutes}::int)`),
        ]),
      )
      .orderBy('created_at', 'desc')
      .orderBy('kid')
      .execute();
    return rows.map((row) => ({
      kid: row.kid,
      publicJwk: row.public_jwk as JWK,
      privateJwkSealed: row.private_jwk_encrypted,
      retired: row.retired_at !== null,
    }));
  }

  /** Until the transaction ends nobody else makes or retires keys. */
  async lock(trx: Trx): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended('identity.signing_keys', 0))`.execute(trx);
  }

  async insert(trx: Trx, key: Omit<SigningKeyRow, 'retired'> & { algorithm: string }): Promise<void> {
    await trx
      .insertInto('identity.signing_keys')
      .values({
        kid: key.kid,
        algorithm: key.algorithm,
        public_jwk: JSON.stringify(key.publicJwk),
        private_jwk_encrypted: key.privateJwkSealed,
      })
      .execute();
  }

  async retireAll(trx: Trx): Promise<void> {
    await trx
      .updateTable('identity.signing_keys')
      .set({ retired_at: sql`now()` })
      .where('retired_at', 'is', null)
      .execute();
  }
}
