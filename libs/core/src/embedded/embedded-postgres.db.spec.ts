import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './index.js';

let parent: string;
const started: EmbeddedPostgres[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'embedded-spec-'));
  chmodSync(parent, 0o755);
});

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  rmSync(parent, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(parent, 'db'),
    settings: { shared_buffers: '16MB', max_connections: '10', fsync: 'off' },
    ...options,
  });
  started.push(postgres);
  return postgres;
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const REFUSED = { name: 'EmbeddedPostgresError' };

test('a second start finds the data and the passwords of the first', async () => {
  const first = await start();
  await ask(first.url, 'create table kept (n int); insert into kept values (7)');
  await first.stop();
  const second = await start();
  await expect(ask(second.url, 'select n from kept')).resolves.toEqual([{ n: 7 }]);
});

test('the everyday role is not a superuser but may bypass row security and make roles, as on Supabase', async () => {
  const { url, superuserUrl } = await start();
  const roles = `select rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = current_user`;
  const rights = { rolcreaterole: true, rolcreatedb: true, rolreplication: true, rolbypassrls: true };
  await expect(ask(url, roles)).resolves.toEqual([{ rolname: 'postgres', rolsuper: false, ...rights }]);
  await expect(ask(superuserUrl, roles)).resolves.toEqual([{ rolname: 'supabase_admin', rolsuper: true, ...rights }]);
});

test('it listens on the loopback address only, without a socket file, and refuses a wrong password', async () => {
  const { url, superuserUrl } = await start();
  await expect(
    ask(
      superuserUrl,
      `select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by 1`,
    ),
  ).resolves.toEqual([
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'unix_socket_directories', setting: '' },
  ]);
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('the passwords are in a file that only its owner may read', async () => {
  await start();
  expect(statSync(join(parent, 'db', 'credentials.json')).mode & 0o777).toBe(0o600);
});

test('a throw-away cluster leaves no folder behind', async () => {
  const { stop } = await start({ throwaway: true });
  await stop();
  expect(existsSync(join(parent, 'db'))).toBe(false);
});

test('a folder in use by a living program is refused, and its server goes on', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining('in use by another running program'),
  });
  await expect(ask(first.url, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
});

test('the server of a program that was killed is replaced, and nothing committed is lost', async () => {
  const first = await start();
  await ask(first.url, 'create table kept (n int); insert into kept values (7)');
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  writeFileSync(join(parent, 'db', 'owner.pid'), String(dead.pid));
  const second = await start();
  await expect(ask(second.url, 'select n from kept')).resolves.toEqual([{ n: 7 }]);
});

test('a postmaster.pid whose number belongs to something else does not stop a start', async () => {
  const first = await start();
  const lockFile = join(parent, 'db', 'cluster', 'postmaster.pid');
  const lines = readFileSync(lockFile, 'utf8').split('\n');
  await first.stop();
  writeFileSync(lockFile, [process.pid, ...lines.slice(1)].join('\n'));
  await expect(start()).resolves.toHaveProperty('port');
});

test('a taken port is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await expect(start({ port })).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining(`Port ${port}`),
    });
  } finally {
    server.close();
  }
});

test('data of another major version is refused before anything is touched', async () => {
  const { stop } = await start();
  await stop();
  writeFileSync(join(parent, 'db', 'cluster', 'PG_VERSION'), '15\n');
  await expect(start()).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringMatching(/written by PostgreSQL 15 and this is PostgreSQL 17: dump it/),
  });
});

test('a server that ends while starting gives the reason from its log', async () => {
  await expect(start({ settings: { shared_buffers: 'much' } })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringMatching(/ended while starting: .*shared_buffers/),
  });
});

test('an interrupted first start leaves nothing that looks like a database', async () => {
  const draft = join(parent, 'db', 'cluster.draft');
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'PG_VERSION'), '17\n');
  await expect(start()).resolves.toHaveProperty('port');
  expect(existsSync(draft)).toBe(false);
});

test('a data folder that cannot be made is named', async () => {
  writeFileSync(join(parent, 'file'), '');
  await expect(start({ dataDir: join(parent, 'file', 'db') })).rejects.toMatchObject({
    ...REFUSED,
    message: expect.stringContaining(join(parent, 'file')),
  });
});

// Only root gives the server another user than itself, so only root can meet these.
if (process.getuid?.() === 0) {
  test('a closed parent folder is named, with the command that opens it', async () => {
    chmodSync(parent, 0o700);
    await expect(start()).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining(`chmod o+x ${parent}`),
    });
  });

  test('a cluster that belongs to another user is refused, naming both', async () => {
    mkdirSync(join(parent, 'db', 'cluster'), { recursive: true });
    await expect(start()).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringMatching(/belongs to user id 0.*"postgres"/),
    });
  });
}
