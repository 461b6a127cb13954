import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { connect, createJobs, createOrganization, jobRequest, rows } from './fixtures.js';

let database: TestDatabase;
let api: pg.Client;
let worker: pg.Client;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await connect(database.apiUrl);
  worker = await connect(database.workerUrl);
  owner = await connect(database.url);
});
afterAll(async () => {
  await Promise.all([api.end(), worker.end(), owner.end()]);
  await database.drop();
});
beforeEach(async () => {
  await owner.query(
    `update ai_jobs set status = 'canceled', finished_at = now() where status in ('queued', 'processing')`,
  );
});

/** An organization of a plan, and what it sends. */
async function customer(plan: string) {
  const { id } = await createOrganization(api, 1_000_000);
  await owner.query('update organizations set plan = $2 where id = $1', [id, plan]);
  const send = async (count: number, more: object = {}): Promise<string[]> => {
    const requests = Array.from({ length: count }, () => jobRequest(id, { hold_credits: '1', ...more }));
    await createJobs(api, requests);
    return requests.map((request) => String(request['id']));
  };
  return { id, send };
}

/** Starts the next `count` jobs as a worker does. @returns whose they were, in their order */
async function start(count: number, { ended = true } = {}): Promise<{ id: string; organization: string }[]> {
  const started: { id: string; organization: string }[] = [];
  for (let index = 0; index < count; index++) {
    const { rows } = await worker.query<{ id: string; organization_id: string }>(
      `select id, organization_id from private.start_next_jobs('image', 1, 3600000)`,
    );
    if (!rows[0]) break;
    const { id, organization_id: organization } = rows[0];
    started.push({ id, organization });
    if (ended) await owner.query(`update ai_jobs set status = 'canceled', finished_at = now() where id = $1`, [id]);
  }
  return started;
}

const countOf = (started: { organization: string }[], { id }: { id: string }): number =>
  started.filter(({ organization }) => organization === id).length;

test('with a flood of 500 of one organization, the job of another starts next', async () => {
  const [flooding, other] = [await customer('enterprise'), await customer('free')];
  await flooding.send(500);
  const [before] = await other.send(1);
  expect((await start(3)).map(({ id }) => id)).toContain(before);
  await start(100);
  const [inTheMiddle] = await other.send(1);
  expect((await start(2)).map(({ id }) => id)).toContain(inTheMiddle);
});

test('jobs that are accepted together get the turns that they would get one after the other', async () => {
  const [large, small] = [await customer('enterprise'), await customer('free')];
  const turnsOf = async (send: (requests: Record<string, unknown>[]) => Promise<unknown>) => {
    const requests = [large, small, large, large, small].map(({ id }, index) =>
      jobRequest(id, { hold_credits: '1', priority: [100, 100, 50, 200, 100][index] }),
    );
    await send(requests);
    const turns = await rows<{ id: string; turn: bigint }>(owner, 'select id, turn from ai_jobs where id = any ($1)', [
      requests.map((request) => request['id']),
    ]);
    return requests.map((request) => turns.find(({ id }) => id === request['id'])?.turn);
  };
  const together = await turnsOf((requests) => createJobs(api, requests));
  await start(5);
  const oneByOne = await turnsOf(async (requests) => {
    for (const request of requests) await createJobs(api, [request]);
  });
  expect(together).toEqual([0n, 0n, 2n, 4n, 12n]);
  expect(oneByOne).toEqual(together);
});

test('two floods are started in turns, whoever came first', async () => {
  const [first, second] = [await customer('pro'), await customer('pro')];
  await first.send(200);
  await second.send(200);
  const started = await start(100);
  expect(countOf(started, second)).toBeGreaterThanOrEqual(49);
  expect(countOf(started, second)).toBeLessThanOrEqual(51);
});

test('with lines of both, a larger plan is started more often, by its share, and the smaller one never stands still', async () => {
  const [free, enterprise] = [await customer('free'), await customer('enterprise')];
  await free.send(100);
  await enterprise.send(300);
  const started = await start(140);
  expect(countOf(started, free)).toBeGreaterThanOrEqual(19);
  expect(countOf(started, free)).toBeLessThanOrEqual(22);
});

test('many who come one at a time do not keep a flood standing', async () => {
  const flooding = await customer('pro');
  await flooding.send(100);
  const others = await Promise.all(Array.from({ length: 5 }, () => customer('pro')));
  let floods = 0;
  for (let round = 0; round < 10; round++) {
    for (const other of others) await other.send(1);
    floods += countOf(await start(6), flooding);
  }
  expect(floods).toBeGreaterThanOrEqual(9);
});

test('a job of high priority goes before the others of its organization, and before nobody else', async () => {
  const [own, other] = [await customer('pro'), await customer('pro')];
  await own.send(20);
  await other.send(20);
  const urgent = await own.send(10, { priority: 50 });
  const later = await own.send(1, { priority: 200 });
  const started = await start(20);
  expect(countOf(started, other)).toBeGreaterThanOrEqual(9);
  const ownIds = started.filter(({ organization }) => organization === own.id).map(({ id }) => id);
  expect(ownIds.filter((id) => urgent.includes(id)).length).toBeGreaterThanOrEqual(9);
  expect(ownIds).not.toContain(later[0]);
});

test('an organization that runs as many as its plan allows is passed over until one ends', async () => {
  const [free, other] = [await customer('free'), await customer('pro')];
  const mine = await free.send(10);
  await start(2, { ended: false });
  const [next] = await other.send(1);
  expect((await start(5)).map(({ id }) => id)).toEqual([next]);
  await owner.query(`update ai_jobs set status = 'canceled', finished_at = now() where status = 'processing'`);
  const { rows } = await worker.query<{ id: string }>('select id from private.list_jobs_for_slots_of($1)', [
    [free.id, other.id],
  ]);
  expect(rows.map(({ id }) => id)).toEqual(mine.slice(2, 4));
});

test('every waiting job is started exactly once by workers that ask at the same time', async () => {
  const flooding = await customer('enterprise');
  const sent = await flooding.send(60);
  const clients = await Promise.all(Array.from({ length: 6 }, () => connect(database.workerUrl)));
  const started: string[] = [];
  await Promise.all(
    clients.map(async (client) => {
      for (;;) {
        const { rows } = await client.query<{ id: string }>(
          `select id from private.start_next_jobs('image', 7, 3600000)`,
        );
        if (rows.length === 0) return;
        started.push(...rows.map(({ id }) => id));
      }
    }),
  );
  await Promise.all(clients.map((client) => client.end()));
  expect(started.sort()).toEqual([...sent].sort());
});
