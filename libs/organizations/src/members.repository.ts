import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { databaseError, type Trx } from '#core/db';
import { PermissionDenied } from '#core/errors';
import type { Role } from '#core/http';
import { LastOwner } from './organizations.errors.js';

export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
}

/** What somebody leaves behind: a key they made, an invitation they sent. */
export interface Dependent {
  organizationId: string;
  kind: 'api_key' | 'invitation';
  id: string;
  /** Of a key. */
  scopes: string[];
}

/** As the trigger `keep_an_owner` raises it. */
const LAST_OWNER = 'BA009';

/** The people of an organization, seen from inside of a tenant transaction. */
@Injectable()
export class MembersRepository {
  /** By user id; `after` is the last user id of the page before. */
  async list(trx: Trx, organizationId: string, limit: number, after?: string): Promise<MemberRow[]> {
    let query = selectMembers(trx, organizationId);
    if (after) query = query.where('member.user_id', '>', after);
    return query.orderBy('member.user_id').limit(limit).execute();
  }

  async find(trx: Trx, organizationId: string, userId: string): Promise<MemberRow | undefined> {
    return selectMembers(trx, organizationId).where('member.user_id', '=', userId).executeTakeFirst();
  }

  /** Living keys and open invitations of a person; without an organization in all of them. */
  async listDependents(trx: Trx, userId: string, organizationId: string | null): Promise<Dependent[]> {
    const result = await sql<Dependent>`
      select organization_id as "organizationId", kind, id, scopes
        from private.list_dependents(${userId}::uuid, ${organizationId}::uuid)`.execute(trx);
    return result.rows;
  }

  /** @throws LastOwner; PermissionDenied when somebody else was faster */
  async changeRole(trx: Trx, organizationId: string, userId: string, role: Role): Promise<void> {
    const { numUpdatedRows } = await keepingAnOwner(() =>
      trx
        .updateTable('organization_members')
        .set({ role })
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', userId)
        .executeTakeFirst(),
    );
    if (numUpdatedRows === 0n) throw outrun();
  }

  /** @throws LastOwner; PermissionDenied when somebody else was faster */
  async remove(trx: Trx, organizationId: string, userId: string): Promise<void> {
    const { numDeletedRows } = await keepingAnOwner(() =>
      trx
        .deleteFrom('organization_members')
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', userId)
        .executeTakeFirst(),
    );
    if (numDeletedRows === 0n) throw outrun();
  }
}

/** Somebody else was faster: the member is gone, or row security no longer lets this caller touch them. */
function outrun(): Error {
  return PermissionDenied(
    'Somebody changed this member or your own role at the same moment. Look at the members again.',
  );
}

function selectMembers(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('organization_members as member')
    .innerJoin('users as person', 'person.id', 'member.user_id')
    .select(['person.id as userId', 'person.name', 'person.email', 'member.role', 'member.created_at as createdAt'])
    .where('member.organization_id', '=', organizationId);
}

async function keepingAnOwner<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (databaseError(error)?.sqlState === LAST_OWNER) {
      throw LastOwner({ detail: 'Make somebody else an owner first, or delete the organization.', cause: error });
    }
    throw error;
  }
}
