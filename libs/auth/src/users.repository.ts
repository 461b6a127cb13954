import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { databaseError, type Db, type Trx } from '#core/db';
import { LastOwner } from '#organizations';

/** A person, as their own requests see them. */
export interface UserRow {
  id: string;
  email: string;
  emailVerified: boolean;
  name: string;
  /** In the storage; null: none. */
  avatarPath: string | null;
  locale: string;
  timeZone: string;
  lastOrganizationId: string | null;
  isOperator: boolean;
  /** Of the local issuer: signing in needs it. */
  hasSecondFactor: boolean;
}

/** Undefined leaves a field as it is. */
export interface ProfileChanges {
  name?: string;
  locale?: string;
  timeZone?: string;
}

/** As the trigger `keep_an_owner` raises it. */
const LAST_OWNER = 'BA009';

/** People, whoever keeps their accounts. */
@Injectable()
export class UsersRepository {
  /** A living person by id. */
  async find(db: Db, userId: string): Promise<UserRow | undefined> {
    const result = await sql<UserRow>`
      select id, email, email_verified_at is not null as "emailVerified", name, avatar_path as "avatarPath", locale,
             time_zone as "timeZone", last_organization_id as "lastOrganizationId", is_operator as "isOperator",
             has_second_factor as "hasSecondFactor"
        from private.find_user(${userId}::uuid)`.execute(db);
    return result.rows[0];
  }

  /** In a transaction of the person: row level security lets nobody change another one. */
  async update(trx: Trx, userId: string, changes: ProfileChanges): Promise<void> {
    await trx
      .updateTable('users')
      .set({ name: changes.name, locale: changes.locale, time_zone: changes.timeZone })
      .where('id', '=', userId)
      .execute();
  }

  /** @returns the path before; in a transaction of the person. */
  async replaceAvatar(trx: Trx, userId: string, path: string | null): Promise<string | null> {
    const before = await trx
      .selectFrom('users')
      .select('avatar_path')
      .where('id', '=', userId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    await trx.updateTable('users').set({ avatar_path: path }).where('id', '=', userId).execute();
    return before?.avatar_path ?? null;
  }

  /** In a transaction of the person. */
  async setLastOrganization(trx: Trx, userId: string, organizationId: string): Promise<void> {
    await trx.updateTable('users').set({ last_organization_id: organizationId }).where('id', '=', userId).execute();
  }

  /** Everything that is kept about a person, without secrets. */
  async export(db: Db, userId: string): Promise<Record<string, unknown> | null> {
    const result = await sql<{ data: Record<string, unknown> | null }>`
      select private.with_api_times(private.export_user(${userId}::uuid)) as data`.execute(db);
    return result.rows[0]?.data ?? null;
  }

  /** The organizations whose last owner the person is. */
  async listSoleOwnerships(db: Db, userId: string): Promise<{ id: string; name: string }[]> {
    const result = await sql<{ id: string; name: string }>`
      select organization_id as id, name from private.list_sole_ownerships(${userId}::uuid)`.execute(db);
    return result.rows;
  }

  /** @throws LastOwner when the person became one in this very moment */
  async erase(trx: Trx, userId: string): Promise<void> {
    try {
      await sql`select private.erase_user(${userId}::uuid)`.execute(trx);
    } catch (error) {
      if (databaseError(error)?.sqlState === LAST_OWNER) throw LastOwner({ cause: error });
      throw error;
    }
  }
}
