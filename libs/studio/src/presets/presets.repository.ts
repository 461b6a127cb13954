import { Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';
import type { MediaType } from '../gallery/generations.dto.js';

export interface PresetTerms {
  name: string;
  type: MediaType;
  model: string;
  input: Record<string, unknown>;
  /** Whose it is alone; null: everybody's. */
  userId: string | null;
}

export interface PresetRow extends PresetTerms {
  id: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Saved forms. Row security shows shared ones and one's own. */
@Injectable()
export class PresetsRepository {
  /** By name; at most as many as an organization may keep. */
  async list(trx: Trx, organizationId: string, type: MediaType | undefined, limit: number): Promise<PresetRow[]> {
    let query = select(trx, organizationId);
    if (type) query = query.where('job_type', '=', type);
    return (await query.orderBy('name').orderBy('id').limit(limit).execute()).map(toPreset);
  }

  async find(trx: Trx, organizationId: string, id: string): Promise<PresetRow | undefined> {
    const row = await select(trx, organizationId).where('id', '=', id).executeTakeFirst();
    return row && toPreset(row);
  }

  async count(trx: Trx, organizationId: string): Promise<number> {
    const row = await trx
      .selectFrom('presets')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }

  async insert(trx: Trx, organizationId: string, terms: PresetTerms): Promise<string> {
    const { id } = await trx
      .insertInto('presets')
      .values({ organization_id: organizationId, ...toColumns(terms) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async update(trx: Trx, organizationId: string, id: string, terms: PresetTerms): Promise<void> {
    await trx
      .updateTable('presets')
      .set(toColumns(terms))
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }

  async delete(trx: Trx, organizationId: string, id: string): Promise<void> {
    await trx.deleteFrom('presets').where('organization_id', '=', organizationId).where('id', '=', id).execute();
  }
}

function toColumns({ name, type, model, input, userId }: PresetTerms) {
  return { name, job_type: type, model, input: JSON.stringify(input), user_id: userId };
}

function select(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('presets')
    .select([
      'id',
      'name',
      'job_type as type',
      'model',
      'input',
      'user_id as userId',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])
    .where('organization_id', '=', organizationId);
}

type SelectedPreset = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function toPreset(row: SelectedPreset): PresetRow {
  return { ...row, model: row.model ?? '', input: row.input as Record<string, unknown> };
}
