import { randomUUID } from 'node:crypto';
import type pg from 'pg';
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
afterEach(async () => {
  await expect(brokenInvariants(api)).resolves.toEqual([]);
});

/** `received`: all that came and was corrected since the organization was made and emptied. */
const balance = (organization: string) =>
  one<{ available: bigint; held: bigint; received: bigint; spent: bigint; expired: bigint }>(
    owner,
    'select available, held, granted + purchased + refunded + adjusted as received, spent, expired from credit_balances where organization_id = $1',
    [organization],
  );

/** A queued job without a hold, for the hold functions to be called by hand. */
async function bareJob(organization: string): Promise<string> {
  const [job] = await createJobs(api, [jobRequest(organization, { hold_credits: '0' })]);
  return job?.job_id ?? '';
}

/** Lets time pass for an organization's grants. */
const passTime = (organization: string, interval: string) =>
  owner.query(
    `update credit_grants set effective_at = effective_at - $2::interval, created_at = created_at - $2::interval, expires_at = expires_at - $2::interval
      where organization_id = $1`,
    [organization, interval],
  );

describe('credits and debits', () => {
  test('a credit is a lot and a line; the same key again returns the first line', async () => {
    const { id } = await createOrganization(api);
    const first = await one(api, `select * from credit_credits($1, 500, 'purchase', 'order-1', 'five hundred')`, [id]);
    const second = await one(api, `select * from credit_credits($1, 500, 'purchase', 'order-1', 'five hundred')`, [id]);
    expect(first).toMatchObject({
      type: 'purchase',
      amount: 500n,
      available_delta: 500n,
      balance_after: 500n,
      description: 'five hundred',
    });
    expect(second).toEqual(first);
    await expect(balance(id)).resolves.toEqual({ available: 500n, held: 0n, received: 500n, spent: 0n, expired: 0n });
  });

  test('a debit takes at once; the same key again takes nothing', async () => {
    const { id } = await createOrganization(api, 500);
    const first = await one(api, `select * from debit_credits($1, 120, 'correction', 'agreed')`, [id]);
    const second = await one(api, `select * from debit_credits($1, 120, 'correction', 'agreed')`, [id]);
    expect(first).toMatchObject({ type: 'adjust', amount: -120n, balance_after: 380n });
    expect(second).toEqual(first);
    await expect(balance(id)).resolves.toMatchObject({ available: 380n, received: 380n, spent: 0n });
  });

  test('the lines of an organization are numbered without gaps, and cannot be changed, deleted or truncated by the owner either', async () => {
    const { id } = await createOrganization(api, 500);
    await api.query(`select debit_credits($1, 1, 'a'), debit_credits($1, 1, 'b')`, [id]);
    await expect(
      rows(owner, 'select sequence from credit_transactions where organization_id = $1 order by sequence', [id]),
    ).resolves.toEqual([1n, 2n, 3n, 4n, 5n].map((sequence) => ({ sequence })));
    await expect(
      sqlState(owner, 'update credit_transactions set amount = 0 where organization_id = $1', [id]),
    ).resolves.toBe('BA008');
    await expect(sqlState(owner, 'delete from credit_transactions where organization_id = $1', [id])).resolves.toBe(
      'BA008',
    );
    await expect(sqlState(owner, 'truncate credit_transactions')).resolves.toBe('BA008');
    await expect(sqlState(owner, 'delete from credit_transaction_keys where organization_id = $1', [id])).resolves.toBe(
      'BA008',
    );
  });

  test('two organizations may use one key', async () => {
    const [a, b] = [await createOrganization(api), await createOrganization(api)];
    await api.query(`select credit_credits($1, 5, 'grant', 'same'), credit_credits($2, 7, 'grant', 'same')`, [
      a.id,
      b.id,
    ]);
    await expect(balance(a.id)).resolves.toMatchObject({ available: 5n });
    await expect(balance(b.id)).resolves.toMatchObject({ available: 7n });
  });
});

