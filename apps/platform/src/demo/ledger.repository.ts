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

/** Makes an account a platform operator, as `npm run operator -- add` does for one whose address is proved. */
export async function makeOperator(ownerUrl: string, userId: string): Promise<void> {
  const db = createDatabase({ url: ownerUrl, max: 1, applicationName: 'base-demo' });
  try {
    await db.updateTable('users').set({ is_operator: true }).where('id', '=', userId).execute();
  } finally {
    await db.destroy();
  }
}
