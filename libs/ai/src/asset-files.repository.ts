import { Injectable } from '@nestjs/common';
import type { Db } from '#core/db';

/** Uploads, as inputs of generations. */
@Injectable()
export class AssetFilesRepository {
  /** Where an organization's asset is stored; undefined also for another organization's. */
  async findPath(db: Db, organizationId: string, assetId: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('assets')
      .select('storage_path')
      .where('organization_id', '=', organizationId)
      .where('id', '=', assetId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row?.storage_path;
  }
}
