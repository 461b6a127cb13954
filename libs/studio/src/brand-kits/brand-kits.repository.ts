import { Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';

export interface BrandKitTerms {
  name: string;
  colors: { name: string; value: string }[];
  fonts: { role: string; family: string }[];
  tone: string;
  keywords: string[];
  guidelines: string;
  logoAssetId: string | null;
}

export interface BrandKitRow extends BrandKitTerms {
  id: string;
  logoPath: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Colours, fonts, tone and logo of the brands that an organization works for. */
@Injectable()
export class BrandKitsRepository {
  /** By name. */
  async list(trx: Trx, organizationId: string, limit: number): Promise<BrandKitRow[]> {
    const rows = await select(trx, organizationId).orderBy('kit.name').orderBy('kit.id').limit(limit).execute();
    return rows.map(toBrandKit);
  }

  async find(trx: Trx, organizationId: string, id: string): Promise<BrandKitRow | undefined> {
    const row = await select(trx, organizationId).where('kit.id', '=', id).executeTakeFirst();
    return row && toBrandKit(row);
  }

  async count(trx: Trx, organizationId: string): Promise<number> {
    const row = await trx
      .selectFrom('brand_kits')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  }

  /** Whether an asset is a picture of the organization. */
  async hasImage(trx: Trx, organizationId: string, assetId: string): Promise<boolean> {
    const row = await trx
      .selectFrom('assets')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', assetId)
      .where('deleted_at', 'is', null)
      .where('mime_type', 'like', 'image/%')
      .executeTakeFirst();
    return row !== undefined;
  }

  async insert(trx: Trx, organizationId: string, createdBy: string | null, terms: BrandKitTerms): Promise<string> {
    const { id } = await trx
      .insertInto('brand_kits')
      .values({ organization_id: organizationId, created_by: createdBy, ...toColumns(terms) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async update(trx: Trx, organizationId: string, id: string, terms: BrandKitTerms): Promise<void> {
    await trx
      .updateTable('brand_kits')
      .set(toColumns(terms))
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }

  async delete(trx: Trx, organizationId: string, id: string): Promise<void> {
    await trx.deleteFrom('brand_kits').where('organization_id', '=', organizationId).where('id', '=', id).execute();
  }
}

function toColumns(terms: BrandKitTerms) {
  return {
    name: terms.name,
    colors: JSON.stringify(terms.colors),
    fonts: JSON.stringify(terms.fonts),
    tone: terms.tone,
    keywords: JSON.stringify(terms.keywords),
    guidelines: terms.guidelines,
    logo_asset_id: terms.logoAssetId,
  };
}

function select(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('brand_kits as kit')
    .leftJoin('assets as logo', (join) =>
      join
        .onRef('logo.id', '=', 'kit.logo_asset_id')
        .on('logo.organization_id', '=', organizationId)
        .on('logo.deleted_at', 'is', null),
    )
    .select([
      'kit.id',
      'kit.name',
      'kit.colors',
      'kit.fonts',
      'kit.tone',
      'kit.keywords',
      'kit.guidelines',
      'logo.id as logoAssetId',
      'logo.storage_path as logoPath',
      'kit.created_at as createdAt',
      'kit.updated_at as updatedAt',
    ])
    .where('kit.organization_id', '=', organizationId);
}

type SelectedKit = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function toBrandKit(row: SelectedKit): BrandKitRow {
  return {
    ...row,
    colors: row.colors as unknown as BrandKitTerms['colors'],
    fonts: row.fonts as unknown as BrandKitTerms['fonts'],
    keywords: row.keywords as unknown as string[],
  };
}
