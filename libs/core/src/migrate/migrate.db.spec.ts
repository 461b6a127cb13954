import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#core/embedded';
import { createTestDatabase, currentServer, withDatabase } from '#core/testing';
import {
  bootstrapPlainPostgres,
  isBlankAndOurs,
  detectTarget,
  formatStatus,
  migrate,
  readStatus,
  resetDatabase,
  setRolePassword,
} from './index.js';

const { superuserUrl, ownerUrl } = currentServer();
const made: string[] = [];

/** A new database, in the Supabase shape unless told otherwise. */
async function createDatabase(options: { bootstrap: boolean } = { bootstrap: true }) {
  const name = `test_${randomBytes(6).toString('hex')}`;
  made.push(name);
  await run(superuserUrl, `create database ${name} owner postgres`);
  const urls = { superuser: withDatabase(superuserUrl, name), owner: withDatabase(ownerUrl, name) };
  if (options.bootstrap) await bootstrapPlainPostgres(urls.superuser);
  return urls;
}

async function run<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  chmodSync(folder, 0o755);
  // What every migration may count on, and what the queue's grants name.
  file('20260101000000_first', 'create table first (id int primary key);');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  for (const name of made) await run(superuserUrl, `drop database if exists ${name} with (force)`);
});

function file(name: string, sql: string): string {
  const path = join(folder, `${name}.sql`);
  writeFileSync(path, sql);
  return path;
}

const REFUSED = { name: 'MigrationError' };

test('an empty database migrates, twice in a row, and the second time nothing is left to do', async () => {
  const urls = await createDatabase({ bootstrap: false });
  const log: string[] = [];
  await bootstrapPlainPostgres(urls.superuser, { log: (line) => log.push(line) });
  await bootstrapPlainPostgres(urls.superuser, { log: (line) => log.push(line) });
  const first = await migrate(urls.owner, { log: (line) => log.push(line) });
  const second = await migrate(urls.owner, { log: (line) => log.push(line) });
  expect(first.applied.length).toBeGreaterThan(15);
  expect(second.applied).toEqual([]);
  expect(log.join('\n')).toMatch(
    /a plain PostgreSQL \(there is no schema auth\)[^]*given the Supabase shape[^]*in the Supabase shape[^]*up to date/,
  );
  await expect(run(urls.owner, 'select * from v_organization_usage')).resolves.toEqual([]);
}, 60_000);

test('a database is prepared unasked only when it is plain, empty, and the login a superuser’s', async () => {
  const urls = await createDatabase({ bootstrap: false });
  expect(await isBlankAndOurs(urls.owner)).toBe(false);
  expect(await isBlankAndOurs(urls.superuser)).toBe(true);
  await run(urls.superuser, 'create table somebodys (id int)');
  expect(await isBlankAndOurs(urls.superuser)).toBe(false);
  await run(urls.superuser, 'drop table somebodys');
  await bootstrapPlainPostgres(urls.superuser);
  expect(await isBlankAndOurs(urls.superuser)).toBe(false);
});

test('everything belongs to a role that is no superuser', async () => {
  const database = await createTestDatabase();
  await expect(
    run(
      database.url,
      `select distinct r.rolname, r.rolsuper from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner
        where n.nspname in ('public', 'private', 'parts', 'identity', 'bullmq', 'migrations')`,
    ),
  ).resolves.toEqual([{ rolname: 'postgres', rolsuper: false }]);
  await database.drop();
});

test('an applied migration that was edited is refused, by name, and nothing is applied', async () => {
  const urls = await migratedWithFolder();
  appendFileSync(join(folder, '20260101000000_first.sql'), '-- changed');
  file('20260102000000_second', 'create table second (id int);');
  await expect(migrate(urls.owner, { folder })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringMatching(/20260101000000_first\.sql was changed after it was applied/),
  });
  await expect(run(urls.owner, `select to_regclass('second') as found`)).resolves.toEqual([{ found: null }]);
});

test('line ends of another system are no edit', async () => {
  const urls = await migratedWithFolder('create table first (id int);\nselect 1;\n');
  file('20260101000000_first', 'create table first (id int);\r\nselect 1;\r\n');
  await expect(migrate(urls.owner, { folder })).resolves.toEqual({ applied: [] });
});

