import { Injectable } from '@nestjs/common';
import { databaseError, POSTGRES_ERRORS, type Trx } from '#core/db';
import type { Role } from '#core/http';
import { SlugTaken } from './organizations.errors.js';

export interface OrganizationRow {
  id: string;
  name: string;
  slug: string;
  plan: string;
  status: string;
  country: string;
  currency: string;
  locale: string;
  timeZone: string;
  createdAt: Date;
  updatedAt: Date;
}

/** What a member may change; undefined leaves a field as it is. */
export interface OrganizationChanges {
  name?: string;
  slug?: string;
  country?: string;
  locale?: string;
  timeZone?: string;
}

export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
}

const COLUMNS = [
  'id',
  'name',
  'slug',
  'plan',
  'status',
  'country',
  'currency',
  'locale',
  'time_zone as timeZone',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

/** Organizations and their members, seen from inside of a tenant transaction. */
@Injectable()
export class OrganizationsRepository {
  async find(trx: Trx, organizationId: string): Promise<OrganizationRow | undefined> {
    return trx
      .selectFrom('organizations')
      .select(COLUMNS)
      .where('id', '=', organizationId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
  }

  /** @throws SlugTaken */
  async update(trx: Trx, organizationId: string, changes: OrganizationChanges): Promise<OrganizationRow | undefined> {
    try {
      return await trx
        .updateTable('organizations')
        .set({
          name: changes.name,
          slug: changes.slug,
          country: changes.country,
          locale: changes.locale,
          time_zone: changes.timeZone,
        })
        .where('id', '=', organizationId)
        .where('deleted_at', 'is', null)
        .returning(COLUMNS)
        .executeTakeFirst();
    } catch (error) {
      throw asSlugTaken(error);
    }
  }

  /** By user id; `after` is the last user id of the page before. */
  async listMembers(trx: Trx, organizationId: string, limit: number, after?: string): Promise<MemberRow[]> {
    let query = trx
      .selectFrom('organization_members as member')
      .innerJoin('users as person', 'person.id', 'member.user_id')
      .select(['person.id as userId', 'person.name', 'person.email', 'member.role', 'member.created_at as createdAt'])
      .where('member.organization_id', '=', organizationId);
    if (after) query = query.where('member.user_id', '>', after);
    return query.orderBy('member.user_id').limit(limit).execute();
  }
}

/** @returns SlugTaken for a collision of short names, anything else as it is. */
export function asSlugTaken(error: unknown): unknown {
  const found = databaseError(error);
  return found?.sqlState === POSTGRES_ERRORS.uniqueViolation && found.constraint?.includes('slug')
    ? SlugTaken({ cause: error })
    : error;
}
