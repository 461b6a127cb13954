import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';
import { BIN_DAYS } from '../gallery/generations.dto.js';

export interface DoomedGeneration {
  id: string;
  /** Every file that belongs to it. */
  paths: string[];
}

/** What nobody can restore any more. Works as `base_worker`. */
@Injectable()
export class BinRepository {
  /** The longest in the bin first. */
  async listDoomed(db: Db, limit: number): Promise<DoomedGeneration[]> {
    const rows = await db
      .selectFrom('generations')
      .select(['id', 'storage_path', 'thumbnail_path', 'preview_path', 'poster_path'])
      .where('deleted_at', '<', sql<Date>`now() - make_interval(days => ${BIN_DAYS})`)
      .orderBy('deleted_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      paths: [row.storage_path, row.thumbnail_path, row.preview_path, row.poster_path].filter((path) => path !== null),
    }));
  }

  async deleteForGood(db: Db, ids: string[]): Promise<void> {
    await db
      .deleteFrom('generations')
      .where('id', 'in', ids)
      .where('deleted_at', '<', sql<Date>`now() - make_interval(days => ${BIN_DAYS})`)
      .execute();
  }

  async deleteSpentDownloads(db: Db): Promise<void> {
    await db
      .deleteFrom('download_links')
      .where('expires_at', '<', sql<Date>`now() - interval '1 day'`)
      .execute();
  }
}
