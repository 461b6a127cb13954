import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { NamedFile } from './archive-names.js';

export interface ArchivedFile extends NamedFile {
  organizationId: string;
  bytes: bigint;
}

/** Links to archives. */
@Injectable()
export class DownloadsRepository {
  /** The chosen files that the organization has, in their order. */
  async listChosen(trx: Trx, organizationId: string, ids: string[]): Promise<{ id: string; bytes: bigint }[]> {
    const rows = await trx
      .selectFrom('generations')
      .select(['id', 'bytes'])
      .where('organization_id', '=', organizationId)
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .execute();
    const places = new Map(ids.map((id, place) => [id, place]));
    return rows.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
  }

  /** A project's files, newest first; undefined when the organization has no such project. */
  async listOfProject(
    trx: Trx,
    organizationId: string,
    projectId: string,
    limit: number,
  ): Promise<{ id: string; bytes: bigint }[] | undefined> {
    const project = await trx
      .selectFrom('projects')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', projectId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!project) return undefined;
    return trx
      .selectFrom('generations')
      .select(['id', 'bytes'])
      .where('organization_id', '=', organizationId)
      .where('project_id', '=', projectId)
      .where('deleted_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  async insertLink(
    trx: Trx,
    link: {
      id: string;
      organizationId: string;
      tokenHash: Buffer;
      generationIds: string[];
      createdBy: string | null;
      expiresAt: Date;
    },
  ): Promise<void> {
    await trx
      .insertInto('download_links')
      .values({
        id: link.id,
        organization_id: link.organizationId,
        token_hash: link.tokenHash,
        generation_ids: link.generationIds,
        created_by: link.createdBy,
        expires_at: link.expiresAt,
      })
      .execute();
  }

  /** Uses a link up. @returns its files; none for one that is unknown, used or over */
  async take(db: Db, tokenHash: Buffer): Promise<ArchivedFile[]> {
    const result = await sql<ArchivedFile>`
      select organization_id as "organizationId", type, model, prompt, project_name as "projectName", bytes,
             storage_path as "storagePath", created_at as "createdAt"
        from private.take_download(${tokenHash})`.execute(db);
    return result.rows;
  }
}
