import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Trx } from '#core/db';
import { BIN_DAYS } from '../gallery/generations.dto.js';

/** Changes of many files at once. Each answers the ids that it changed. */
@Injectable()
export class SelectionRepository {
  /** @returns false when the organization has no such project */
  async hasProject(trx: Trx, organizationId: string, projectId: string): Promise<boolean> {
    const row = await trx
      .selectFrom('projects')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', projectId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  async move(trx: Trx, organizationId: string, ids: string[], projectId: string | null): Promise<string[]> {
    const rows = await trx
      .updateTable('generations')
      .set({ project_id: projectId })
      .where('organization_id', '=', organizationId)
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .where('project_id', 'is distinct from', projectId)
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Into the bin. */
  async delete(trx: Trx, organizationId: string, ids: string[]): Promise<string[]> {
    const rows = await trx
      .updateTable('generations')
      .set({ deleted_at: sql<Date>`now()` })
      .where('organization_id', '=', organizationId)
      .where('id', 'in', ids)
      .where('deleted_at', 'is', null)
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Out of the bin, while it keeps them. */
  async restore(trx: Trx, organizationId: string, ids: string[]): Promise<string[]> {
    const rows = await trx
      .updateTable('generations')
      .set({ deleted_at: null })
      .where('organization_id', '=', organizationId)
      .where('id', 'in', ids)
      .where('deleted_at', '>', sql<Date>`now() - make_interval(days => ${BIN_DAYS})`)
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** What is the organization's, and not in the bin, becomes a favourite of the member. */
  async addFavorites(trx: Trx, organizationId: string, userId: string, ids: string[]): Promise<string[]> {
    const rows = await trx
      .insertInto('favorites')
      .columns(['organization_id', 'user_id', 'generation_id'])
      .expression((eb) =>
        eb
          .selectFrom('generations')
          .select((each) => ['organization_id', each.val(userId).$castTo<string>().as('user_id'), 'id'])
          .where('organization_id', '=', organizationId)
          .where('id', 'in', ids)
          .where('deleted_at', 'is', null),
      )
      .onConflict((conflict) => conflict.columns(['user_id', 'generation_id']).doNothing())
      .returning('generation_id as id')
      .execute();
    return rows.map(({ id }) => id);
  }

  async removeFavorites(trx: Trx, organizationId: string, userId: string, ids: string[]): Promise<string[]> {
    const rows = await trx
      .deleteFrom('favorites')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .where('generation_id', 'in', ids)
      .returning('generation_id as id')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Whether the organization has such a file, in the bin or not. */
  async exists(trx: Trx, organizationId: string, id: string): Promise<boolean> {
    const row = await trx
      .selectFrom('generations')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined;
  }
}
