import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each([
  ['apiUrl', 'base_api'],
  ['workerUrl', 'base_worker'],
  ['directUrl', 'postgres'],
  ['authenticatorUrl', 'authenticator'],
] as const)('%s logs in as %s, which is no superuser', async (url, role) => {
  const client = new pg.Client({ connectionString: database[url] });
  await client.connect();
  const { rows } = await client.query(
    `select current_user::text as role, rolsuper as superuser from pg_roles where rolname = current_user`,
  );
  await client.end();
  expect(rows).toEqual([{ role, superuser: false }]);
});

test('databases of two spec files do not see each other, and a clone takes less than a second', async () => {
  const startedAt = performance.now();
  const other = await createTestDatabase();
  const tookMs = performance.now() - startedAt;
  await other.drop();
  expect(other.name).not.toBe(database.name);
  expect(tookMs).toBeLessThan(1000);
});
