import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
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

/** A line of any version: one that was, is, or will be in force. */
export interface PriceLine extends PriceComponent {
  model: string;
  version: number;
  validFrom: Date;
  validUntil: Date | null;
  source: string;
}

/** A model's next version: all of its lines. */
export interface NewPrices {
  model: string;
  lines: readonly PriceComponent[];
  /** Null: now. */
  validFrom: Date | null;
  /** Where the figures were read. */
  source: string;
}

/** A version as it was entered, and the lines that end where it begins. */
export interface EnteredPrices {
  version: number;
  validFrom: Date;
  lines: PriceLine[];
  replaced: PriceLine[];
}

/** Prices are public; operators enter them. */
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

  /** Every line of every version, the newest first. */
  async listHistory(db: Db): Promise<PriceLine[]> {
    return (await selectLines(db).execute()).map(toPriceLine);
  }

  /** Puts a version in force; what was in force before ends with its beginning. */
  async enter(trx: Trx, { model, lines, validFrom, source }: NewPrices): Promise<EnteredPrices> {
    const rows = lines.map(({ component, unit, unitSize, dimensions, costUsdMicros, creditsPerUnit }) => ({
      ...{ component, unit, dimensions, unit_size: unitSize.toString(), cost_usd_micros: costUsdMicros.toString() },
      credits_per_unit: creditsPerUnit?.toString() ?? null,
    }));
    const { rows: entered } = await sql<{ version: number; validFrom: Date }>`
      select version, valid_from as "validFrom"
        from private.enter_prices(${model}, ${JSON.stringify(rows)}::jsonb, ${validFrom}::timestamptz, ${source})`.execute(
      trx,
    );
    const [version] = entered;
    if (!version) throw new Error(`The prices of ${model} were not entered`);
    const kept = await selectLines(trx)
      .where('model', '=', model)
      .where(
        // By its own time: a Date has no microseconds.
        sql<boolean>`(version = ${version.version} or valid_to = (
          select min(own.valid_from) from public.pricing as own where own.model = ${model} and own.version = ${version.version}))`,
      )
      .execute();
    const isOwn = (line: { version: number }) => line.version === version.version;
    return {
      ...version,
      lines: kept.filter(isOwn).map(toPriceLine),
      replaced: kept.filter((line) => !isOwn(line)).map(toPriceLine),
    };
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

function selectLines(db: Db | Trx) {
  return db
    .selectFrom('pricing')
    .select([
      'model',
      'version',
      'component',
      'unit',
      'unit_size as unitSize',
      'dimensions',
      'cost_usd_micros as costUsdMicros',
      'credits_per_unit as creditsPerUnit',
      'valid_from as validFrom',
      'valid_to as validUntil',
      'source',
    ])
    .orderBy('model')
    .orderBy('valid_from', 'desc')
    .orderBy('component')
    .orderBy('dimensions_key');
}

function toPriceLine(row: Omit<PriceLine, 'dimensions'> & { dimensions: unknown }): PriceLine {
  return { ...row, dimensions: row.dimensions as Record<string, string> };
}