test('an applied migration that is missing means an older program, and is refused', async () => {
  const urls = await migratedWithFolder();
  rmSync(join(folder, '20260101000000_first.sql'));
  await expect(migrate(urls.owner, { folder })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('older than its database'),
  });
});

test('a new migration that sorts before an applied one is refused', async () => {
  const urls = await migratedWithFolder();
  file('20250101000000_late', 'select 1;');
  await expect(migrate(urls.owner, { folder })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('give it a later timestamp'),
  });
});

test('a failing migration changes nothing, names file and line, and the ones before it stand', async () => {
  const urls = await migratedWithFolder();
  file('20260102000000_good', 'create table good (id int);');
  file('20260103000000_bad', 'create table bad (id int);\n\nselect no_such_column from bad;');
  await expect(migrate(urls.owner, { folder })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringMatching(/20260103000000_bad\.sql:3 failed and changed nothing: .*no_such_column/),
  });
  await expect(
    run(urls.owner, `select to_regclass('good') is not null as good, to_regclass('bad') is not null as bad`),
  ).resolves.toEqual([{ good: true, bad: false }]);
  file('20260103000000_bad', 'create table bad (id int);');
  await expect(migrate(urls.owner, { folder })).resolves.toEqual({ applied: ['20260103000000_bad'] });
});

test('an index can be built concurrently, in a file that says so', async () => {
  const urls = await migratedWithFolder();
  file(
    '20260102000000_index',
    '-- outside of a transaction\ncreate index concurrently if not exists first_idx on first (id);\n',
  );
  await expect(migrate(urls.owner, { folder })).resolves.toEqual({ applied: ['20260102000000_index'] });
});

test('three migrators at once take turns, and every file is applied once', async () => {
  const urls = await createDatabase();
  const log: string[] = [];
  const all = await Promise.all([1, 2, 3].map(() => migrate(urls.owner, { log: (line) => log.push(line) })));
  const applied = all.flatMap((one) => one.applied);
  expect(new Set(applied).size).toBe(applied.length);
  expect(await run(urls.owner, 'select name from migrations.applied order by name')).toEqual(
    applied.sort().map((name) => ({ name })),
  );
  expect(log.join('\n')).toContain('another migrator is at work');
}, 60_000);

test('a migrator that waits too long gives up with a sentence', async () => {
  const urls = await createDatabase();
  const client = new pg.Client({ connectionString: urls.owner });
  await client.connect();
  await client.query(`begin; select pg_advisory_xact_lock(hashtext('base-agency'), hashtext('migrate'))`);
  await expect(migrate(urls.owner, { lockTimeoutMs: 300 })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('Another migrator'),
  });
  await client.end();
});

test('the transaction pooler of a hosted project is refused before anything is asked of it', async () => {
  await expect(
    migrate('postgresql://postgres.ref:x@aws-0-sa-east-1.pooler.supabase.com:6543/postgres'),
  ).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('DIRECT_DATABASE_URL'),
  });
});

test('a file whose name the Supabase CLI would not read is refused', async () => {
  const urls = await createDatabase();
  file('second', 'select 1;');
  await expect(migrate(urls.owner, { folder })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('<yyyymmddhhmmss>_<topic>.sql'),
  });
});

test('an unreachable database is named without its password', async () => {
  const failure = await migrate('postgresql://postgres:hidden@127.0.0.1:1/nothing').catch(
    (error: unknown) => (error as Error).message,
  );
  expect(failure).toMatch(/127\.0\.0\.1:1\/nothing cannot be reached/);
  expect(failure).not.toContain('hidden');
});

