import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, storableJson, type Trx } from '#core/db';
import { PREVIEW_COLUMNS, type PreviewRow, type StoredPreviews, toPreviewRow } from '../previews/preview-row.js';

export const ASSET_KINDS = ['reference', 'logo', 'font', 'other'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

export interface AssetRow {
  id: string;
  organizationId: string;
  projectId: string | null;
  userId: string | null;
  kind: AssetKind;
  name: string;
  mimeType: string;
  bytes: bigint;
  sha256: string;
  storagePath: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  previews: PreviewRow;
  createdAt: Date;
}

export interface NewAsset extends Omit<AssetRow, 'createdAt' | 'previews'> {
  idempotencyKey: string | null;
  metadata: Record<string, unknown>;
}

export interface AssetFilter {
  kind?: AssetKind;
  /** `image`, `video`, `audio` or `font`: the first half of the media type. */
  family?: string;
  projectId?: string;
  /** The id of the last asset of the page before. */
  before?: string;
  limit: number;
}

/** What is stored for an organization, and what its plan allows; bytes. */
export interface StorageAllowance {
  used: bigint;
  storage: bigint;
  /** Of one upload. */
  upload: number;
}

const COLUMNS = [
  'id',
  'organization_id',
  'project_id',
  'user_id',
  'kind',
  'name',
  'mime_type',
  'bytes',
  'sha256',
  'storage_path',
  'width',
  'height',
  'duration_ms',
  'created_at',
  ...PREVIEW_COLUMNS,
] as const;

/** Where the plan says nothing. */
const DEFAULT_UPLOAD_BYTES = 10 * 1024 * 1024;

/** Uploads. Reads and writes of tenants run as the tenant and filter by its organization as well. */
@Injectable()
export class AssetsRepository {
  async findAllowance(trx: Trx, organizationId: string): Promise<StorageAllowance> {
    const result = await sql<{ used: bigint; storage: bigint; upload: bigint }>`
      select (coalesce((select sum(bytes) from public.assets where organization_id = ${organizationId}::uuid and deleted_at is null), 0)
              + coalesce((select sum(bytes) from public.generations where organization_id = ${organizationId}::uuid and deleted_at is null), 0))::bigint as used,
             p.storage_bytes as storage,
             coalesce((p.features ->> 'max_upload_bytes')::bigint, ${DEFAULT_UPLOAD_BYTES}) as upload
        from public.organizations o
        join public.plans p on p.id = o.plan
       where o.id = ${organizationId}::uuid`.execute(trx);
    const row = result.rows[0];
    return row
      ? { used: row.used, storage: row.storage, upload: Number(row.upload) }
      : { used: 0n, storage: 0n, upload: 0 };
  }

  /** Uploads of one organization are booked one after the other, so that together they keep to the plan too. */
  async lock(trx: Trx, organizationId: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended('assets:' || ${organizationId}, 0))`.execute(trx);
  }

  async insert(trx: Trx, asset: NewAsset): Promise<AssetRow> {
    const row = await trx
      .insertInto('assets')
      .values({
        id: asset.id,
        organization_id: asset.organizationId,
        project_id: asset.projectId,
        user_id: asset.userId,
        kind: asset.kind,
        name: asset.name,
        mime_type: asset.mimeType,
        bytes: asset.bytes,
        sha256: asset.sha256,
        storage_path: asset.storagePath,
        width: asset.width,
        height: asset.height,
        duration_ms: asset.durationMs,
        idempotency_key: asset.idempotencyKey,
        metadata: storableJson(asset.metadata),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return toAsset(row);
  }

  async find(db: Db, organizationId: string, assetId: string): Promise<AssetRow | undefined> {
    const row = await selectAssets(db, organizationId).where('id', '=', assetId).executeTakeFirst();
    return row && toAsset(row);
  }

  async findByKey(trx: Trx, organizationId: string, idempotencyKey: string): Promise<AssetRow | undefined> {
    const row = await selectAssets(trx, organizationId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    return row && toAsset(row);
  }

  /** An asset with the same content. */
  async findSame(trx: Trx, organizationId: string, sha256: string): Promise<AssetRow | undefined> {
    const row = await selectAssets(trx, organizationId).where('sha256', '=', sha256).limit(1).executeTakeFirst();
    return row && toAsset(row);
  }

  /** A generated file that is not in the bin. */
  async findGenerated(
    trx: Trx,
    organizationId: string,
    generationId: string,
  ): Promise<{ prompt: string | null; mimeType: string; storagePath: string } | undefined> {
    return trx
      .selectFrom('generations')
      .select(['prompt', 'mime_type as mimeType', 'storage_path as storagePath'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', generationId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
  }

  /** Newest first. */
  async list(trx: Trx, organizationId: string, filter: AssetFilter): Promise<AssetRow[]> {
    let query = selectAssets(trx, organizationId);
    if (filter.kind) query = query.where('kind', '=', filter.kind);
    if (filter.family) query = query.where('mime_type', 'like', `${filter.family}/%`);
    if (filter.projectId) query = query.where('project_id', '=', filter.projectId);
    if (filter.before) {
      query = query.where(
        sql<boolean>`(created_at, id) < (select last.created_at, last.id from public.assets as last
                                          where last.id = ${filter.before}::uuid and last.organization_id = ${organizationId}::uuid)`,
      );
    }
    const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
    return rows.map(toAsset);
  }

  async isProject(trx: Trx, organizationId: string, projectId: string): Promise<boolean> {
    const row = await trx
      .selectFrom('projects')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', projectId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** @returns what was deleted; undefined when there is no such asset */
  async markDeleted(trx: Trx, organizationId: string, assetId: string): Promise<AssetRow | undefined> {
    const row = await trx
      .updateTable('assets')
      .set({ deleted_at: sql`now()`, idempotency_key: null })
      .where('organization_id', '=', organizationId)
      .where('id', '=', assetId)
      .where('deleted_at', 'is', null)
      .returning(COLUMNS)
      .executeTakeFirst();
    return row && toAsset(row);
  }

  /**
   * Where an asset of a job is stored, also one that was deleted while the job was open; undefined also for another
   * organization's. For the worker.
   */
  async findPath(db: Db, organizationId: string, assetId: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('assets')
      .select('storage_path')
      .where('organization_id', '=', organizationId)
      .where('id', '=', assetId)
      .executeTakeFirst();
    return row?.storage_path;
  }

  /** Deleted assets whose grace is over and that no open job names, oldest first. For the worker. */
  async listPurgeable(
    db: Db,
    graceMs: number,
    limit: number,
  ): Promise<{ id: string; paths: string[]; isShared: boolean }[]> {
    const result = await sql<{ id: string; paths: string[]; shared: boolean }>`
      select a.id, array_remove(array[a.storage_path, a.thumbnail_path, a.preview_path, a.poster_path], null) as paths,
             exists (select from public.assets o where o.storage_path = a.storage_path and o.id <> a.id) as shared
        from public.assets a
       where a.deleted_at < now() - ${graceMs} * interval '1 millisecond'
         and not exists (
           select from public.ai_jobs j
            where j.organization_id = a.organization_id
              and j.status in ('queued', 'processing', 'awaiting_funds')
              and strpos(j.input::text, a.id::text) > 0)
       order by a.deleted_at
       limit ${limit}`.execute(db);
    return result.rows.map(({ id, paths, shared: isShared }) => ({ id, paths, isShared }));
  }

  /** Removes the row of a deleted asset. For the worker. */
  async remove(db: Db, assetId: string): Promise<void> {
    await db.deleteFrom('assets').where('id', '=', assetId).where('deleted_at', 'is not', null).execute();
  }
}

function selectAssets(db: Db, organizationId: string) {
  return db
    .selectFrom('assets')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null);
}

interface StoredAsset extends StoredPreviews {
  id: string;
  organization_id: string;
  project_id: string | null;
  user_id: string | null;
  kind: AssetKind;
  name: string;
  mime_type: string;
  bytes: bigint;
  sha256: string;
  storage_path: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  created_at: Date;
}

function toAsset(row: StoredAsset): AssetRow {
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    userId: row.user_id,
    kind: row.kind,
    name: row.name,
    mimeType: row.mime_type,
    bytes: row.bytes,
    sha256: row.sha256,
    storagePath: row.storage_path,
    width: row.width,
    height: row.height,
    durationMs: row.duration_ms,
    previews: toPreviewRow(row),
    createdAt: row.created_at,
  };
}
