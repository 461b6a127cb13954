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

test('databases of two spec files do not see each other', async () => {
  const other = await createTestDatabase();
  const [here, there] = [database, other].map(({ directUrl }) => new pg.Client({ connectionString: directUrl }));
  await Promise.all([here?.connect(), there?.connect()]);
  await here?.query('create table public.only_here ()');
  const { rows } = (await there?.query(`select to_regclass('public.only_here') as found`)) ?? {};
  await Promise.all([here?.end(), there?.end()]);
  await other.drop();
  expect(rows).toEqual([{ found: null }]);
});
