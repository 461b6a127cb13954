import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { StoredSecret } from '#core/crypto';
import type { Db, Trx } from '#core/db';
import type { SealedProviderKey } from './provider-key.js';

/** A key as people see it. Secrets are in columns that a tenant transaction cannot read. */
export interface ProviderKeyRow {
  id: string;
  provider: string;
  name: string;
  masked: string;
  enabled: boolean;
  maxConcurrent: number | null;
  refusedAt: Date | null;
  lastTestedAt: Date | null;
  lastTestError: string | null;
  lastUsedAt: Date | null;
  createdBy: string | null;
  createdAt: Date;
}

export interface NewProviderKey {
  id: string;
  organizationId: string;
  provider: string;
  name: string;
  masked: string;
  createdBy: string | null;
  maxConcurrent: number | null;
  secret: StoredSecret;
}

/** Whose key at which provider. */
export interface KeyOwner {
  organizationId: string;
  provider: string;
}

/** What is left out stays. */
export interface ProviderKeyChange {
  name?: string;
  enabled?: boolean;
  maxConcurrent?: number | null;
}

export interface ProviderKeyUse {
  id: string;
  usedAtMs: number;
}

/** What a test's result changed; `outdated`: the secret was replaced meanwhile, or the key is gone. */
export type TestRecord = 'outdated' | 'newly_refused' | 'recorded';

const COLUMNS = [
  'id',
  'provider',
  'name',
  'masked',
  'enabled',
  'max_concurrent as maxConcurrent',
  'refused_at as refusedAt',
  'last_tested_at as lastTestedAt',
  'last_test_error as lastTestError',
  'last_used_at as lastUsedAt',
  'created_by as createdBy',
  'created_at as createdAt',
] as const;

/** Organizations' own keys at the providers. */
@Injectable()
export class ProviderKeysRepository {
  /** Newest first. `trx` acts as the tenant, here and in what changes keys below. */
  list(trx: Trx, organizationId: string): Promise<ProviderKeyRow[]> {
    return trx
      .selectFrom('provider_api_keys')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
  }

