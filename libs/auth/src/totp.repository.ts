import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import type { Db } from '#core/db';

export interface TotpFactor {
  /** AES-256-GCM, see `sealed-text.ts`. */
  secretSealed: string;
  confirmed: boolean;
  recoveryCodesLeft: number;
}

@Injectable()
export class TotpRepository {
  async find(db: Db, userId: string): Promise<TotpFactor | undefined> {
    const row = await db
      .selectFrom('identity.totp_factors')
      .select([
        'secret_encrypted',
        sql<boolean>`confirmed_at is not null`.as('confirmed'),
        sql<number>`cardinality(recovery_code_hashes)`.as('recoveryCodesLeft'),
      ])
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return (
      row && {
        secretSealed: row.secret_encrypted.toString('utf8'),
        confirmed: row.confirmed,
        recoveryCodesLeft: row.recoveryCodesLeft,
      }
    );
  }

  /** Begins an enrolment, or begins it anew. @returns false when there is a confirmed factor: nothing was changed. */
  async begin(db: Db, userId: string, secretSealed: string): Promise<boolean> {
    const sealed = Buffer.from(secretSealed, 'utf8');
    const result = await db
      .insertInto('identity.totp_factors')
      .values({ id: newId(), user_id: userId, secret_encrypted: sealed })
      .onConflict((conflict) =>
        conflict
          .column('user_id')
          .doUpdateSet({ secret_encrypted: sealed, last_used_step: null })
          .where('identity.totp_factors.confirmed_at', 'is', null),
      )
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** Uses up the code of a step. @returns false when that step or a later one was used before. */
  async useStep(db: Db, userId: string, step: number): Promise<boolean> {
    const result = await db
      .updateTable('identity.totp_factors')
      .set({ last_used_step: BigInt(step) })
      .where('user_id', '=', userId)
      .where((eb) => eb.or([eb('last_used_step', 'is', null), eb('last_used_step', '<', BigInt(step))]))
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Uses up a recovery code. @returns false when it is none, or none any more. */
  async useRecoveryCode(db: Db, userId: string, hash: Buffer): Promise<boolean> {
    const result = await db
      .updateTable('identity.totp_factors')
      .set({ recovery_code_hashes: sql`array_remove(recovery_code_hashes, ${hash})` })
      .where('user_id', '=', userId)
      .where('confirmed_at', 'is not', null)
      .where(sql<boolean>`${hash} = any (recovery_code_hashes)`)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Ends the enrolment, or replaces the recovery codes. */
  async confirm(db: Db, userId: string, recoveryCodeHashes: Buffer[]): Promise<void> {
    await db
      .updateTable('identity.totp_factors')
      .set({ confirmed_at: sql`coalesce(confirmed_at, now())`, recovery_code_hashes: recoveryCodeHashes })
      .where('user_id', '=', userId)
      .execute();
  }

  async remove(db: Db, userId: string): Promise<void> {
    await db.deleteFrom('identity.totp_factors').where('user_id', '=', userId).execute();
  }
}
