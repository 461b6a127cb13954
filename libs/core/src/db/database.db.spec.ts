import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { createDatabase } from './database.js';

describe('the pool', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('survives the loss of a connection in the middle of a transaction, and goes on with another', async () => {
    const db = createDatabase({ url: database.apiUrl, max: 1, applicationName: 'under-test' });
    const owner = createDatabase({ url: database.superuserUrl, max: 1, applicationName: 'owner' });
    const lost = db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'under-test'`.execute(
        owner,
      );
      // Between two statements nobody waits for the connection; its end must not be the end of the process.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await sql`select 1`.execute(trx);
    });
    await expect(lost).rejects.toThrow();
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await db.destroy();
    await owner.destroy();
  });

  it('reads credits as bigint, exactly', async () => {
    const db = createDatabase({ url: database.apiUrl, max: 1, applicationName: 'under-test' });
    const { rows } = await sql<{ n: bigint }>`select 9007199254740993::bigint as n`.execute(db);
    expect(rows).toEqual([{ n: 9_007_199_254_740_993n }]);
    await db.destroy();
  });
});
