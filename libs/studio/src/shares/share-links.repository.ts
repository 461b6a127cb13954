import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { PREVIEW_COLUMNS, type PreviewRow, type StoredPreviews, toPreviewRow } from '#ai';
import type { Db, Trx } from '#core/db';
import type { MediaType } from '../gallery/generations.dto.js';

export interface ShareLinkTerms {
  title: string;
  showPrompts: boolean;
  expiresAt: Date | null;
}

export interface ShareLinkRow extends ShareLinkTerms {
  id: string;
  isOpen: boolean;
  revokedAt: Date | null;
  views: bigint;
  itemCount: bigint;
  createdBy: string | null;
  createdAt: Date;
}

/** A file behind a good link; `type` is null on a page whose files are all gone. */
export interface SharedFileRow {
  shareLinkId: string;
  title: string;
  showPrompts: boolean;
  organizationName: string;
  type: MediaType | null;
  mimeType: string | null;
  storagePath: string | null;
  previews: PreviewRow;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  prompt: string | null;
  model: string | null;
}

/** Public pages of chosen files. */
@Injectable()
export class ShareLinksRepository {
  /** Newest first; `before` is the last id of the page before. */
  async list(trx: Trx, organizationId: string, limit: number, before?: string): Promise<ShareLinkRow[]> {
    let query = select(trx, organizationId);
    if (before) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  async find(trx: Trx, organizationId: string, id: string): Promise<ShareLinkRow | undefined> {
    return select(trx, organizationId).where('id', '=', id).executeTakeFirst();
  }

  /** @returns how many of the files the organization has */
  async countFiles(trx: Trx, organizationId: string, ids: string[]): Promise<number> {
    const row = await trx
      .selectFrom('generations')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('organization_id', '=', organizationId)
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }

  async insert(
    trx: Trx,
    link: ShareLinkTerms & {
      id: string;
      organizationId: string;
      tokenHash: Buffer;
      generationIds: string[];
      createdBy: string | null;
    },
  ): Promise<void> {
    await trx
      .insertInto('share_links')
      .values({
        id: link.id,
        organization_id: link.organizationId,
        token_hash: link.tokenHash,
        created_by: link.createdBy,
        ...toColumns(link),
      })
      .execute();
    await trx
      .insertInto('share_link_items')
      .values(
        link.generationIds.map((generationId, ordinal) => ({
          organization_id: link.organizationId,
          share_link_id: link.id,
          generation_id: generationId,
          ordinal,
        })),
      )
      .execute();
  }

  async update(trx: Trx, organizationId: string, id: string, terms: ShareLinkTerms): Promise<void> {
    await trx
      .updateTable('share_links')
      .set(toColumns(terms))
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }

  async revoke(trx: Trx, organizationId: string, id: string): Promise<void> {
    await trx
      .updateTable('share_links')
      .set({ revoked_at: sql<Date>`now()` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /** What a good link shows, in its order; nothing for one that is unknown, revoked or over. Needs no tenant context. */
  async findShared(db: Db, tokenHash: Buffer): Promise<SharedFileRow[]> {
    return readShared(db, tokenHash, sql`order by ordinal, generation_id`);
  }

  /** The file at a place of a good link, from 0. Needs no tenant context. */
  async findSharedFile(db: Db, tokenHash: Buffer, place: number): Promise<SharedFileRow | undefined> {
    const at = sql`where generation_id is not null order by ordinal, generation_id offset ${place}::int limit 1`;
    const [file] = await readShared(db, tokenHash, at);
    return file;
  }

  async countView(db: Db, shareLinkId: string): Promise<void> {
    await sql`select private.count_share_view(${shareLinkId}::uuid)`.execute(db);
  }
}

async function readShared(db: Db, tokenHash: Buffer, which: RawBuilder<unknown>): Promise<SharedFileRow[]> {
  const { rows } = await sql<Omit<SharedFileRow, 'previews'> & StoredPreviews>`
    select share_link_id as "shareLinkId", title, show_prompt as "showPrompts", organization_name as "organizationName", type,
           mime_type as "mimeType", storage_path as "storagePath", width, height, duration_ms as "durationMs", prompt, model,
           ${sql.join(PREVIEW_COLUMNS.map((column) => sql.ref(column)))}
      from private.find_share_link(${tokenHash})
     ${which}`.execute(db);
  return rows.map((row) => ({ ...row, previews: toPreviewRow(row) }));
}

function toColumns(terms: ShareLinkTerms) {
  return { title: terms.title, show_prompt: terms.showPrompts, expires_at: terms.expiresAt };
}

function select(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('share_links')
    .select([
      'id',
      'title',
      'show_prompt as showPrompts',
      'expires_at as expiresAt',
      'revoked_at as revokedAt',
      'views',
      'created_by as createdBy',
      'created_at as createdAt',
      sql<boolean>`revoked_at is null and (expires_at is null or expires_at > now())`.as('isOpen'),
      sql<bigint>`(select count(*) from public.share_link_items as item
                     join public.generations as file on file.id = item.generation_id and file.deleted_at is null
                    where item.share_link_id = share_links.id)`.as('itemCount'),
    ])
    .where('organization_id', '=', organizationId);
}
