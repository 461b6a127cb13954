import { PlatformOperatorsRepository } from '#auth';
import { PricingRepository } from '#billing';
import type { Db } from '#core/db';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import type { CommandContext } from './command.js';
import { withOwnerDatabase } from './owner-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a database that was never migrated is told in a sentence, whatever is asked of it', async () => {
  const blank = new URL(database.url);
  blank.pathname = '/postgres';
  const context = { command: 'prices', config: { database: { directUrl: blank.href } } } as unknown as CommandContext;
  const works = [
    (db: Db) => new PricingRepository().listHistory(db),
    (db: Db) => new PlatformOperatorsRepository().isHidden(db),
  ];
  for (const work of works) {
    await expect(
      withOwnerDatabase(context, async (db) => {
        await work(db);
      }),
    ).rejects.toThrow(/no tables yet/);
  }
});
