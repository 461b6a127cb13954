import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';

/** The tables whose files have previews. */
export type Previewed = 'generations' | 'assets';

export interface PreviewTask {
  table: Previewed;
  id: string;
  storagePath: string;
  mimeType: string;
}

/** Null: this kind of file has none, or it could not be made. */
export interface MadePreviews {
  thumbnailPath: string | null;
  previewPath: string | null;
  posterPath: string | null;
  placeholder: string | null;
  peaks: number[] | null;
}

/** Files that have no previews yet. For the worker. */
@Injectable()
export class PreviewsRepository {
  /** Takes files whose previews nobody is making, newest first. One that ends a process is taken three times at most. */
  async claim(db: Db, table: Previewed, leaseMs: number, limit: number): Promise<PreviewTask[]> {
    const name = sql.table(table);
    const result = await sql<{ id: string; storage_path: string; mime_type: string }>`
      update public.${name} as file
         set preview_attempts = preview_attempts + 1, preview_claimed_at = now()
       where id in (
         select id from public.${name}
          where previewed_at is null and preview_attempts < 3 and deleted_at is null
            and (preview_claimed_at is null or preview_claimed_at < now() - ${leaseMs} * interval '1 millisecond')
          order by created_at desc
          limit ${limit}
            for update skip locked)
      returning id, storage_path, mime_type`.execute(db);
    return result.rows.map((row) => ({
      ...{ table, id: row.id, storagePath: row.storage_path, mimeType: row.mime_type },
    }));
  }

  async finish(db: Db, { table, id }: PreviewTask, made: MadePreviews): Promise<void> {
    await db
      .updateTable(table)
      .set({
        thumbnail_path: made.thumbnailPath,
        preview_path: made.previewPath,
        poster_path: made.posterPath,
        placeholder: made.placeholder,
        peaks: made.peaks,
        previewed_at: sql`now()`,
      })
      .where('id', '=', id)
      .execute();
  }
}
