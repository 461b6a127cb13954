import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';
import type { PriceComponent } from './pricing.js';

/** A row of the price list. */
export interface ChargedRow {
  provider: string;
  model: string;
  version: number;
  component: string;
  unit: string;
  unitSize: bigint;
  credits: bigint;
  dimensions: Record<string, string>;
  validFrom: Date;
  validUntil: Date | null;
}

export interface PricedModel {
  version: number;
  rows: PriceComponent[];
}

/** Reads price rows; they are public. */
@Injectable()
export class PricingRepository {
  /** Every row in force now (the database's clock), by model. */
  async listInForce(db: Db): Promise<Map<string, PricedModel>> {
    const rows = await db
      .selectFrom('pricing')
      .select([
        'model',
        'version',
        'component',
        'unit',
        'unit_size',
        'credits_per_unit',
        'cost_usd_micros',
        'dimensions',
      ])
      .where(inForce)
      .execute();
    const models = new Map<string, PricedModel>();
    for (const row of rows) {
      const model = models.get(row.model) ?? { version: row.version, rows: [] };
      model.version = Math.max(model.version, row.version);
      model.rows.push({
        component: row.component,
        unit: row.unit,
        unitSize: row.unit_size,
        creditsPerUnit: row.credits_per_unit,
        costUsdMicros: row.cost_usd_micros,
        dimensions: row.dimensions as Record<string, string>,
      });
      models.set(row.model, model);
    }
    return models;
  }

  /** The rows in force that customers are charged by, by model and component. */
  async listCharged(db: Db): Promise<ChargedRow[]> {
    const rows = await db
      .selectFrom('pricing')
      .select([
        'provider',
        'model',
        'version',
        'component',
        'unit',
        'unit_size as unitSize',
        'credits_per_unit as credits',
        'dimensions',
        'valid_from as validFrom',
        'valid_to as validUntil',
      ])
      .where('credits_per_unit', 'is not', null)
      .where(inForce)
      .orderBy('model')
      .orderBy('component')
      .orderBy('credits_per_unit')
      .$narrowType<{ credits: bigint }>()
      .execute();
    return rows.map((row) => ({ ...row, dimensions: row.dimensions as Record<string, string> }));
  }
}

/** Now, by the database's clock. */
const inForce = sql<boolean>`valid_from <= now() and (valid_to is null or valid_to > now())`;
