import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import {
  brokenInvariants,
  connect,
  createJobs,
  createOrganization,
  jobRequest,
  one,
  rows,
  sqlState,
} from './fixtures.js';

/** Of the random movements; fast-check prints its own. LEDGER_SEED repeats a run, as far as concurrency allows. */
const SEED = Number(process.env['LEDGER_SEED'] ?? Date.now() % 1_000_000);

let database: TestDatabase;
let api: pg.Client;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await connect(database.apiUrl);
  owner = await connect(database.url);
});
afterAll(async () => {
  await Promise.all([api.end(), owner.end()]);
  await database.drop();
});

interface Lot {
  name: string;
  remaining: bigint;
  held: bigint;
  priority: number;
  /** In hours from now; undefined: never. */
  expiresIn: number | undefined;
  order: number;
}

interface Hold {
  job: string;
  amount: bigint;
  parts: { lot: Lot; amount: bigint }[];
  state: 'active' | 'settled' | 'released';
}

/** The ledger as a few lines of arithmetic: what the database must agree with after every step. */
class Model {
  lots: Lot[] = [];
  holds: Hold[] = [];
  spent = 0n;
  adjusted = 0n;
  expired = 0n;

  get available(): bigint {
    return sum(this.lots.map((lot) => lot.remaining - lot.held));
  }

  get held(): bigint {
    return sum(this.lots.map((lot) => lot.held));
  }

  private burnOrder(first?: Lot): Lot[] {
    return this.lots
      .filter((lot) => lot.remaining > lot.held)
      .sort(
        (a, b) =>
          Number(b === first) - Number(a === first) ||
          a.priority - b.priority ||
          (a.expiresIn ?? Infinity) - (b.expiresIn ?? Infinity) ||
          a.order - b.order ||
          0,
      );
  }

  allocate(amount: bigint, first?: Lot): { lot: Lot; amount: bigint }[] {
    const parts = [];
    for (const lot of this.burnOrder(first)) {
      const part = min(amount, lot.remaining - lot.held);
      if (part > 0n) parts.push({ lot, amount: part });
      amount -= part;
    }
    return parts;
  }

  expire(): void {
    for (const lot of this.lots) {
      if (lot.expiresIn === undefined || lot.expiresIn > 0) continue;
      this.expired += lot.remaining - lot.held;
      lot.remaining = lot.held;
    }
  }

  takeBack(wanted: bigint, lot: Lot): void {
    for (const part of this.allocate(min(wanted, this.available), lot)) {
      part.lot.remaining -= part.amount;
      this.expired += part.amount;
    }
  }

  hold(job: string, amount: bigint): void {
    const parts = this.allocate(amount);
    for (const part of parts) part.lot.held += part.amount;
    this.holds.push({ job, amount, parts, state: 'active' });
  }

  resolve(hold: Hold, charged: bigint, state: 'settled' | 'released'): void {
    let left = charged;
    for (const { lot, amount } of hold.parts) {
      const burnt = min(left, amount);
      lot.held -= amount;
      lot.remaining -= burnt;
      left -= burnt;
    }
    this.spent += charged;
    hold.state = state;
  }
}

