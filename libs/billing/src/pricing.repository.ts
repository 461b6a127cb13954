import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db } from '#core/db';
import type { PriceComponent } from './pricing.js';

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
      .where('valid_from', '<=', sql<Date>`now()`)
      .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>', sql<Date>`now()`)]))
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
}
