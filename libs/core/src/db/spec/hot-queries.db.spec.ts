import type pg from 'pg';
import {
  BUSIEST,
  createTestDatabase,
  fillDatabase,
  HOT_QUERIES,
  type HotQuery,
  type TestDatabase,
} from '#core/testing';
import { become, connect, one, rows } from './fixtures.js';

/** Tables above this many rows must never be read whole. */
const LARGE = 2000;

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: Plan[];
}

let database: TestDatabase;
let owner: pg.Client;
let api: pg.Client;
let worker: pg.Client;
let large: Set<string>;
let organization: string;
let user: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await fillDatabase(database.url, { organizations: 100, jobs: 12_000, events: 24_000 });
  owner = await connect(database.url);
  api = await connect(database.apiUrl);
  worker = await connect(database.workerUrl);
  large = new Set(
    (await rows<{ name: string }>(owner, 'select relname as name from pg_class where reltuples > $1', [LARGE])).map(
      ({ name }) => name,
    ),
  );
  ({ organization, user } = await one<{ organization: string; user: string }>(
    owner,
    `select ${BUSIEST.organization} as organization, ${BUSIEST.owner} as user`,
  ));
}, 60_000);
afterAll(async () => {
  await Promise.all([owner, api, worker].map((client) => client.end()));
  await database.drop();
});

/** Runs inside of the transaction that a service would use. */
async function as<T>(query: HotQuery, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = query.as === 'base_worker' ? worker : api;
  await client.query('begin');
  try {
    if (query.as === 'tenant') await become(client, 'authenticated', { sub: user, role: 'authenticated' });
    return await work(client);
  } finally {
    await client.query('rollback');
  }
}

async function valuesOf(query: HotQuery): Promise<unknown[]> {
  const expressions = ['$1::uuid', ...(query.values ?? [])];
  if (!query.sql.includes('$1')) return [];
  const found = await one<Record<string, unknown>>(
    owner,
    `select ${expressions.map((text, place) => `${text} as v${place}`).join(', ')}`.replaceAll(
      '$1',
      `'${organization}'`,
    ),
  );
  return Object.values(found);
}

function wholeReads(plan: Plan | undefined): string[] {
  if (!plan) throw new Error('No plan');
  const here =
    plan['Node Type'].includes('Seq Scan') && large.has(plan['Relation Name'] ?? '')
      ? [plan['Relation Name'] ?? '']
      : [];
  return [...here, ...(plan.Plans ?? []).flatMap(wholeReads)];
}

test('the large tables are large', () => {
  expect([...large]).toEqual(expect.arrayContaining(['ai_jobs', 'generations', 'usage_daily']));
  expect([...large].some((name) => /^events_\d{4}_\d{2}$/.test(name))).toBe(true);
});

test.each(HOT_QUERIES.map((query) => [query.name, query.as, query] as const))(
  '%s, as %s, reads no large table whole and finds rows',
  async (_name, _as, query) => {
    const values = await valuesOf(query);
    await as(query, async (client) => {
      const found = await client.query(query.sql, values);
      expect(found.rowCount).toBeGreaterThan(0);
      const [explained] = await rows<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        client,
        `explain (format json) ${query.sql}`,
        values,
      );
      expect(wholeReads(explained?.['QUERY PLAN'][0]?.Plan)).toEqual([]);
    });
  },
);

test.each(['organization_id = $1', 'subject_id = $1'])(
  'the streams’ function finds events where %s by an index',
  async (where) => {
    const [explained] = await rows<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      owner,
      `explain (format json) select * from events where ${where} and sequence > 5 order by sequence limit 500`,
      [organization],
    );
    expect(wholeReads(explained?.['QUERY PLAN'][0]?.Plan)).toEqual([]);
  },
);

test('a rare word of a prompt is looked up within the organization, by the index', async () => {
  const [explained] = await rows<{ 'QUERY PLAN': unknown }>(
    owner,
    `explain (format json) select id from generations
      where organization_id = $1 and deleted_at is null and search @@ websearch_to_tsquery('pg_catalog.english', 'copper lighthouse')
      order by created_at desc, id desc limit 60`,
    [organization],
  );
  expect(JSON.stringify(explained?.['QUERY PLAN'])).toMatch(
    /"Index Name":"generations_search_idx",[^{}]*"Index Cond":"[^"]*organization_id[^"]*search @@/,
  );
});

test('row security costs a tenant one look at the memberships, not one per row', async () => {
  await as({ name: 'jobs', as: 'tenant', sql: '' }, async (client) => {
    const plan = await rows<{ 'QUERY PLAN': string }>(
      client,
      'explain (analyze, costs off, timing off, summary off) select id, status from ai_jobs limit 1000',
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toMatch(/InitPlan 1[^]*ProjectSet \(actual rows=1 loops=1\)/);
    expect(text).toMatch(/rows=1000 loops=1/);
  });
});
