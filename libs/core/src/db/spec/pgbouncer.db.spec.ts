import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '#core/embedded';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { become, brokenInvariants, connect, createJobs, createOrganization, jobRequest, rows } from './fixtures.js';

/** Where Debian's package puts it; CI installs it. */
const PGBOUNCER = '/usr/sbin/pgbouncer';

if (existsSync(PGBOUNCER)) {
  describe('through PgBouncer in transaction mode', throughPgBouncer);
} else {
  test(`PgBouncer is not installed (${PGBOUNCER}): POOLED CONNECTIONS ARE NOT TESTED HERE`, () => {
    expect(process.env['CI']).not.toBe('true');
    process.stderr.write(`\n  PgBouncer is not installed (${PGBOUNCER}): POOLED CONNECTIONS ARE NOT TESTED HERE.\n\n`);
  });
}

function throughPgBouncer(): void {
  let database: TestDatabase;
  let owner: pg.Client;
  let directory: string;
  let bouncer: ChildProcess;
  let pooledUrl: (url: string) => string;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = await connect(database.url);
    directory = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
    chmodSync(directory, 0o755);
    const port = await freePort();
    const server = new URL(database.apiUrl);
    writeFileSync(
      join(directory, 'users.txt'),
      [database.apiUrl, database.url].map((url) => `"${new URL(url).username}" "${new URL(url).password}"`).join('\n'),
    );
    // 400 clients share eight server connections, so that every transaction inherits one from somebody else.
    writeFileSync(
      join(directory, 'pgbouncer.ini'),
      `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(directory, 'users.txt')}
pool_mode = transaction
server_round_robin = 1
default_pool_size = 8
max_client_conn = 600
ignore_startup_parameters = extra_float_digits
`,
    );
    bouncer = spawn(PGBOUNCER, [join(directory, 'pgbouncer.ini')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...unprivileged(),
    });
    const { stderr } = bouncer;
    if (!stderr) throw new Error('No output of PgBouncer');
    let output = '';
    for await (const chunk of stderr) {
      output += String(chunk);
      if (output.includes('process up')) break;
    }
    pooledUrl = (url) => {
      const pooled = new URL(url);
      pooled.port = String(port);
      return pooled.href;
    };
  });
  afterAll(async () => {
    bouncer.kill('SIGTERM');
    if (bouncer.exitCode === null) await once(bouncer, 'exit');
    rmSync(directory, { recursive: true, force: true });
    await owner.end();
    await database.drop();
  });

  test('400 tenant transactions at once each see their own organization and nothing of anybody else’s', async () => {
    const organizations = await Promise.all(Array.from({ length: 20 }, () => createOrganization(owner, 100)));
    for (const { id } of organizations) await createJobs(owner, [jobRequest(id)]);
    const clients = await Promise.all(Array.from({ length: 400 }, () => connect(pooledUrl(database.apiUrl))));
    const backends = new Set<unknown>();
    const leaks: unknown[] = [];
    const transaction = async (client: pg.Client, turn: number): Promise<void> => {
      const mine = organizations[turn % organizations.length];
      await client.query('begin');
      await become(client, 'authenticated', { sub: mine?.owner, role: 'authenticated' });
      const [seen] = await rows<{ ids: string[]; backend: number }>(
        client,
        'select array_agg(distinct organization_id) as ids, pg_backend_pid() as backend from ai_jobs',
      );
      await client.query('commit');
      backends.add(seen?.backend);
      if (seen?.ids.length !== 1 || seen.ids[0] !== mine?.id) leaks.push({ turn, seen });
      // Outside of its transaction a connection is nobody again.
      const [after] = await rows<{ role: string; claims: string | null }>(
        client,
        `select current_user::text as role, nullif(current_setting('request.jwt.claims', true), '') as claims`,
      );
      if (after?.role !== 'base_api' || after.claims !== null) leaks.push({ turn, after });
    };
    await Promise.all(clients.map(transaction));
    await Promise.all(clients.map((client) => client.end()));
    expect(leaks).toEqual([]);
    expect(backends.size).toBeLessThanOrEqual(8);
  }, 60_000);

  test('a transaction that fails half-way leaves no identity behind', async () => {
    const { owner: user } = await createOrganization(owner, 100);
    const pool = new pg.Pool({ connectionString: pooledUrl(database.apiUrl), max: 30 });
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const client = await pool.connect();
        await client.query('begin');
        await become(client, 'authenticated', { sub: user });
        await expect(client.query('select 1 / 0')).rejects.toThrow('division by zero');
        await client.query('rollback');
        await expect(client.query('select 1 from ai_jobs')).rejects.toMatchObject({ code: '42501' });
        client.release();
      }),
    );
    await pool.end();
  });

  test('jobs are made, settled and counted right', async () => {
    const { id } = await createOrganization(owner, 250);
    const pool = new pg.Pool({ connectionString: pooledUrl(database.apiUrl), max: 40 });
    const created = (await Promise.all(Array.from({ length: 100 }, () => createJobs(pool, [jobRequest(id)])))).flat();
    const accepted = created.filter(({ outcome }) => outcome === 'created');
    expect(accepted).toHaveLength(50);
    await Promise.all(accepted.map(({ job_id }) => pool.query('select settle_hold($1, 3)', [job_id])));
    await pool.end();
    await expect(brokenInvariants(owner)).resolves.toEqual([]);
    await expect(
      rows(owner, 'select available, held from credit_balances where organization_id = $1', [id]),
    ).resolves.toEqual([{ available: 100n, held: 0n }]);
  });
}

/** PgBouncer refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
