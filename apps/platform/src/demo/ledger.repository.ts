import { sql } from 'kysely';
import { createDatabase } from '#core/db';

/** The database's own check of every ledger: the invariants that do not hold. */
export async function findBrokenInvariants(ownerUrl: string): Promise<string[]> {
  const db = createDatabase({ url: ownerUrl, max: 1, applicationName: 'base-demo' });
  try {
    const { rows } = await sql<{ invariant: string; expected: bigint; actual: bigint }>`
      select invariant, expected, actual from public.check_ledger()`.execute(db);
    return rows.map(({ invariant, expected, actual }) => `${invariant}: ${actual}, not ${expected}`);
  } finally {
    await db.destroy();
  }
}

/** Enters a price for models that have none, as an operator would: 10 credits for each unit of output. */
export async function enterPrices(ownerUrl: string, models: readonly string[]): Promise<void> {
  const db = createDatabase({ url: ownerUrl, max: 1, applicationName: 'base-demo' });
  try {
    for (const model of models) {
      await sql`
        insert into public.pricing (provider, model, component, unit, unit_size, cost_usd_micros, credits_per_unit, source)
        values (${model.split('/', 1)[0]}, ${model}, 'output', 'generation', 1, 8000, 10, 'made up for the demo')`.execute(
        db,
      );
    }
  } finally {
    await db.destroy();
  }
}