test('grants, purchases, refunds and adjustments are figures of their own; none of them is spent', async () => {
  const { id } = await createOrganization(api, 500);
  const job = await bareJob(id);
  await api.query(`select hold_credits($1, $2, 40, 'hold')`, [id, job]);
  await api.query('select settle_hold($1, 31)', [job]);
  await owner.query(`select private.refund_job($1, $2, 11, 'refund', 'The file was damaged')`, [id, job]);
  await api.query(`select credit_credits($1, 7, 'grant', 'gift'), credit_credits($1, 3, 'adjust', 'up')`, [id]);
  await api.query(`select debit_credits($1, 50, 'down')`, [id]);
  await owner.query(`select private.take_back($1, 100, 'back', 'Chargeback')`, [id]);
  await expect(
    one(
      owner,
      'select granted, purchased, refunded, adjusted, available, held, spent, expired from credit_balances where organization_id = $1',
      [id],
    ),
  ).resolves.toEqual({
    granted: 1007n,
    purchased: 500n,
    refunded: 11n,
    // The organization was emptied of its first 1,000 by an adjustment.
    adjusted: -1047n,
    available: 340n,
    held: 0n,
    spent: 31n,
    expired: 100n,
  });
});

describe('holds', () => {
  test('hold, settle less: the actual is charged and the difference returned', async () => {
    const { id } = await createOrganization(api, 100);
    const job = await bareJob(id);
    const hold = await one(api, `select * from hold_credits($1, $2, 40, 'hold-1')`, [id, job]);
    expect(hold).toMatchObject({ state: 'active', amount: 40n, job_id: job });
    await expect(balance(id)).resolves.toMatchObject({ available: 60n, held: 40n });
    await expect(one(api, 'select * from settle_hold($1, 31)', [job])).resolves.toMatchObject({
      state: 'settled',
      settled_amount: 31n,
    });
    await expect(balance(id)).resolves.toMatchObject({ available: 69n, held: 0n, spent: 31n });
    await expect(one(owner, 'select held_credits, charged_credits from ai_jobs where id = $1', [job])).resolves.toEqual(
      {
        held_credits: 40n,
        charged_credits: 31n,
      },
    );
  });

  test('a release returns the whole hold and says why', async () => {
    const { id } = await createOrganization(api, 100);
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 40, 'hold-1')`, [id, job]);
    await expect(one(api, `select * from release_hold($1, 'provider failed')`, [job])).resolves.toMatchObject({
      state: 'released',
      settled_amount: 0n,
      reason: 'provider failed',
    });
    await expect(balance(id)).resolves.toMatchObject({ available: 100n, held: 0n, spent: 0n });
  });

  test('a hold is resolved once: whatever comes second changes nothing and gets the first result', async () => {
    const { id } = await createOrganization(api, 100);
    const [settled, released] = [await bareJob(id), await bareJob(id)];
    await api.query(`select hold_credits($1, $2, 40, 'h1'), hold_credits($1, $3, 40, 'h2')`, [id, settled, released]);
    await api.query('select settle_hold($1, 31)', [settled]);
    await api.query(`select release_hold($1, 'first')`, [released]);
    const before = await balance(id);
    await expect(one(api, 'select * from settle_hold($1, 7)', [settled])).resolves.toMatchObject({
      state: 'settled',
      settled_amount: 31n,
    });
    await expect(one(api, `select * from release_hold($1, 'late')`, [settled])).resolves.toMatchObject({
      state: 'settled',
    });
    await expect(one(api, 'select * from settle_hold($1, 7)', [released])).resolves.toMatchObject({
      state: 'released',
      reason: 'first',
    });
    await expect(one(api, `select * from release_hold($1, 'late')`, [released])).resolves.toMatchObject({
      reason: 'first',
    });
    await expect(balance(id)).resolves.toEqual(before);
  });

  test('an actual cost above the hold charges the hold; the rest is recorded as the platform’s loss', async () => {
    const { id } = await createOrganization(api, 100);
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 40, 'h')`, [id, job]);
    await expect(one(api, 'select * from settle_hold($1, 55)', [job])).resolves.toMatchObject({ settled_amount: 40n });
    await expect(balance(id)).resolves.toMatchObject({ available: 60n, spent: 40n });
    await expect(
      one(owner, 'select held_credits, actual_credits, overrun_credits from credit_overruns where job_id = $1', [job]),
    ).resolves.toEqual({ held_credits: 40n, actual_credits: 55n, overrun_credits: 15n });
  });

  test('settling for nothing returns everything', async () => {
    const { id } = await createOrganization(api, 100);
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 40, 'h')`, [id, job]);
    await expect(one(api, 'select * from settle_hold($1, 0)', [job])).resolves.toMatchObject({
      state: 'settled',
      settled_amount: 0n,
    });
    await expect(balance(id)).resolves.toMatchObject({ available: 100n, spent: 0n });
  });

  test('the same hold again returns the first; another one for the same job is refused', async () => {
    const { id } = await createOrganization(api, 100);
    const job = await bareJob(id);
    const first = await one(api, `select * from hold_credits($1, $2, 40, 'h')`, [id, job]);
    await expect(one(api, `select * from hold_credits($1, $2, 40, 'h')`, [id, job])).resolves.toEqual(first);
    await expect(sqlState(api, `select hold_credits($1, $2, 41, 'h')`, [id, job])).resolves.toBe('BA014');
    await expect(sqlState(api, `select hold_credits($1, $2, 40, 'other')`, [id, job])).resolves.toBe('BA014');
    await expect(balance(id)).resolves.toMatchObject({ available: 60n, held: 40n });
  });

  test('a job without a hold settles and releases to nothing', async () => {
    const { id } = await createOrganization(api, 100);
    const job = await bareJob(id);
    await expect(one(api, 'select * from settle_hold($1, 3)', [job])).resolves.toMatchObject({
      id: null,
      settled_amount: null,
    });
    await expect(one(api, `select * from release_hold($1, 'x')`, [job])).resolves.toMatchObject({ id: null });
    await expect(balance(id)).resolves.toMatchObject({ available: 100n, spent: 0n });
  });
});

describe('lots', () => {
  const remaining = (organization: string) =>
    rows<{ description: string; remaining: bigint; held: bigint }>(
      owner,
      `select description, remaining, held from credit_grants where organization_id = $1 and description <> '' and description not like 'Monthly%'
        order by description`,
      [organization],
    );

  test('are burnt by priority, then earliest expiry, then oldest', async () => {
    const { id } = await createOrganization(api);
    for (const [name, expiry, priority] of [
      ['d later', `now() + interval '2 days'`, 100],
      ['c never, older', 'null', 100],
      ['e never, newer', 'null', 100],
      ['b sooner', `now() + interval '1 day'`, 100],
      ['a first by priority', 'null', 50],
    ] as const) {
      await api.query(`select credit_credits($1, 10, 'grant', $2, $2, ${expiry}, ${priority})`, [id, name]);
    }
    await api.query(`select debit_credits($1, 25, 'k')`, [id]);
    await expect(remaining(id)).resolves.toEqual([
      { description: 'a first by priority', remaining: 0n, held: 0n },
      { description: 'b sooner', remaining: 0n, held: 0n },
      { description: 'c never, older', remaining: 10n, held: 0n },
      { description: 'd later', remaining: 5n, held: 0n },
      { description: 'e never, newer', remaining: 10n, held: 0n },
    ]);
    await api.query(`select debit_credits($1, 11, 'l')`, [id]);
    expect((await remaining(id)).map((lot) => lot.remaining)).toEqual([0n, 0n, 4n, 0n, 10n]);
  });

  test('a release unwinds the recorded allocation, not today’s order', async () => {
    const { id } = await createOrganization(api);
    await api.query(`select credit_credits($1, 10, 'grant', 'a', 'a')`, [id]);
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 8, 'h')`, [id, job]);
    await api.query(`select credit_credits($1, 10, 'grant', 'b', 'b', now() + interval '1 day')`, [id]);
    await expect(remaining(id)).resolves.toEqual([
      { description: 'a', remaining: 10n, held: 8n },
      { description: 'b', remaining: 10n, held: 0n },
    ]);
    await api.query(`select release_hold($1, 'x')`, [job]);
    await expect(remaining(id)).resolves.toEqual([
      { description: 'a', remaining: 10n, held: 0n },
      { description: 'b', remaining: 10n, held: 0n },
    ]);
  });

  test('a partial settle burns the first part of the allocation', async () => {
    const { id } = await createOrganization(api);
    await api.query(
      `select credit_credits($1, 5, 'grant', 'a', 'a', now() + interval '1 day'), credit_credits($1, 5, 'grant', 'b', 'b')`,
      [id],
    );
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 8, 'h')`, [id, job]);
    await api.query('select settle_hold($1, 6)', [job]);
    await expect(remaining(id)).resolves.toEqual([
      { description: 'a', remaining: 0n, held: 0n },
      { description: 'b', remaining: 4n, held: 0n },
    ]);
  });

  test('an expired lot is never spent, even before anybody swept it', async () => {
    const { id } = await createOrganization(api);
    await api.query(
      `select credit_credits($1, 10, 'grant', 'a', 'a', now() + interval '1 hour'), credit_credits($1, 10, 'grant', 'b', 'b')`,
      [id],
    );
    await passTime(id, '2 hours');
    const job = await bareJob(id);
    await expect(sqlState(api, `select hold_credits($1, $2, 11, 'h')`, [id, job])).resolves.toBe('BA003');
    await api.query(`select hold_credits($1, $2, 10, 'h')`, [id, job]);
    await expect(balance(id)).resolves.toEqual({ available: 0n, held: 10n, received: 20n, spent: 0n, expired: 10n });
    const [refused] = await createJobs(api, [jobRequest(id)]);
    expect(refused).toMatchObject({ outcome: 'insufficient_credits', detail: { available: 0 } });
  });

  test('what expires while it is held stays held, is charged by a settle, and expires when it comes back', async () => {
    const { id } = await createOrganization(api);
    await api.query(`select credit_credits($1, 10, 'grant', 'a', 'a', now() + interval '1 hour')`, [id]);
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 6, 'h')`, [id, job]);
    await passTime(id, '2 hours');
    await expect(one(api, 'select expire_grants(10) as organizations')).resolves.toEqual({ organizations: 1 });
    await expect(balance(id)).resolves.toEqual({ available: 0n, held: 6n, received: 10n, spent: 0n, expired: 4n });
    await api.query('select settle_hold($1, 2)', [job]);
    await expect(balance(id)).resolves.toMatchObject({ available: 4n, held: 0n, spent: 2n });
    await api.query('select expire_grants(10)');
    await expect(balance(id)).resolves.toEqual({ available: 0n, held: 0n, received: 10n, spent: 2n, expired: 8n });
    await expect(one(api, 'select expire_grants(10) as organizations')).resolves.toEqual({ organizations: 0 });
  });

  test('what is taken back comes from the lot that is named, then in burn order, never from holds: one refund line', async () => {
    const { id } = await createOrganization(api);
    const credit = (amount: number, key: string, priority: number) =>
      one<{ grant_id: string }>(api, `select grant_id from credit_credits($1, $2, 'purchase', $3, $3, null, $4)`, [
        id,
        amount,
        key,
        priority,
      ]);
    await credit(20, 'first', 50);
    const { grant_id: lot } = await credit(100, 'named', 100);
    await credit(5, 'last', 200);
    const job = await bareJob(id);
    await api.query(`select hold_credits($1, $2, 30, 'h')`, [id, job]);
    const take = (credits: number, key: string) =>
      one(owner, `select private.take_back($1, $2, $3, 'Refund', $4) as taken`, [id, credits, key, lot]);
    await expect(take(91, 'a')).resolves.toEqual({ taken: 91n });
    await expect(
      rows(
        owner,
        'select description, remaining, held, expired from credit_grants where organization_id = $1 and closed_at is null order by priority',
        [id],
      ),
    ).resolves.toEqual([
      { description: 'first', remaining: 20n, held: 20n, expired: 0n },
      { description: 'named', remaining: 10n, held: 10n, expired: 90n },
      { description: 'last', remaining: 4n, held: 0n, expired: 1n },
    ]);
    await expect(take(90, 'b')).resolves.toEqual({ taken: 4n });
    await expect(take(90, 'c')).resolves.toEqual({ taken: 0n });
    await expect(
      rows(
        owner,
        `select amount from credit_transactions where organization_id = $1 and type = 'refund' order by sequence`,
        [id],
      ),
    ).resolves.toEqual([{ amount: -91n }, { amount: -4n }]);
    await expect(balance(id)).resolves.toEqual({ available: 0n, held: 30n, received: 125n, spent: 0n, expired: 95n });
  });
});