describe('detection', () => {
  const detect = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const target = await detectTarget(client);
    await client.end();
    return target;
  };

  test('a plain database is migrated only after the bootstrap', async () => {
    const urls = await createDatabase({ bootstrap: false });
    await expect(detect(urls.owner)).resolves.toMatchObject({ kind: 'plain' });
    await expect(migrate(urls.owner)).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('run the bootstrap'),
    });
    await bootstrapPlainPostgres(urls.superuser);
    await expect(detect(urls.owner)).resolves.toMatchObject({ kind: 'bootstrapped' });
  });

  test('Supabase’s own database is known by its auth schema; the bootstrap and the reset refuse it', async () => {
    const urls = await createDatabase({ bootstrap: false });
    await run(urls.superuser, 'create schema auth; create table auth.schema_migrations (version text)');
    await expect(detect(urls.owner)).resolves.toMatchObject({ kind: 'supabase' });
    await expect(bootstrapPlainPostgres(urls.superuser)).rejects.toMatchObject(REFUSED);
    await expect(resetDatabase(urls.owner)).rejects.toMatchObject(REFUSED);
    await expect(
      run(urls.superuser, `select count(*)::int as tables from pg_tables where schemaname = 'auth'`),
    ).resolves.toEqual([{ tables: 1 }]);
  });

  test('a schema auth of somebody else’s is left alone', async () => {
    const urls = await createDatabase({ bootstrap: false });
    await run(urls.superuser, 'create schema auth');
    await expect(detect(urls.owner)).resolves.toMatchObject({ kind: 'foreign' });
    await expect(bootstrapPlainPostgres(urls.superuser)).rejects.toMatchObject(REFUSED);
    await expect(migrate(urls.owner)).rejects.toMatchObject(REFUSED);
  });
});

test('a reset empties everything, accounts included, and migrates anew', async () => {
  const urls = await createDatabase();
  await migrate(urls.owner);
  await run(urls.owner, `select private.create_local_user(gen_random_uuid(), 'ana@example.com', 'Ana', 'pt-BR')`);
  const { applied } = await resetDatabase(urls.owner);
  expect(applied.length).toBeGreaterThan(15);
  await expect(run(urls.owner, 'select 1 from users union all select 1 from auth.users')).resolves.toEqual([]);
  await expect(run(urls.owner, 'select 1 from plans')).resolves.toHaveLength(5);
}, 60_000);

test('the status lists migrations, tables, functions, triggers, views and policies', async () => {
  const [empty, database] = [await createDatabase(), await createTestDatabase()];
  const before = await readStatus(empty.owner);
  expect(before.migrations.every(({ state }) => state === 'pending')).toBe(true);
  const status = await readStatus(database.url);
  await database.drop();
  expect(status.migrations.every(({ state }) => state === 'applied')).toBe(true);
  const text = formatStatus(status);
  for (const line of [
    /^Tables \(\d+\)$/m,
    /^ {2}public\.ai_jobs +row security/m,
    /^ {2}public\.events .*6 partitions$/m,
    /^ {2}public\.debit_credits\(.*\) {2}definer$/m,
    /^ {2}public\.check_rate_limit\(/m,
    /^ {2}ai_jobs\.count_usage$/m,
    /^ {2}auth\.users\.base_follow_auth_user$/m,
    /^ {2}public\.v_organization_usage$/m,
    /^ {2}public\.plans: catalogue \(SELECT to anon, /m,
    /^queue schema: version \d+$/m,
  ]) {
    expect(text).toMatch(line);
  }
  expect(text).not.toContain('NO ROW SECURITY');
});

test('a role of the backend logs in with the password it was given last', async () => {
  // On a server of its own: roles are shared by all databases of one, and other specs log in as this one.
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'server'),
    throwaway: true,
    settings: { shared_buffers: '16MB' },
  });
  await run(server.url, 'create role base_api login noinherit');
  const url = new URL(server.url);
  url.username = 'base_api';
  for (const password of ['first', `it's "second"`]) {
    await setRolePassword(server.url, 'base_api', password);
    url.password = encodeURIComponent(password);
    await expect(run(url.href, 'select current_user::text as role')).resolves.toEqual([{ role: 'base_api' }]);
  }
  url.password = 'first';
  await expect(run(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await server.stop();
});

/** A database on which the folder's one file is applied. Its roles exist, because another database of the server has them. */
async function migratedWithFolder(sql?: string) {
  const urls = await createDatabase();
  if (sql) file('20260101000000_first', sql);
  await migrate(urls.owner, { folder });
  return urls;
}
