import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { WrappedDataKey } from './key-ring.js';

/** A version of key-encryption key that is still needed, with one data key to try it on. */
export interface VersionInUse {
  dataKeys: bigint;
  sample: WrappedDataKey;
}

/** The organizations' data keys, wrapped. */
@Injectable()
export class DataKeysRepository {
  async findCurrent(db: Db, organizationId: string): Promise<WrappedDataKey | undefined> {
    const result = await sql<StoredDataKey>`
      select id, organization_id, wrapped_key, key_version
        from private.current_data_key(${organizationId}::uuid)`.execute(db);
    return result.rows[0] && toDataKey(result.rows[0]);
  }

  /** Of two first keys at once, one wins for both. */
  async addFirst(db: Db, key: WrappedDataKey): Promise<void> {
    await sql`select private.add_data_key(${key.id}::uuid, ${key.organizationId}::uuid, ${key.wrappedKey}, ${key.keyVersion})`.execute(
      db,
    );
  }

  async listVersionsInUse(db: Db): Promise<VersionInUse[]> {
    const result = await sql<StoredDataKey & { organizations: bigint }>`
      select id, organization_id, wrapped_key, key_version, organizations from private.data_keys_in_use()`.execute(db);
    return result.rows.map((row) => ({ dataKeys: row.organizations, sample: toDataKey(row) }));
  }

  /** Current data keys under other versions than the active one. Worker only, as all below. */
  async listOutdated(db: Db, activeVersion: string, limit: number): Promise<WrappedDataKey[]> {
    const rows = await db
      .selectFrom('organization_data_keys')
      .select(['id', 'organization_id', 'wrapped_key', 'key_version'])
      .where('retired_at', 'is', null)
      .where('key_version', '!=', activeVersion)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(toDataKey);
  }

  /** @returns false when somebody else replaced the old one first */
  async replace(trx: Trx, oldId: string, fresh: WrappedDataKey): Promise<boolean> {
    const retired = await trx
      .updateTable('organization_data_keys')
      .set({ retired_at: sql`now()` })
      .where('id', '=', oldId)
      .where('retired_at', 'is', null)
      .executeTakeFirst();
    if (retired.numUpdatedRows !== 1n) return false;
    await trx
      .insertInto('organization_data_keys')
      .values({
        id: fresh.id,
        organization_id: fresh.organizationId,
        wrapped_key: fresh.wrappedKey,
        key_version: fresh.keyVersion,
      })
      .execute();
    return true;
  }

  /** Deletes data keys that have been retired for a while and encrypt nothing. @returns how many */
  async dropRetired(db: Db, retiredForMs: number, limit: number): Promise<number> {
    const result = await sql<{ dropped: number }>`
      select private.drop_retired_data_keys(${retiredForMs} * interval '1 millisecond', ${limit}::int) as dropped`.execute(
      db,
    );
    return result.rows[0]?.dropped ?? 0;
  }
}

interface StoredDataKey {
  id: string;
  organization_id: string;
  wrapped_key: Buffer;
  key_version: string;
}

function toDataKey(row: StoredDataKey): WrappedDataKey {
  return {
    id: row.id,
    organizationId: row.organization_id,
    wrappedKey: row.wrapped_key,
    keyVersion: row.key_version,
  };
}
