import { randomUUID } from 'node:crypto';
import { newId } from '#core/crypto';
import { createDatabase } from '#core/db';
import { CreateBatcher } from '../libs/ai/src/jobs/create-batcher.js';
import { JobsRepository, type NewJob } from '../libs/ai/src/jobs/jobs.repository.js';
import { withSql } from '../test/support/sql.js';
import { NAIVE_SCHEMA, naiveScript } from './ledger/naive-schema.js';
import { type Ground, openGround, printDurability } from './support/ground.js';
import { pgbenchAvailable, pgbenchRate } from './support/pgbench.js';
import { missed, print, printTable, whole } from './support/print.js';
import { within } from './support/scope.js';
import { median } from './support/statistics.js';

export const description = 'holds a second over 1,000 organizations and on one, beside a naive function in pgbench';

const ORGANIZATIONS = 1000;
/** Requests that an API under load has open. */
const CALLERS = 128;
const ROUNDS = 6;
const ROUND_SECONDS = 3;
/**
 * The naive function is called over as many connections as ours has callers, as if each request had one, and over ten,
 * which is what the pool of one API process lets through and the least that its one row suffers. The bar is held
 * against the former, since both then have the same clients.
 */
const POOLED_CLIENTS = 10;
const CREDITS = 1_000_000_000_000;
const INPUT = { prompt: 'Um farol ao entardecer, aquarela, luz quente, céu com nuvens leves', n: 1 };

/** Ours per naive rate; below it the bench fails. */
const CASES = [
  { label: `${whole(ORGANIZATIONS)} organizations`, organizations: ORGANIZATIONS, bar: 1 },
  { label: '1 hot organization', organizations: 1, bar: 8 },
];

/** Makes so many holds a second, for some seconds, over the first organizations. */
type Holds = (organizations: number, seconds: number) => Promise<number>;

export async function run(): Promise<void> {
  if (!pgbenchAvailable()) {
    missed('pgbench is not installed (Debian: postgresql-15)');
    return;
  }
  await within(async (cleanup) => {
    const ground = await openGround('postgres', cleanup);
    await printDurability(ground);
    const organizationIds = await prepare(ground);
    const ours = oursOn(ground, organizationIds, cleanup);
    const rows: string[][] = [];
    for (const { label, organizations, bar } of CASES)
      rows.push(await measure(ground, ours, label, organizations, bar));
    print(
      `\nHolds a second: medians of ${ROUNDS} rounds of ${ROUND_SECONDS} s, taking turns; ${CALLERS} callers, ` +
        `naive over ${CALLERS} connections and over a pool of ${POOLED_CLIENTS}`,
    );
    printTable(['', 'ours', `naive, ${CALLERS}`, 'ratio', 'bar', `naive, ${POOLED_CLIENTS}`, 'ratio'], rows);
    const faults = await withSql(ground.ownerUrl, (query) => query('select * from check_ledger()'));
    if (faults.length > 0) missed(`the ledger is broken: ${JSON.stringify(faults.slice(0, 3))}`);
  });
}

async function measure(
  ground: Ground,
  ours: Holds,
  label: string,
  organizations: number,
  bar: number,
): Promise<string[]> {
  print(`\n${label}`);
  const naive = (clients: number) => (seconds: number) =>
    pgbenchRate({ url: ground.ownerUrl, script: naiveScript(organizations, INPUT), clients, seconds });
  const sides = {
    ours: (seconds: number) => ours(organizations, seconds),
    naive: naive(CALLERS),
    pooled: naive(POOLED_CLIENTS),
  };
  const names = ['ours', 'naive', 'pooled'] as const;
  for (const name of names) await sides[name](ROUND_SECONDS);
  const rates: Record<(typeof names)[number], number[]> = { ours: [], naive: [], pooled: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      rates[name].push(await sides[name](ROUND_SECONDS));
    }
    print(`  round ${round + 1}: ${names.map((name) => `${name} ${whole(rates[name][round] ?? 0)}/s`).join(', ')}`);
  }
  const [mine, theirs, pooled] = [median(rates.ours), median(rates.naive), median(rates.pooled)];
  const ratio = mine / theirs;
  if (!(ratio >= bar)) missed(`${label}: ${ratio.toFixed(2)} × naive, the bar is ${bar} ×`);
  return [label, whole(mine), whole(theirs), ratio.toFixed(2), `≥ ${bar}`, whole(pooled), (mine / pooled).toFixed(2)];
}

/** The same organizations for both, with more credits than a bench can use. */
async function prepare({ ownerUrl }: Ground): Promise<string[]> {
  return withSql(ownerUrl, async (query) => {
    await query(NAIVE_SCHEMA);
    await query('insert into naive.balance select n, $1 from generate_series(1, $2::int) n', [CREDITS, ORGANIZATIONS]);
    const owner = randomUUID();
    await query(`select private.create_local_user($1, 'bench@example.com', 'Bench', 'en')`, [owner]);
    const ids = Array.from({ length: ORGANIZATIONS }, () => newId());
    await query(
      `select private.create_organization(id, $2, 'Bench', 'bench-' || place)
         from unnest($1::uuid[]) with ordinality as o (id, place)`,
      [ids, owner],
    );
    await query(`select credit_credits(id, $2, 'purchase', 'bench') from unnest($1::uuid[]) as o (id)`, [ids, CREDITS]);
    return ids;
  });
}

/** The path of the API from the priced request on: coalesced, one statement under way. */
function oursOn({ apiUrl }: Ground, organizationIds: string[], cleanup: AsyncDisposableStack): Holds {
  const db = createDatabase({ url: apiUrl, max: 4, applicationName: 'bench-ledger' });
  cleanup.defer(() => db.destroy());
  const batcher = new CreateBatcher(db, new JobsRepository());
  return async (organizations, seconds) => {
    const startedAt = performance.now();
    const until = startedAt + seconds * 1000;
    let holds = 0;
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        while (performance.now() < until) {
          const id = organizationIds[Math.floor(Math.random() * organizations)] ?? '';
          const { outcome } = await batcher.create(requestOf(id));
          if (outcome !== 'created') throw new Error(`A job was ${outcome}`);
          holds++;
        }
      }),
    );
    return (holds / (performance.now() - startedAt)) * 1000;
  };
}

function requestOf(organizationId: string): NewJob {
  return {
    id: newId(),
    organization_id: organizationId,
    user_id: null,
    api_key_id: null,
    project_id: null,
    type: 'image',
    model: 'sandbox/image',
    provider: 'sandbox',
    input: INPUT,
    price: { version: 1, components: [] },
    price_version: 1,
    quote_id: null,
    estimated_credits: '5',
    hold_credits: '5',
    max_credits: null,
    priority: 100,
    fallback_models: [],
    idempotency_key: null,
    request_hash: 'hash',
    input_hash: 'hash',
    deadline_at: null,
    metadata: {},
    test_mode: false,
    park_when_unfunded: false,
  };
}
