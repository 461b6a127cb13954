import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import { databaseError, type Trx } from '#core/db';

export interface EmailChange {
  userId: string;
  oldEmail: string;
  newEmail: string;
}

/** As `private.update_local_user()` raises it. */
const ADDRESS_TAKEN = 'BA013';

@Injectable()
export class EmailChangesRepository {
  /** Makes a wish the only open one of its person. */
  async replace(trx: Trx, change: EmailChange & { tokenHash: Buffer; validMinutes: number }): Promise<void> {
    await trx
      .deleteFrom('identity.email_changes')
      .where('user_id', '=', change.userId)
      .where('confirmed_at', 'is', null)
      .execute();
    await trx
      .insertInto('identity.email_changes')
      .values({
        id: newId(),
        user_id: change.userId,
        old_email: change.oldEmail,
        new_email: change.newEmail,
        token_hash: change.tokenHash,
        expires_at: sql`now() + make_interval(mins => ${change.validMinutes}::int)`,
      })
      .execute();
  }

  /** Uses a token up. @returns undefined when it is unknown, used, replaced or expired. */
  async confirm(trx: Trx, tokenHash: Buffer): Promise<EmailChange | undefined> {
    return trx
      .updateTable('identity.email_changes')
      .set({ confirmed_at: sql`now()` })
      .where('token_hash', '=', tokenHash)
      .where('confirmed_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['user_id as userId', 'old_email as oldEmail', 'new_email as newEmail'])
      .executeTakeFirst();
  }

  /** @returns false when somebody else has the address by now. */
  async applyToAccount(trx: Trx, change: EmailChange): Promise<boolean> {
    try {
      await sql`select private.update_local_user(
        ${change.userId}::uuid, email => ${change.newEmail}, email_confirmed => true)`.execute(trx);
      return true;
    } catch (error) {
      if (databaseError(error)?.sqlState === ADDRESS_TAKEN) return false;
      throw error;
    }
  }
}
