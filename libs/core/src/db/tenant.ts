import { sql } from 'kysely';
import type { Db, Trx } from './database.js';

/**
 * The claims that row level security reads in a tenant transaction. Made by the backend after authentication;
 * never copied from user-editable metadata.
 */
export interface TenantClaims {
  role: 'authenticated';
  /** The user, for people. */
  sub?: string;
  /** Set for API keys: the organization is the key's, whatever memberships exist. */
  base_actor?: 'api_key';
  base_org?: string;
  base_key?: string;
}

/**
 * Runs `work` in a transaction that acts as the tenant: role `authenticated` with these claims, until commit.
 * Row level security is the second wall behind the explicit filters of the repositories.
 */
export function withTenant<T>(db: Db, claims: TenantClaims, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('role', 'authenticated', true),
                     set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`.execute(trx);
    return work(trx);
  });
}

/**
 * Runs `work` in a transaction of a part of the backend that works across organizations, because what it answers to (a
 * payment service) knows none. Policies open exactly the tables of that part to it; without this context the login of
 * the API sees no tenant's rows. Statements name the organization all the same.
 */
export function withService<T>(db: Db, service: 'billing', work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('request.jwt.claims', ${JSON.stringify({ base_service: service })}, true)`.execute(trx);
    return work(trx);
  });
}

/**
 * Runs `work` in a transaction that acts as a platform operator: role `base_operator`, which reads every organization
 * while the person is one, and nothing when they are not.
 */
export function withOperator<T>(db: Db, userId: string, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('role', 'base_operator', true),
                     set_config('request.jwt.claims', ${JSON.stringify({ sub: userId })}, true)`.execute(trx);
    return work(trx);
  });
}
