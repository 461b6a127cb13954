import { Injectable } from '@nestjs/common';
import { databaseError, POSTGRES_ERRORS, type Trx } from '#core/db';
import { InvalidRequest } from '#core/errors';
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

/** Organizations, seen from inside of a tenant transaction. */
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

  /** @throws SlugTaken; InvalidRequest for a time zone that the database does not know */
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
      throw namedFailure(error);
    }
  }
}

/** As the trigger `check_organization` raises it. */
const UNKNOWN_TIME_ZONE = 'BA001';

/** What callers can mend, as one of our errors; anything else as it is. */
export function namedFailure(error: unknown): unknown {
  const found = databaseError(error);
  if (found?.sqlState === POSTGRES_ERRORS.uniqueViolation && found.constraint?.includes('slug')) {
    return SlugTaken({ detail: 'Choose another one.', cause: error });
  }
  if (found?.sqlState === UNKNOWN_TIME_ZONE) {
    const message = 'must be a time zone that the database knows, e.g. America/Sao_Paulo';
    return InvalidRequest({ errors: [{ pointer: '/timeZone', code: 'unknown_time_zone', message }], cause: error });
  }
  return error;
}
