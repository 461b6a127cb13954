import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import type { Db, Trx } from '#core/db';
import type { PlanLimits, Role } from '#core/http';
import type { ApiKeyMode } from './api-key.js';

/** What authentication needs to know about a key. */
export interface ApiKeyRecord {
  id: string;
  organizationId: string;
  organizationStatus: string;
  plan: string;
  limits: PlanLimits;
  mode: ApiKeyMode;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  scopes: string[];
  expiresAt: Date | null;
  revokedAt: Date | null;
  ipAllow: string[];
  /** Of the person who made it, now; null: no member any more. */
  makerRole: Role | null;
  /** What the plan includes, by name. */
  features: string[];
}

/** A key as its managers see it. The secret is not stored, and its hash is not readable here. */
export interface ApiKeyRow {
  id: string;
  name: string;
  keyId: string;
  mode: ApiKeyMode;
  scopes: string[];
  ipAllow: string[];
  createdBy: string | null;
  makerRole: Role | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  rotatedFrom: string | null;
  /** What its jobs, and those of the keys it replaces, may cost in a month; null: whatever else allows. */
  monthlyCapCredits: bigint | null;
  /** Held and charged under that cap this month. */
  monthlyUsedCredits: bigint | null;
}

/** Undefined leaves a field as it is. */
export interface ApiKeyChanges {
  name?: string;
  ipAllow?: string[];
}

export interface NewApiKey {
  organizationId: string;
  name: string;
  keyId: string;
  hash: Buffer;
  mode: ApiKeyMode;
  scopes: string[];
  ipAllow: string[];
  createdBy: string;
  expiresAt: Date | null;
  rotatedFrom: string | null;
}

export interface ApiKeyUse {
  id: string;
  usedAtMs: number;
  address: string;
}

const COLUMNS = [
  'id',
  'name',
  'key_id as keyId',
  sql<ApiKeyMode>`mode`.as('mode'),
  'scopes',
  sql<string[]>`coalesce(ip_allow, '{}')::text[]`.as('ipAllow'),
  'created_by as createdBy',
  sql<Role | null>`(select m.role from organization_members m
    where m.organization_id = api_keys.organization_id and m.user_id = api_keys.created_by)`.as('makerRole'),
  'created_at as createdAt',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
  'rotated_from as rotatedFrom',
  sql<bigint | null>`(private.key_cap(api_keys.id)).cap_credits`.as('monthlyCapCredits'),
  sql<bigint | null>`(private.key_cap(api_keys.id)).used_credits`.as('monthlyUsedCredits'),
] as const;

@Injectable()
export class ApiKeysRepository {
  /** Asked before a tenant context exists. */
  async findForAuthentication(db: Db, keyId: string): Promise<ApiKeyRecord | undefined> {
    const result = await sql<{
      id: string;
      organization_id: string;
      organization_status: string;
      plan: string;
      requests_per_minute: number;
      concurrent_jobs: number;
      mode: ApiKeyMode;
      secret_hash: Buffer;
      scopes: string[];
      expires_at: Date | null;
      revoked_at: Date | null;
      ip_allow: string[];
      maker_role: Role | null;
      features: string[];
    }>`
      select id, organization_id, organization_status, plan, requests_per_minute, concurrent_jobs, mode, secret_hash,
             scopes, expires_at, revoked_at, coalesce(ip_allow, '{}')::text[] as ip_allow, maker_role, features
        from private.find_api_key(${keyId})`.execute(db);
    const row = result.rows[0];
    return (
      row && {
        id: row.id,
        organizationId: row.organization_id,
        organizationStatus: row.organization_status,
        plan: row.plan,
        limits: { requestsPerMinute: row.requests_per_minute, concurrentJobs: row.concurrent_jobs },
        mode: row.mode,
        hash: row.secret_hash,
        scopes: row.scopes,
        expiresAt: row.expires_at,
        revokedAt: row.revoked_at,
        ipAllow: row.ip_allow,
        makerRole: row.maker_role,
        features: row.features,
      }
    );
  }

  /** Writes many last uses in one statement; an older use never replaces a newer one. */
  async touch(db: Db, uses: ApiKeyUse[]): Promise<void> {
    const batch = uses.map((use) => ({ id: use.id, used_at: new Date(use.usedAtMs).toISOString(), ip: use.address }));
    await sql`select private.touch_api_keys(${JSON.stringify(batch)}::jsonb)`.execute(db);
  }

  /** Newest first; `before` is the last id of the page before (ids are ordered by time). */
  async list(trx: Trx, organizationId: string, limit: number, before?: string): Promise<ApiKeyRow[]> {
    let query = trx.selectFrom('api_keys').select(COLUMNS).where('organization_id', '=', organizationId);
    if (before) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  /** Keys that are not revoked and not expired. */
  async countActive(trx: Trx, organizationId: string): Promise<number> {
    const row = await trx
      .selectFrom('api_keys')
      .select(sql<number>`count(*)::int`.as('count'))
      .where('organization_id', '=', organizationId)
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** @returns its id */
  async insert(trx: Trx, key: NewApiKey): Promise<string> {
    const { id } = await trx
      .insertInto('api_keys')
      .values({
        id: newId(),
        organization_id: key.organizationId,
        name: key.name,
        key_id: key.keyId,
        secret_hash: key.hash,
        mode: key.mode,
        scopes: key.scopes,
        ip_allow: allowList(key.ipAllow),
        created_by: key.createdBy,
        expires_at: key.expiresAt,
        rotated_from: key.rotatedFrom,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async update(trx: Trx, organizationId: string, id: string, changes: ApiKeyChanges): Promise<void> {
    await trx
      .updateTable('api_keys')
      .set({ name: changes.name, ip_allow: changes.ipAllow && allowList(changes.ipAllow) })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }

  /**
   * The cap is a budget of the key and of those that replaced each other with it.
   * @param credits null: no cap
   * @returns false: the key has a budget that only warns or is switched off, and it was left as it is
   */
  async setCap(trx: Trx, organizationId: string, id: string, credits: number | null, by: string): Promise<boolean> {
    const result = await sql<{ set: boolean }>`select private.set_key_cap(
      ${organizationId}::uuid, ${id}::uuid, ${credits}::bigint, ${by}::uuid) as set`.execute(trx);
    return result.rows[0]?.set === true;
  }

  /** Locks the key until the transaction ends. */
  async findForChange(trx: Trx, organizationId: string, id: string): Promise<ApiKeyRow | undefined> {
    return trx
      .selectFrom('api_keys')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
  }

  async hasSuccessor(trx: Trx, organizationId: string, id: string): Promise<boolean> {
    const row = await trx
      .selectFrom('api_keys')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('rotated_from', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  async revoke(trx: Trx, organizationId: string, id: string): Promise<void> {
    await trx
      .updateTable('api_keys')
      .set({ revoked_at: sql`now()` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /** Brings the end of a key forward; it never moves it back. */
  async expireBy(trx: Trx, organizationId: string, id: string, inSeconds: number): Promise<void> {
    await trx
      .updateTable('api_keys')
      .set({ expires_at: sql`least(expires_at, now() + make_interval(secs => ${inSeconds}::float8))` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }
}

/** `10.1.2.3/8` is what people write; a `cidr` wants the network, `10.0.0.0/8`. */
function allowList(ranges: string[]) {
  return ranges.length === 0
    ? null
    : sql<string[]>`(select array_agg(network(item::inet)::cidr) from unnest(${ranges}::text[]) as item)`;
}
