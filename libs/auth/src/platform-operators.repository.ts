import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';

/** A person who works, or could work, for the platform. */
export interface PlatformOperatorRow {
  id: string;
  email: string;
  name: string;
  emailVerified: boolean;
  isOperator: boolean;
}

/** Who works for the platform. Needs the login of the tables' owner: the services' own may not change the flag. */
export class PlatformOperatorsRepository {
  /** Whether row security hides people from this login, so that it is not the owner's. */
  async isHidden(db: Db): Promise<boolean> {
    const result = await sql<{ hidden: boolean }>`select row_security_active('public.users') as hidden`.execute(db);
    return result.rows[0]?.hidden ?? true;
  }

  async list(db: Db): Promise<PlatformOperatorRow[]> {
    return db
      .selectFrom('users')
      .select(['id', 'email', 'name', 'is_operator as isOperator'])
      .select(sql<boolean>`email_verified_at is not null`.as('emailVerified'))
      .where('is_operator', '=', true)
      .where('deleted_at', 'is', null)
      .orderBy('email')
      .execute();
  }

  /** The living account of an address, whatever its case, held until the transaction ends. */
  async findForUpdate(trx: Trx, email: string): Promise<PlatformOperatorRow | undefined> {
    return trx
      .selectFrom('users')
      .select(['id', 'email', 'name', 'is_operator as isOperator'])
      .select(sql<boolean>`email_verified_at is not null`.as('emailVerified'))
      .where(sql`lower(email)`, '=', email.trim().toLowerCase())
      .where('deleted_at', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
  }

  async set(trx: Trx, userId: string, isOperator: boolean): Promise<void> {
    await trx.updateTable('users').set({ is_operator: isOperator }).where('id', '=', userId).execute();
  }
}