type Step =
  | { do: 'credit'; amount: number; priority: number; expiresIn: number | undefined }
  | { do: 'debit'; amount: number }
  | { do: 'takeBack'; amount: number; pick: number }
  | { do: 'create'; amounts: number[] }
  | { do: 'settle'; pick: number; actual: number }
  | { do: 'release'; pick: number }
  | { do: 'wait'; hours: number }
  | { do: 'sweep' }
  | { do: 'replay'; pick: number }
  | { do: 'crash'; amount: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('credit' as const),
      amount: fc.integer({ min: 1, max: 60 }),
      priority: fc.constantFrom(50, 100),
      expiresIn: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('debit' as const), amount: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('takeBack' as const),
      amount: fc.integer({ min: 1, max: 40 }),
      pick: fc.nat(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      amounts: fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      pick: fc.nat(),
      actual: fc.integer({ min: 0, max: 30 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replay' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), amount: fc.integer({ min: 1, max: 20 }) }) },
);

test('whatever is done in whatever order, the database agrees with the model after every step, lot by lot', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const { id } = await createOrganization(api);
      const model = new Model();
      const keys: { sql: string; values: unknown[] }[] = [];
      for (const [place, current] of steps.entries()) {
        await run(id, model, current, place, keys);
        await compare(id, model);
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 60_000);

async function run(
  id: string,
  model: Model,
  current: Step,
  place: number,
  keys: { sql: string; values: unknown[] }[],
): Promise<void> {
  const picked =
    'pick' in current && model.holds.length > 0 ? model.holds[current.pick % model.holds.length] : undefined;
  switch (current.do) {
    case 'credit': {
      const name = `lot-${place}`;
      const values = [
        id,
        current.amount,
        name,
        current.expiresIn === undefined ? null : new Date(Date.now() + current.expiresIn * 3_600_000),
        current.priority,
      ];
      const sql = `select credit_credits($1, $2, 'grant', $3, $3, $4, $5)`;
      await api.query(sql, values);
      keys.push({ sql, values });
      model.lots.push({
        name,
        remaining: BigInt(current.amount),
        held: 0n,
        priority: current.priority,
        expiresIn: current.expiresIn,
        order: place,
      });
      return;
    }
    case 'debit': {
      const covered = withoutExpired(model) >= BigInt(current.amount);
      const state = await sqlState(api, 'select debit_credits($1, $2, $3)', [id, current.amount, `debit-${place}`]);
      expect(state).toBe(covered ? undefined : 'BA003');
      if (!covered) return;
      model.expire();
      for (const { lot, amount } of model.allocate(BigInt(current.amount))) lot.remaining -= amount;
      model.adjusted -= BigInt(current.amount);
      return;
    }
    case 'takeBack': {
      const lot = model.lots[current.pick % Math.max(model.lots.length, 1)];
      if (!lot) return;
      await owner.query(
        `select private.take_back($1, $2, $3, 'Refund', (select id from credit_grants where organization_id = $1 and description = $4))`,
        [id, current.amount, `back-${place}`, lot.name],
      );
      model.expire();
      model.takeBack(BigInt(current.amount), lot);
      return;
    }
    case 'create': {
      const requests = current.amounts.map((amount) => jobRequest(id, { hold_credits: String(amount) }));
      const created = await createJobs(api, requests);
      model.expire();
      for (const [index, amount] of current.amounts.entries()) {
        const covered = model.available >= BigInt(amount);
        expect(created[index]?.outcome).toBe(covered ? 'created' : 'insufficient_credits');
        if (covered && amount > 0) model.hold(String(requests[index]?.['id']), BigInt(amount));
      }
      return;
    }
    case 'settle': {
      if (!picked) return;
      const charged = min(BigInt(current.actual), picked.amount);
      const hold = await one<{ state: string }>(api, 'select * from settle_hold($1, $2)', [picked.job, current.actual]);
      if (picked.state === 'active') model.resolve(picked, charged, 'settled');
      expect(hold.state).toBe(picked.state);
      return;
    }
    case 'release': {
      if (!picked) return;
      const hold = await one<{ state: string }>(api, `select * from release_hold($1, 'x')`, [picked.job]);
      if (picked.state === 'active') model.resolve(picked, 0n, 'released');
      expect(hold.state).toBe(picked.state);
      return;
    }
    case 'wait':
      await owner.query(
        `update credit_grants set effective_at = effective_at - $2 * interval '1 hour', expires_at = expires_at - $2 * interval '1 hour' where organization_id = $1`,
        [id, current.hours],
      );
      for (const lot of model.lots) if (lot.expiresIn !== undefined) lot.expiresIn -= current.hours;
      return;
    case 'sweep':
      await api.query('select expire_grants(1000)');
      model.expire();
      return;
    case 'replay': {
      const known = keys[current.pick % Math.max(keys.length, 1)];
      if (known) await api.query(known.sql, known.values);
      return;
    }
    case 'crash':
      await api.query('begin');
      await sqlState(api, 'select debit_credits($1, $2, $3)', [id, current.amount, `crash-${place}`]);
      await api.query('rollback');
  }
}

/** What could be spent once what is due has expired. */
function withoutExpired(model: Model): bigint {
  return sum(
    model.lots.filter((lot) => lot.expiresIn === undefined || lot.expiresIn > 0).map((lot) => lot.remaining - lot.held),
  );
}

async function compare(id: string, model: Model): Promise<void> {
  const [balance, lots, broken] = await Promise.all([
    one<{ available: bigint; held: bigint; adjusted: bigint; spent: bigint; expired: bigint }>(
      owner,
      'select available, held, adjusted + 1000 as adjusted, spent, expired from credit_balances where organization_id = $1',
      [id],
    ),
    rows<{ name: string; remaining: bigint; held: bigint }>(
      owner,
      `select description as name, remaining, held from credit_grants where organization_id = $1 and description like 'lot-%'`,
      [id],
    ),
    rows(owner, 'select * from check_ledger($1)', [id]),
  ]);
  expect(broken).toEqual([]);
  const { available, held, adjusted, spent, expired } = model;
  expect(balance).toEqual({ available, held, adjusted, spent, expired });
  expect(Object.fromEntries(lots.map((lot) => [lot.name, [lot.remaining, lot.held]]))).toEqual(
    Object.fromEntries(model.lots.map((lot) => [lot.name, [lot.remaining, lot.held]])),
  );
}

describe('with many connections at once', () => {
  let pool: pg.Pool;
  let superuser: pg.Client;
  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: database.apiUrl, max: 12 });
    pool.on('error', () => undefined);
    superuser = await connect(database.superuserUrl);
  });
  afterAll(() => Promise.all([pool.end(), superuser.end()]));
  afterEach(async () => {
    await expect(brokenInvariants(api)).resolves.toEqual([]);
  });

  test(`random movements on two organizations, and connections killed in the middle of them, lose nothing, make nothing, and never go below zero (seed ${SEED})`, async () => {
    const organizations = [await createOrganization(api, 300), await createOrganization(api, 300)].map(({ id }) => id);
    let gained = 600n;
    const jobs: string[] = [];
    let kills = 0;
    /** A process that dies in the middle: by itself, or with its connection. */
    const die = async (random: (below: number) => number, id: string, job: string | undefined): Promise<void> => {
      const client = await pool.connect();
      client.on('error', () => undefined);
      await client.query('begin');
      const { rows: self } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      if (job) await client.query('select settle_hold($1, 1)', [job]);
      else await client.query(`select credit_credits($1, 5, 'grant', $2)`, [id, randomUUID()]);
      if (random(2) === 0) {
        await client.query('rollback');
        client.release();
        return;
      }
      kills++;
      await superuser.query('select pg_terminate_backend($1)', [self[0]?.pid]);
      await expect(client.query('commit')).rejects.toThrow();
      client.release(true);
    };
    const movement = async (random: (below: number) => number): Promise<void> => {
      const id = organizations[random(2)] ?? '';
      const job = jobs[random(jobs.length)];
      switch (random(7)) {
        case 0: {
          await pool.query(`select credit_credits($1, 10, 'grant', $2, '', now() + interval '1 hour')`, [
            id,
            randomUUID(),
          ]);
          gained += 10n;
          return;
        }
        case 1:
          await pool
            .query('select debit_credits($1, $2, $3)', [id, 1 + random(20), randomUUID()])
            .catch(refusedForWantOfCredits);
          return;
        case 2: {
          // Both organizations in one call, in either order: locks are taken in one order all the same.
          const order = random(2) === 0 ? organizations : organizations.toReversed();
          const requests = [...order, ...order].map((each) =>
            jobRequest(each, { hold_credits: String(1 + random(9)) }),
          );
          const created = await createJobs(pool, requests);
          for (const { outcome, job_id } of created) if (outcome === 'created' && job_id) jobs.push(job_id);
          return;
        }
        case 3:
          if (job) await pool.query('select settle_hold($1, $2)', [job, random(12)]);
          return;
        case 4:
          if (job) await pool.query(`select release_hold($1, 'x')`, [job]);
          return;
        case 5:
          await pool.query('select expire_grants(10)');
          return;
        default:
          await die(random, id, job);
      }
    };
    const working = { on: true };
    // At every moment, not only in the end: each check is one statement, and sees one moment.
    const watcher = (async () => {
      let looks = 0;
      for (; working.on; looks++) {
        for (const id of organizations)
          await expect(rows(owner, 'select * from check_ledger($1)', [id])).resolves.toEqual([]);
      }
      return looks;
    })();
    await Promise.all(
      Array.from({ length: 12 }, async (_, place) => {
        const random = seeded(SEED + place);
        for (let turn = 0; turn < 150; turn++) await movement(random);
      }),
    );
    working.on = false;
    await expect(watcher).resolves.toBeGreaterThan(0);
    expect(kills).toBeGreaterThan(0);
    const { total } = await one<{ total: bigint }>(
      owner,
      'select sum(available + held + spent + expired - (adjusted + 1000))::bigint as total from credit_balances where organization_id = any ($1)',
      [organizations],
    );
    expect(total).toBe(gained);
  }, 120_000);

  test('1,000 races of a settle against an expiry: each hold is resolved once, and both see the same result', async () => {
    const { id } = await createOrganization(api, 5000);
    const jobs: string[] = [];
    for (let batch = 0; batch < 10; batch++) {
      const created = await createJobs(
        api,
        Array.from({ length: 100 }, () => jobRequest(id)),
      );
      jobs.push(...created.map(({ job_id }) => job_id ?? ''));
    }
    const settled: string[] = [];
    const race = async (job: string, settleFirst: boolean): Promise<void> => {
      const settle = () => pool.query<{ state: string }>('select state::text from settle_hold($1, 3)', [job]);
      const expire = () => pool.query<{ state: string }>(`select state::text from release_hold($1, 'expired')`, [job]);
      const both = await Promise.all((settleFirst ? [settle, expire] : [expire, settle]).map((call) => call()));
      const states = both.map((result) => result.rows[0]?.state);
      expect(states[0]).toBe(states[1]);
      if (states[0] === 'settled') settled.push(job);
    };
    for (let start = 0; start < jobs.length; start += 6) {
      await Promise.all(jobs.slice(start, start + 6).map((job, place) => race(job, place % 2 === 0)));
    }
    await expect(
      one(owner, 'select available, held, spent from credit_balances where organization_id = $1', [id]),
    ).resolves.toEqual({
      available: 5000n - 3n * BigInt(settled.length),
      held: 0n,
      spent: 3n * BigInt(settled.length),
    });
    await expect(
      rows(
        owner,
        'select job_id from credit_transactions where organization_id = $1 and job_id is not null group by job_id having count(*) <> 2',
        [id],
      ),
    ).resolves.toEqual([]);
    // Both sides must have won some, or nothing was raced.
    expect(settled.length).toBeGreaterThan(50);
    expect(settled.length).toBeLessThan(950);
  }, 60_000);

  test('500 settles of one hold at once charge it once', async () => {
    const { id } = await createOrganization(api, 100);
    const [job] = await createJobs(api, [jobRequest(id, { hold_credits: '50' })]);
    const all = await Promise.all(
      Array.from({ length: 500 }, (_, place) =>
        pool.query<{ settled_amount: string }>('select settled_amount from settle_hold($1, $2)', [
          job?.job_id,
          1 + (place % 50),
        ]),
      ),
    );
    expect(new Set(all.map((result) => result.rows[0]?.settled_amount)).size).toBe(1);
    await expect(
      one(owner, `select count(*) as lines from credit_transactions where job_id = $1 and type = 'settle'`, [
        job?.job_id,
      ]),
    ).resolves.toEqual({ lines: 1n });
  }, 60_000);

  test('one credit sent by fifty callers at once arrives once', async () => {
    const { id } = await createOrganization(api);
    const all = await Promise.all(
      Array.from({ length: 50 }, () =>
        pool.query<{ id: string }>(`select id from credit_credits($1, 10, 'purchase', 'order')`, [id]),
      ),
    );
    expect(new Set(all.map((result) => result.rows[0]?.id)).size).toBe(1);
    await expect(one(owner, 'select available from credit_balances where organization_id = $1', [id])).resolves.toEqual(
      { available: 10n },
    );
  });
});

/** Numbers below a bound, the same for the same seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function refusedForWantOfCredits(error: unknown): void {
  if (!(error instanceof pg.DatabaseError) || error.code !== 'BA003') throw error;
}

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