describe('bad input raises a stable SQLSTATE with a hint, and changes nothing', () => {
  const nobody = randomUUID();

  test.each([
    ['a negative credit', `select credit_credits(ORG, -5, 'grant', 'k')`, 'BA001'],
    ['a credit of nothing', `select credit_credits(ORG, 0, 'grant', 'k')`, 'BA001'],
    ['a credit of null', `select credit_credits(ORG, null, 'grant', 'k')`, 'BA001'],
    ['a credit without a key', `select credit_credits(ORG, 5, 'grant', null)`, 'BA001'],
    ['a credit with an empty key', `select credit_credits(ORG, 5, 'grant', '')`, 'BA001'],
    ['a key of the ledger’s own', `select credit_credits(ORG, 5, 'grant', 'hold:1')`, 'BA001'],
    ['a credit of a kind that takes', `select credit_credits(ORG, 5, 'settle', 'k')`, 'BA001'],
    ['a credit to nobody', `select credit_credits('${nobody}', 5, 'grant', 'k')`, 'BA002'],
    ['a credit to null', `select credit_credits(null, 5, 'grant', 'k')`, 'BA001'],
    [
      'a grant that is expired already',
      `select credit_credits(ORG, 5, 'grant', 'k', '', now() - interval '1 second')`,
      'BA006',
    ],
    ['another amount under a known key', `select credit_credits(ORG, 5, 'purchase', 'start')`, 'BA004'],
    ['a debit under the key of a credit', `select debit_credits(ORG, 5, 'start')`, 'BA004'],
    ['a negative debit', `select debit_credits(ORG, -5, 'k')`, 'BA001'],
    ['a debit of nothing', `select debit_credits(ORG, 0, 'k')`, 'BA001'],
    ['a debit beyond the balance', `select debit_credits(ORG, 101, 'k')`, 'BA003'],
    ['a debit of nobody', `select debit_credits('${nobody}', 5, 'k')`, 'BA002'],
    ['a negative hold', `select hold_credits(ORG, JOB, -1, 'k')`, 'BA001'],
    ['a hold of nothing', `select hold_credits(ORG, JOB, 0, 'k')`, 'BA001'],
    ['a hold without a job', `select hold_credits(ORG, null, 1, 'k')`, 'BA001'],
    ['a hold beyond the balance', `select hold_credits(ORG, JOB, 101, 'k')`, 'BA003'],
    ['a hold under a key of a credit', `select hold_credits(ORG, JOB, 1, 'start')`, 'BA004'],
    ['a hold for another organization’s job', `select hold_credits(OTHER, JOB, 1, 'k')`, 'BA007'],
    ['a hold that is expired already', `select hold_credits(ORG, JOB, 1, 'k', now() - interval '1 second')`, 'BA006'],
    ['a negative settle', 'select settle_hold(JOB, -1)', 'BA001'],
    ['a settle of an unknown job', `select settle_hold('${nobody}', 1)`, 'BA007'],
    ['a release of an unknown job', `select release_hold('${nobody}', 'x')`, 'BA007'],
    ['an unknown plan', `select private.set_plan(ORG, 'platinum')`, 'BA005'],
    ['a plan for nobody', `select private.set_plan('${nobody}', 'pro')`, 'BA002'],
    ['a limit of nothing', `select check_rate_limit('b', 0, 60)`, 'BA001'],
    ['a window of nothing', `select check_rate_limit('b', 10, 0)`, 'BA001'],
    ['a cost above the limit', `select check_rate_limit('b', 10, 60, 11)`, 'BA001'],
    ['a negative cost', `select check_rate_limit('b', 10, 60, -1)`, 'BA001'],
    ['a bucket of null', `select check_rate_limit(null, 10, 60)`, 'BA001'],
    ['events that are no array', `select append_events('{}')`, 'BA001'],
    [
      'an event without a type',
      `select append_events(jsonb_build_array(jsonb_build_object('organization_id', ORG)))`,
      'BA001',
    ],
    [
      'an event of an odd type',
      `select append_events(jsonb_build_array(jsonb_build_object('organization_id', ORG, 'type', 'Nonsense')))`,
      'BA001',
    ],
    ['an event of nobody', `select append_events('[{"type": "job.queued", "organization_id": "${nobody}"}]')`, 'BA002'],
    ['requests that are no array', `select create_ai_jobs('{}')`, 'BA001'],
    ['requests of null', 'select create_ai_jobs(null)', 'BA001'],
  ])('%s', async (_name, sql, expected) => {
    const { id } = await createOrganization(api, 100);
    const other = await createOrganization(api, 100);
    const job = await bareJob(id);
    const before = await one(
      owner,
      'select count(*) as lines, (select sum(available) from credit_balances) as sum from credit_transactions',
    );
    await expect(
      api.query(
        sql.replace('ORG', `'${id}'::uuid`).replace('OTHER', `'${other.id}'::uuid`).replace('JOB', `'${job}'::uuid`),
      ),
    ).rejects.toMatchObject({ code: expected, hint: expect.stringMatching(/\w/) });
    await expect(
      one(
        owner,
        'select count(*) as lines, (select sum(available) from credit_balances) as sum from credit_transactions',
      ),
    ).resolves.toEqual(before);
  });

  test('frozen credits are neither held nor debited, but may still come back and be added', async () => {
    const { id } = await createOrganization(api, 100);
    const [job, later] = [await bareJob(id), await bareJob(id)];
    await api.query(`select hold_credits($1, $2, 10, 'h')`, [id, job]);
    await api.query(`select private.freeze_credits($1, 'sums differ')`, [id]);
    await expect(sqlState(api, `select debit_credits($1, 1, 'k')`, [id])).resolves.toBe('BA011');
    await expect(sqlState(api, `select hold_credits($1, $2, 1, 'k')`, [id, later])).resolves.toBe('BA011');
    expect((await createJobs(api, [jobRequest(id)]))[0]).toMatchObject({
      outcome: 'organization_unavailable',
      detail: { reason: 'frozen' },
    });
    await api.query(`select release_hold($1, 'x'), credit_credits($2, 5, 'grant', 'g')`, [job, id]);
    await api.query('select private.unfreeze_credits($1)', [id]);
    await expect(balance(id)).resolves.toMatchObject({ available: 105n });
  });
});