  find(trx: Trx, organizationId: string, id: string): Promise<ProviderKeyRow | undefined> {
    return trx
      .selectFrom('provider_api_keys')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  async count(trx: Trx, organizationId: string): Promise<number> {
    const row = await trx
      .selectFrom('provider_api_keys')
      .select(sql<number>`count(*)::int`.as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  /** A key that was just tested. @throws a unique violation when the name is taken at this provider */
  insert(trx: Trx, key: NewProviderKey): Promise<ProviderKeyRow> {
    return trx
      .insertInto('provider_api_keys')
      .values({
        id: key.id,
        organization_id: key.organizationId,
        provider: key.provider,
        name: key.name,
        masked: key.masked,
        created_by: key.createdBy,
        max_concurrent: key.maxConcurrent,
        last_tested_at: sql`now()`,
        ...columnsOf(key.secret),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  /** @throws a unique violation when the name is taken at this provider */
  update(
    trx: Trx,
    organizationId: string,
    id: string,
    { maxConcurrent, ...change }: ProviderKeyChange,
  ): Promise<ProviderKeyRow | undefined> {
    return trx
      .updateTable('provider_api_keys')
      .set({ ...change, ...(maxConcurrent === undefined ? {} : { max_concurrent: maxConcurrent }) })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  /** Another secret, which was just tested. */
  replaceSecret(
    trx: Trx,
    organizationId: string,
    id: string,
    change: { secret: StoredSecret; masked: string },
  ): Promise<ProviderKeyRow | undefined> {
    return trx
      .updateTable('provider_api_keys')
      .set({
        ...columnsOf(change.secret),
        masked: change.masked,
        last_tested_at: sql`now()`,
        last_test_error: null,
        refused_at: null,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  async delete(trx: Trx, organizationId: string, id: string): Promise<boolean> {
    const result = await trx
      .deleteFrom('provider_api_keys')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .executeTakeFirst();
    return result.numDeletedRows === 1n;
  }

  /**
   * For the service itself, not for tenants.
   * @returns for each organization and provider the keys that may be used, newest first
   */
  async listUsable(db: Db, asked: KeyOwner[]): Promise<SealedProviderKey[][]> {
    const result = await sql<StoredProviderKey & { place: number }>`
      select asked.place::int, id, organization_id, key.provider, ciphertext, nonce, data_key_id, wrapped_key, key_version, max_concurrent
        from unnest(${asked.map(({ organizationId }) => organizationId)}::uuid[],
                    ${asked.map(({ provider }) => provider)}::text[]) with ordinality as asked (organization, provider, place)
       cross join lateral private.find_provider_keys(asked.organization, asked.provider, null) with ordinality as key
       order by asked.place, key.ordinality`.execute(db);
    const keys = Map.groupBy(result.rows, ({ place }) => place);
    return asked.map((_, index) => (keys.get(index + 1) ?? []).map(toSealed));
  }

  /** One key, whether it may be used or not. */
  async findById(db: Db, organizationId: string, provider: string, id: string): Promise<SealedProviderKey | undefined> {
    const result = await sql<StoredProviderKey>`
      select id, organization_id, provider, ciphertext, nonce, data_key_id, wrapped_key, key_version, max_concurrent
        from private.find_provider_keys(${organizationId}::uuid, ${provider}, ${id}::uuid)`.execute(db);
    return result.rows.map(toSealed)[0];
  }

  async recordTest(db: Db, tested: SealedProviderKey, refused: boolean): Promise<TestRecord> {
    const result = await sql<{ outcome: TestRecord }>`
      select private.record_provider_key_test(${tested.organizationId}::uuid, ${tested.id}::uuid, ${tested.nonce}, ${refused}) as outcome`.execute(
      db,
    );
    return result.rows[0]?.outcome ?? 'outdated';
  }

  /** Writes many last uses in one statement; an older use never replaces a newer one. */
  async touch(db: Db, uses: ProviderKeyUse[]): Promise<void> {
    const batch = uses.map((use) => ({ id: use.id, used_at: new Date(use.usedAtMs).toISOString() }));
    await sql`select private.touch_provider_keys(${JSON.stringify(batch)}::jsonb)`.execute(db);
  }

  /** Keys encrypted with data keys that were retired, in the order of ids after `afterId`. Worker only. */
  async listUnderRetiredDataKeys(db: Db, afterId: string, limit: number): Promise<SealedProviderKey[]> {
    const result = await sql<StoredProviderKey>`
      select p.id, p.organization_id, p.provider, p.ciphertext, p.nonce, d.id as data_key_id, d.wrapped_key, d.key_version, p.max_concurrent
        from public.provider_api_keys p
        join public.organization_data_keys d on d.organization_id = p.organization_id and d.id = p.data_key_id
       where d.retired_at is not null and p.id > ${afterId}::uuid
       order by p.id
       limit ${limit}`.execute(db);
    return result.rows.map(toSealed);
  }

  /** The same secret, encrypted anew. @returns false when it was changed meanwhile: then there is nothing to do. */
  async reseal(db: Db, before: SealedProviderKey, secret: StoredSecret): Promise<boolean> {
    const result = await db
      .updateTable('provider_api_keys')
      .set(columnsOf(secret))
      .where('id', '=', before.id)
      .where('nonce', '=', before.nonce)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }
}

function columnsOf(secret: StoredSecret) {
  return { ciphertext: secret.ciphertext, nonce: secret.nonce, data_key_id: secret.dataKeyId };
}

interface StoredProviderKey {
  id: string;
  organization_id: string;
  provider: string;
  ciphertext: Buffer;
  nonce: Buffer;
  data_key_id: string;
  wrapped_key: Buffer;
  key_version: string;
  max_concurrent: number | null;
}

function toSealed(row: StoredProviderKey): SealedProviderKey {
  return {
    id: row.id,
    organizationId: row.organization_id,
    provider: row.provider,
    maxConcurrent: row.max_concurrent,
    ciphertext: row.ciphertext,
    nonce: row.nonce,
    dataKey: {
      id: row.data_key_id,
      organizationId: row.organization_id,
      wrappedKey: row.wrapped_key,
      keyVersion: row.key_version,
    },
  };
}
