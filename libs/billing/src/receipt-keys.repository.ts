import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

export interface ReceiptKeyRow {
  kid: string;
  publicJwk: JWK;
  /** `sealText` of core/crypto. */
  privateJwkSealed: string;
}

@Injectable()
export class ReceiptKeysRepository {
  /** Every key there ever was, newest first. */
  async list(db: Db): Promise<ReceiptKeyRow[]> {
    const rows = await db
      .selectFrom('identity.receipt_keys')
      .select(['kid', 'public_jwk', 'private_jwk_encrypted'])
      .orderBy('created_at', 'desc')
      .orderBy('kid')
      .execute();
    return rows.map((row) => ({
      kid: row.kid,
      publicJwk: row.public_jwk as JWK,
      privateJwkSealed: row.private_jwk_encrypted,
    }));
  }

  /** Until the transaction ends nobody else makes a key. */
  async lock(trx: Trx): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended('identity.receipt_keys', 0))`.execute(trx);
  }

  async insert(trx: Trx, key: ReceiptKeyRow): Promise<void> {
    await trx
      .insertInto('identity.receipt_keys')
      .values({
        kid: key.kid,
        public_jwk: JSON.stringify(key.publicJwk),
        private_jwk_encrypted: key.privateJwkSealed,
      })
      .execute();
  }
}
