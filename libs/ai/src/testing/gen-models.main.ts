import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import { referencePage } from '#core/reference';
import { withFreshDatabase } from '#core/testing';
import { ABILITIES, abilitiesOf, type ModelDefinition } from '../models/model.js';
import { MODELS } from '../models/model-catalogue.js';

/** A line of the price list as the migrations leave it. */
interface PriceLine {
  model: string;
  dimensions: Record<string, string>;
  unit: string;
  unitSize: number;
  costUsdMicros: number;
  source: string;
  sourceDate: string | null;
  confidence: string | null;
}

/** Lines that end by themselves are left out, so that the page does not change with the day. */
const LINES = `
  select model, dimensions, unit, unit_size::float8 as "unitSize", cost_usd_micros::float8 as "costUsdMicros", source,
         source_date::text as "sourceDate", confidence
    from public.pricing
   where credits_per_unit is not null and valid_to is null
   order by model, component, dimensions::text`;

async function priceLines(ownerUrl: string): Promise<PriceLine[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return (await client.query<PriceLine>(LINES)).rows;
  } finally {
    await client.end();
  }
}

/** The list also prices what the catalogue does not offer. */
function concerns({ priceDimensions = {} }: ModelDefinition, { dimensions }: PriceLine): boolean {
  return Object.entries(dimensions).every(([name, value]) => priceDimensions[name]?.includes(value));
}

/** `0.003 / image`, or from the least to the most that it can cost. */
function costOf(lines: readonly PriceLine[]): string {
  const units = [...new Set(lines.map(({ unit }) => unit))];
  return units
    .map((unit) => {
      const each = lines.filter((line) => line.unit === unit).map((line) => line.costUsdMicros / line.unitSize / 1e6);
      const [least, most] = [Math.min(...each), Math.max(...each)].map((usd) => String(Number(usd.toPrecision(6))));
      return `${least === most ? least : `${least} to ${most}`} / ${unit}`;
    })
    .join(' + ');
}

function rowOf(ability: string, model: ModelDefinition, lines: readonly PriceLine[]): string[] {
  const distinct = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))].join('; ');
  const unsold = model.retirement ? `ends on ${model.retirement.date}` : 'none before an operator enters one';
  return [
    ability,
    `\`${model.id}\``,
    model.provider,
    lines.length > 0 ? costOf(lines) : unsold,
    distinct(lines.map(({ source }) => source)),
    distinct(lines.map(({ sourceDate }) => sourceDate)),
    distinct(lines.map(({ confidence }) => confidence)),
  ];
}

const path = process.argv[2];
if (!path) throw new Error('Usage: gen-models <file>');
const lines = await withFreshDatabase(priceLines);
const rows = ABILITIES.flatMap((ability) =>
  MODELS.filter((model) => abilitiesOf(model).includes(ability)).map((model) =>
    rowOf(
      ability,
      model,
      lines.filter((line) => line.model === model.id && concerns(model, line)),
    ),
  ),
);
const lead =
  'What each model can be asked for, and what its provider asks for it on a new installation: second-hand copies of list prices, to be verified before going live. Confidence: A, two sources that agree or the vendor’s own words; B, one dated source; C, an aggregator. Customers pay a quarter more; operators enter other prices (`POST /api/admin/prices`).';
const head = ['Ability', 'Model', 'Provider', 'List price, USD', 'Source', 'Of', 'Confidence'];
await writeFile(path, referencePage('Models', lead, head, rows));