test('check_ledger names the invariant that is broken, with what should be and what is', async () => {
  const { id } = await createOrganization(api, 100);
  await owner.query('begin');
  await owner.query(
    'update credit_grants set remaining = remaining - 1, spent = spent + 1 where organization_id = $1 and remaining > 0',
    [id],
  );
  const broken = await rows(owner, 'select invariant, expected, actual from check_ledger($1)', [id]);
  await owner.query('rollback');
  expect(broken).toEqual([
    { invariant: 'available + held = remainders of the grants', expected: 99n, actual: 100n },
    { invariant: 'spent + adjusted down = spent of the grants', expected: 1001n, actual: 1000n },
  ]);
});

describe('what happens to credits is told', () => {
  const told = (id: string) =>
    rows<{ type: string; data: Record<string, unknown> }>(
      owner,
      `select type, data from events where organization_id = $1 and type like 'credits.%' order by sequence`,
      [id],
    );
  /** Only what came after the organization was made and emptied. */
  const since = async (id: string, work: () => Promise<unknown>) => {
    const before = (await told(id)).length;
    await work();
    return (await told(id)).slice(before).map(({ type }) => type);
  };
  const job = (id: string, credits: number) => createJobs(api, [jobRequest(id, { hold_credits: String(credits) })]);

  test('credits that come and credits that expire, with their lot', async () => {
    const { id } = await createOrganization(api);
    await expect(
      since(id, () => api.query(`select credit_credits($1, 500, 'purchase', 'order')`, [id])),
    ).resolves.toEqual(['credits.granted']);
    // The same order again is no second arrival.
    await expect(
      since(id, () => api.query(`select credit_credits($1, 500, 'purchase', 'order')`, [id])),
    ).resolves.toEqual([]);
    await owner.query(
      `update credit_grants set effective_at = now() - interval '2 days', expires_at = now() - interval '1 day' where organization_id = $1 and source = 'purchase'`,
      [id],
    );
    await expect(since(id, () => api.query('select expire_grants(1000)'))).resolves.toEqual([
      'credits.expired',
      'credits.low',
      'credits.exhausted',
    ]);
    expect((await told(id)).find(({ type }) => type === 'credits.expired')?.data).toMatchObject({ amount: 500 });
  });

  test('a balance below its threshold once, however often holds come and go; again after it had recovered', async () => {
    const { id } = await createOrganization(api, 400);
    await api.query('select private.set_low_threshold($1, 300)', [id]);
    const [first] = await job(id, 90);
    await expect(since(id, () => job(id, 20))).resolves.toEqual(['credits.low']);
    await expect(since(id, () => job(id, 20))).resolves.toEqual([]);
    await api.query('select settle_hold($1, 60)', [first?.job_id]);
    // 300 of 300 is not yet recovered; 330 is.
    await expect(since(id, () => job(id, 30))).resolves.toEqual([]);
    await api.query(`select credit_credits($1, 100, 'grant', 'more')`, [id]);
    await expect(since(id, () => job(id, 100))).resolves.toEqual(['credits.low']);
  });

  test('a balance that is used up, and never a rolled-back one', async () => {
    const { id } = await createOrganization(api, 400);
    await api.query('begin');
    await api.query(`select debit_credits($1, 400, 'undone')`, [id]);
    await api.query('rollback');
    await expect(since(id, () => job(id, 400))).resolves.toEqual(['credits.low', 'credits.exhausted']);
  });

  test('a threshold of nothing is never passed, a negative one refused', async () => {
    const { id } = await createOrganization(api, 50);
    await api.query('select private.set_low_threshold($1, 0)', [id]);
    await expect(since(id, () => job(id, 50))).resolves.toEqual(['credits.exhausted']);
    await expect(sqlState(api, 'select private.set_low_threshold($1, -1)', [id])).resolves.toBe('BA001');
  });
});
