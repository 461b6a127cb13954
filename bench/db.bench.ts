import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { newId } from '#core/crypto';
import { BUSIEST, fillDatabase, HOT_QUERIES, type HotQuery } from '#core/testing';
import { openGround, printDurability, type Ground } from './support/ground.js';
import { pgbenchAvailable, pgbenchLatencies } from './support/pgbench.js';
import { missed, print, printTable, whole } from './support/print.js';
import { within } from './support/scope.js';
import { percentile } from './support/statistics.js';

export const description = 'hot queries with 1M jobs and 5M events, and job creation on one hot organization';

const VOLUME = { organizations: 1000, jobs: 1_000_000, events: 5_000_000 };
const RUNS = 200;
/** Coalesced creates against single ones, on one organization. */
const BAR = 8;
const BATCH = 50;
const SECONDS = 5;

export async function run(): Promise<void> {
  await within(async (cleanup) => {
    const ground = await openGround('postgres', cleanup);
    await printDurability(ground);
    await benchCreates(ground);
    print(`\nFilling ${whole(VOLUME.jobs)} jobs and ${whole(VOLUME.events)} events …`);
    await fillDatabase(ground.ownerUrl, VOLUME);
    await benchQueries(ground);
  });
}

/** Each statement as its service runs it, beside the bare statement in pgbench as the owner, who has no row security. */
async function benchQueries(ground: Ground): Promise<void> {
  const clients = {
    owner: await open(ground.ownerUrl),
    base_api: await open(ground.apiUrl),
    base_worker: await open(ground.workerUrl),
  };
  const bare = pgbenchAvailable();
  if (!bare) print('pgbench is not installed (Debian: postgresql-15): the raw column stays empty');
  const rows: string[][] = [];
  const slow: string[] = [];
  for (const query of HOT_QUERIES) {
    const values = await valuesOf(clients.owner, query);
    const ours = await timings(
      query.as === 'base_worker' ? clients.base_worker : clients.base_api,
      query,
      values,
      query.as === 'tenant',
    );
    const raw = bare ? await rawTimings(clients.owner, ground.ownerUrl, query, values) : [];
    const bar = query.barMs === undefined ? '' : whole(query.barMs);
    rows.push([query.name, query.as, ...cells(ours), bar, ...cells(raw)]);
    if (query.barMs !== undefined && percentile(ours, 95) > query.barMs) slow.push(query.name);
  }
  await Promise.all(Object.values(clients).map((client) => client.end()));
  printTable(['query', 'as', 'p50 ms', 'p95 ms', 'bar', 'pgbench p50 ms', 'pgbench p95 ms'], rows);
  for (const name of slow) missed(`${name} takes longer than its bar`);
}

const cells = (taken: number[]) =>
  [50, 95].map((rank) => (taken.length === 0 ? '' : percentile(taken, rank).toFixed(2)));

/** The same statement with its values written into it. */
async function rawTimings(owner: pg.Client, url: string, query: HotQuery, values: unknown[]): Promise<number[]> {
  const { rows } = await owner.query<{ literals: string[] }>(
    `select array(select quote_nullable(value) from unnest($1::text[]) with ordinality as v (value, place) order by place) as literals`,
    [values.map(String)],
  );
  const literals = rows[0]?.literals ?? [];
  const sql = query.sql.replaceAll(/\$(\d+)/g, (_, place: string) => literals[Number(place) - 1] ?? 'null');
  return pgbenchLatencies({ url, script: `${sql.replaceAll(/\s+/g, ' ')};\n`, transactions: RUNS });
}

/** Milliseconds of the statement alone; the context of the tenant is set before the clock starts. */
async function timings(client: pg.Client, query: HotQuery, values: unknown[], tenant: boolean): Promise<number[]> {
  const taken: number[] = [];
  for (let turn = 0; turn < RUNS; turn++) {
    await client.query('begin');
    if (tenant) {
      await client.query(
        `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', json_build_object('sub', ${BUSIEST.owner})::text, true)`,
      );
    }
    const startedAt = performance.now();
    await client.query(query.sql, values);
    taken.push(performance.now() - startedAt);
    await client.query('rollback');
  }
  return taken;
}

async function valuesOf(owner: pg.Client, query: HotQuery): Promise<unknown[]> {
  if (!query.sql.includes('$1')) return [];
  const expressions = ['$1', ...(query.values ?? [])].map((text, place) => `${text} as v${place}`);
  const { rows } = await owner.query<Record<string, unknown>>(
    `select ${expressions.join(', ')}`.replaceAll('$1', BUSIEST.organization),
  );
  return Object.values(rows[0] ?? {});
}

/** create_ai_jobs one by one from eight connections, and fifty at a time from two. */
async function benchCreates(ground: Ground): Promise<void> {
  const pool = new pg.Pool({ connectionString: ground.apiUrl, max: 8 });
  const [user, organization] = [randomUUID(), newId()];
  await pool.query(`select private.create_local_user($1, 'bench@example.com', 'Bench', 'en')`, [user]);
  await pool.query(`select private.create_organization($1, $2, 'Bench', 'bench')`, [organization, user]);
  await pool.query(`select credit_credits($1, 1000000000, 'purchase', 'bench')`, [organization]);
  const request = () => ({
    id: newId(),
    organization_id: organization,
    user_id: user,
    type: 'image',
    model: 'sandbox/image',
    provider: 'sandbox',
    input: { prompt: 'a fox in the snow, watercolour', size: '1024x1024', n: 1 },
    price: { version: 1, components: [] },
    price_version: 1,
    estimated_credits: '5',
    hold_credits: '5',
    request_hash: 'hash',
    idempotency_key: randomUUID(),
  });
  const create = async (size: number): Promise<void> => {
    const result = await pool.query<{ outcome: string }>('select outcome from create_ai_jobs($1)', [
      JSON.stringify(Array.from({ length: size }, request)),
    ]);
    if (result.rows.some(({ outcome }) => outcome !== 'created')) throw new Error('A job was refused');
  };
  await rate(8, 1, create);
  const single = await rate(8, SECONDS, () => create(1));
  const coalesced = (await rate(2, SECONDS, () => create(BATCH))) * BATCH;
  const { rowCount: broken } = await pool.query('select from check_ledger()');
  await pool.end();
  printTable(
    ['one hot organization', 'jobs/s'],
    [
      ['one by one, 8 connections', whole(single)],
      [`${BATCH} at a time, 2 connections`, whole(coalesced)],
      ['ratio', `${(coalesced / single).toFixed(1)}×`],
    ],
  );
  if (broken !== 0) missed('the ledger does not add up');
  if (coalesced / single < BAR)
    missed(`coalesced creates are ${(coalesced / single).toFixed(1)}× single ones, the bar is ${BAR}×`);
}

/** Calls per second of `work` from so many loops. */
async function rate(loops: number, seconds: number, work: (size: number) => Promise<void>): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let calls = 0;
  await Promise.all(
    Array.from({ length: loops }, async () => {
      while (performance.now() < until) {
        await work(1);
        calls++;
      }
    }),
  );
  return calls / seconds;
}

async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
