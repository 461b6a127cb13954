import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import {
  brokenInvariants,
  connect,
  createJobs,
  createOrganization,
  createUser,
  eventPosition,
  jobRequest,
  one,
  rows,
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

const outcomes = async (requests: Record<string, unknown>[]) =>
  (await createJobs(api, requests)).map(({ outcome }) => outcome);

const cap = (organization: string, key: string, credits: number | null) =>
  api.query('select private.set_key_cap($1, $2, $3)', [organization, key, credits]);

const quote = async (organization: string, maximum = 5, overrides: Record<string, unknown> = {}) => {
  const id = randomUUID();
  const given = { model: 'sandbox/image', input_hash: 'input', ...overrides };
  await api.query(`select private.create_quote($1, $2, null, $3, $4, $5, $5, '{}', 1)`, [
    id,
    organization,
    given.model,
    given.input_hash,
    maximum,
  ]);
  return id;
};

test('one accepted request is one job, one hold, one ledger line, one event and one balance, together', async () => {
  const { id, owner: user } = await createOrganization(api, 100);
  const request = jobRequest(id, {
    user_id: user,
    hold_credits: '7',
    estimated_credits: '6',
    metadata: { tag: 'x' },
    priority: 20,
  });
  const before = await eventPosition(api, id);
  const [created] = await createJobs(api, [request]);
  expect(created).toMatchObject({
    ordinal: 1,
    outcome: 'created',
    job_id: request['id'],
    job_status: 'queued',
    detail: {},
  });
  await expect(one(owner, 'select * from ai_jobs where id = $1', [request['id']])).resolves.toMatchObject({
    organization_id: id,
    user_id: user,
    status: 'queued',
    held_credits: 7n,
    estimated_credits: 6n,
    input: { prompt: 'a fox' },
    metadata: { tag: 'x' },
    priority: 20,
    attempt: 0,
  });
  await expect(
    one(owner, 'select amount, state from credit_holds where job_id = $1', [request['id']]),
  ).resolves.toEqual({ amount: 7n, state: 'active' });
  await expect(
    rows(
      owner,
      'select type, available_delta, held_delta, balance_after, held_after from credit_transactions where job_id = $1',
      [request['id']],
    ),
  ).resolves.toEqual([{ type: 'hold', available_delta: -7n, held_delta: 7n, balance_after: 93n, held_after: 7n }]);
  await expect(
    rows(owner, 'select type, sequence, data from events where subject_id = $1', [request['id']]),
  ).resolves.toEqual([
    {
      type: 'job.queued',
      sequence: before + 1n,
      data: { jobId: request['id'], type: 'image', model: 'sandbox/image', status: 'queued', heldCredits: 7 },
    },
  ]);
});

test('a batch accepts, in order, exactly those that the balance covers; a smaller one behind a refused one still fits', async () => {
  const { id } = await createOrganization(api, 20);
  const sizes = ['8', '8', '8', '4', '1'];
  const created = await createJobs(
    api,
    sizes.map((size) => jobRequest(id, { hold_credits: size })),
  );
  expect(created.map(({ outcome }) => outcome)).toEqual([
    'created',
    'created',
    'insufficient_credits',
    'created',
    'insufficient_credits',
  ]);
  expect(created[2]?.detail).toEqual({ required: 8, available: 4 });
  expect(created[4]?.detail).toEqual({ required: 1, available: 0 });
  await expect(
    one(owner, 'select available, held from credit_balances where organization_id = $1', [id]),
  ).resolves.toEqual({ available: 0n, held: 20n });
});

test('a batch of many organizations keeps each one’s balance, order and sequences apart', async () => {
  const [a, b, c] = [
    await createOrganization(api, 10),
    await createOrganization(api, 5),
    await createOrganization(api, 0),
  ];
  const before = new Map(
    await Promise.all([a, b, c].map(async ({ id }) => [id, await eventPosition(owner, id)] as const)),
  );
  const requests = [a, b, c, a, b, a].map(({ id }) => jobRequest(id));
  await expect(outcomes(requests)).resolves.toEqual([
    'created',
    'created',
    'insufficient_credits',
    'created',
    'insufficient_credits',
    'insufficient_credits',
  ]);
  await expect(
    rows(
      owner,
      `select organization_id, sequence from events where organization_id = any ($1) and type = 'job.queued' order by 1, 2`,
      [[a.id, b.id, c.id]],
    ),
  ).resolves.toEqual(
    [
      { organization_id: a.id, sequence: (before.get(a.id) ?? 0n) + 1n },
      { organization_id: a.id, sequence: (before.get(a.id) ?? 0n) + 2n },
      { organization_id: b.id, sequence: (before.get(b.id) ?? 0n) + 1n },
    ].sort((x, y) => (x.organization_id < y.organization_id ? -1 : x.organization_id > y.organization_id ? 1 : 0)),
  );
});

test('holds of one batch are allocated over the lots in burn order, request by request', async () => {
  const { id } = await createOrganization(api);
  await api.query(
    `select credit_credits($1, 7, 'grant', 'a', 'a', now() + interval '1 day'), credit_credits($1, 20, 'grant', 'b', 'b')`,
    [id],
  );
  const requests = [4, 5, 6].map((size) => jobRequest(id, { hold_credits: String(size) }));
  await createJobs(api, requests);
  const lots = await rows<{ id: string; description: string }>(
    owner,
    `select id, description from credit_grants where organization_id = $1 and description in ('a', 'b')`,
    [id],
  );
  const lot = (name: string) => lots.find(({ description }) => description === name)?.id;
  const allocations = await rows<{ job_id: string; allocation: unknown }>(
    owner,
    'select job_id, allocation from credit_holds where organization_id = $1',
    [id],
  );
  const of = (place: number) => allocations.find(({ job_id }) => job_id === requests[place]?.['id'])?.allocation;
  expect(of(0)).toEqual([{ grant_id: lot('a'), amount: 4 }]);
  expect(of(1)).toEqual([
    { grant_id: lot('a'), amount: 3 },
    { grant_id: lot('b'), amount: 2 },
  ]);
  expect(of(2)).toEqual([{ grant_id: lot('b'), amount: 6 }]);
});

describe('idempotency', () => {
  test('the same key and request again returns the first job, with its state of now', async () => {
    const { id } = await createOrganization(api, 100);
    const [first] = await createJobs(api, [jobRequest(id, { idempotency_key: 'k' })]);
    await owner.query(`update ai_jobs set status = 'processing' where id = $1`, [first?.job_id]);
    const [second] = await createJobs(api, [jobRequest(id, { idempotency_key: 'k' })]);
    expect(second).toMatchObject({ outcome: 'replayed', job_id: first?.job_id, job_status: 'processing' });
    await expect(one(owner, 'select held from credit_balances where organization_id = $1', [id])).resolves.toEqual({
      held: 5n,
    });
  });

  test('the same key with another request is a conflict, here and in the same batch', async () => {
    const { id } = await createOrganization(api, 100);
    const requests = [
      jobRequest(id, { idempotency_key: 'k' }),
      jobRequest(id, { idempotency_key: 'k' }),
      jobRequest(id, { idempotency_key: 'k', request_hash: 'other' }),
    ];
    await expect(outcomes(requests)).resolves.toEqual(['created', 'replayed', 'idempotency_conflict']);
    await expect(outcomes([jobRequest(id, { idempotency_key: 'k', request_hash: 'other' })])).resolves.toEqual([
      'idempotency_conflict',
    ]);
  });

  test('a refused request does not use up its key', async () => {
    const { id } = await createOrganization(api, 4);
    const request = jobRequest(id, { idempotency_key: 'k' });
    await expect(outcomes([request, jobRequest(id, { idempotency_key: 'k', hold_credits: '3' })])).resolves.toEqual([
      'insufficient_credits',
      'created',
    ]);
    const { id: other } = await createOrganization(api, 4);
    await expect(outcomes([jobRequest(other, { idempotency_key: 'k' })])).resolves.toEqual(['insufficient_credits']);
    await api.query(`select credit_credits($1, 1, 'purchase', 'more')`, [other]);
    await expect(outcomes([jobRequest(other, { idempotency_key: 'k' })])).resolves.toEqual(['created']);
  });

  test('a call whose answer was lost can be sent again without a key: its id says that it was made', async () => {
    const { id } = await createOrganization(api, 100);
    const request = jobRequest(id);
    await createJobs(api, [request]);
    await expect(outcomes([request, request])).resolves.toEqual(['replayed', 'replayed']);
    await expect(one(owner, 'select held from credit_balances where organization_id = $1', [id])).resolves.toEqual({
      held: 5n,
    });
  });

  test('a key belongs to its organization', async () => {
    const [a, b] = [await createOrganization(api, 10), await createOrganization(api, 10)];
    await expect(
      outcomes([jobRequest(a.id, { idempotency_key: 'k' }), jobRequest(b.id, { idempotency_key: 'k' })]),
    ).resolves.toEqual(['created', 'created']);
  });

  test('a key that another operation took is a conflict; one that was locked for this very request is completed', async () => {
    const { id } = await createOrganization(api, 100);
    await owner.query(
      `insert into idempotency_keys (organization_id, key, operation, request_hash, resource_id, state) values
         ($1, 'taken', 'webhooks.create', 'other', gen_random_uuid(), 'done'), ($1, 'locked', 'ai.create-job', 'hash', null, 'in_progress')`,
      [id],
    );
    const request = jobRequest(id, { idempotency_key: 'locked' });
    await expect(outcomes([jobRequest(id, { idempotency_key: 'taken' }), request])).resolves.toEqual([
      'idempotency_conflict',
      'created',
    ]);
    await expect(
      one(owner, `select resource_id from idempotency_keys where key = 'locked' and organization_id = $1`, [id]),
    ).resolves.toEqual({
      resource_id: request['id'],
    });
  });

  test('twenty callers with one key make one job', async () => {
    const { id } = await createOrganization(api, 1000);
    const pool = new pg.Pool({ connectionString: database.apiUrl, max: 8 });
    const all = await Promise.all(
      Array.from({ length: 20 }, () => createJobs(pool, [jobRequest(id, { idempotency_key: 'k' })])),
    );
    await pool.end();
    const created = all.flat();
    expect(created.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(new Set(created.map(({ job_id }) => job_id)).size).toBe(1);
  });
});

describe('quotes', () => {
  test('cap what is held, and serve once', async () => {
    const { id } = await createOrganization(api, 100);
    const quoteId = await quote(id, 4);
    const requests = [1, 2].map(() => jobRequest(id, { quote_id: quoteId, input_hash: 'input', hold_credits: '9' }));
    await expect(outcomes(requests)).resolves.toEqual(['created', 'quote_invalid']);
    await expect(outcomes([jobRequest(id, { quote_id: quoteId, input_hash: 'input' })])).resolves.toEqual([
      'quote_invalid',
    ]);
    await expect(one(owner, 'select held_credits from ai_jobs where quote_id = $1', [quoteId])).resolves.toEqual({
      held_credits: 4n,
    });
    await expect(one(owner, 'select used_by_job from quotes where id = $1', [quoteId])).resolves.toEqual({
      used_by_job: requests[0]?.['id'],
    });
  });

  test('are refused when expired, foreign, unknown, for another model or another input', async () => {
    const [{ id }, other] = [await createOrganization(api, 100), await createOrganization(api, 100)];
    const [expired, foreign, otherModel, otherInput] = [
      await quote(id),
      await quote(other.id),
      await quote(id, 5, { model: 'x/y' }),
      await quote(id, 5, { input_hash: 'z' }),
    ];
    await owner.query(`update quotes set expires_at = now() where id = $1`, [expired]);
    const using = (quoteId: string) => jobRequest(id, { quote_id: quoteId, input_hash: 'input' });
    await expect(outcomes([expired, foreign, randomUUID(), otherModel, otherInput].map(using))).resolves.toEqual([
      'quote_expired',
      'quote_invalid',
      'quote_invalid',
      'quote_invalid',
      'quote_invalid',
    ]);
  });
});

describe('budgets', () => {
  const budget = (organization: string, scope: string, credits: number, subject: Record<string, unknown> = {}) =>
    owner.query(
      `insert into budgets (organization_id, scope, monthly_credits, user_id, api_key_id, project_id, hard_stop)
       values ($1, $2, $3, $4, $5, $6, coalesce($7::boolean, true))`,
      [
        organization,
        scope,
        credits,
        subject['user_id'],
        subject['api_key_id'],
        subject['project_id'],
        subject['hard_stop'],
      ],
    );
  const usage = (organization: string) =>
    one(
      owner,
      'select sum(reserved)::bigint as reserved, sum(spent)::bigint as spent from budget_usage where organization_id = $1',
      [organization],
    );

  test('stop what would exceed them, say by how much, and count what was held, charged and returned', async () => {
    const { id } = await createOrganization(api, 1000);
    await budget(id, 'organization', 12);
    const requests = [5, 5, 5, 2].map((size) => jobRequest(id, { hold_credits: String(size) }));
    const created = await createJobs(api, requests);
    expect(created.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'budget_exceeded', 'created']);
    expect(created[2]?.detail).toMatchObject({ scope: 'organization', limit: 12, used: 10, required: 5 });
    await expect(usage(id)).resolves.toEqual({ reserved: 12n, spent: 0n });
    await api.query(`select settle_hold($1, 3), release_hold($2, 'x')`, [requests[0]?.['id'], requests[1]?.['id']]);
    await expect(usage(id)).resolves.toEqual({ reserved: 2n, spent: 3n });
    await expect(
      outcomes([jobRequest(id, { hold_credits: '7' }), jobRequest(id, { hold_credits: '1' })]),
    ).resolves.toEqual(['created', 'budget_exceeded']);
  });

  test('of a member, a key and a project count only their own jobs; the tightest decides, and a refusal counts nowhere', async () => {
    const { id, owner: user } = await createOrganization(api, 1000);
    const other = await createUser(api, 'other');
    await owner.query(`insert into organization_members (organization_id, user_id, role) values ($1, $2, 'creator')`, [
      id,
      other,
    ]);
    const { id: project } = await one<{ id: string }>(
      owner,
      `insert into projects (organization_id, name) values ($1, 'p') returning id`,
      [id],
    );
    await budget(id, 'organization', 100);
    await budget(id, 'member', 10, { user_id: user });
    await budget(id, 'project', 5, { project_id: project });
    await expect(
      outcomes([
        jobRequest(id, { user_id: user, hold_credits: '6' }),
        jobRequest(id, { user_id: user, hold_credits: '5' }),
        jobRequest(id, { user_id: other, hold_credits: '50' }),
        jobRequest(id, { user_id: user, project_id: project, hold_credits: '4' }),
        jobRequest(id, { user_id: other, project_id: project, hold_credits: '2' }),
        jobRequest(id, { user_id: other, hold_credits: '41' }),
      ]),
    ).resolves.toEqual(['created', 'budget_exceeded', 'created', 'created', 'budget_exceeded', 'budget_exceeded']);
    await expect(
      rows(
        owner,
        'select b.scope::text, u.reserved from budgets b join budget_usage u on u.budget_id = b.id where b.organization_id = $1 order by b.scope',
        [id],
      ),
    ).resolves.toEqual([
      { scope: 'organization', reserved: 60n },
      { scope: 'member', reserved: 10n },
      { scope: 'project', reserved: 4n },
    ]);
  });

  test('the monthly cap of an API key is one', async () => {
    const { id } = await createOrganization(api, 1000);
    const { id: key } = await one<{ id: string }>(
      owner,
      `insert into api_keys (organization_id, name, key_id, secret_hash, mode) values ($1, 'k', $2, sha256('x'), 'live') returning id`,
      [id, `key-${id}`],
    );
    await cap(id, key, 8);
    const request = () => jobRequest(id, { api_key_id: key });
    await expect(outcomes([request(), request(), jobRequest(id)])).resolves.toEqual([
      'created',
      'budget_exceeded',
      'created',
    ]);
    await cap(id, key, null);
    await expect(outcomes([request()])).resolves.toEqual(['created']);
  });

  test('that only alert let pass, and announce each threshold once', async () => {
    const { id } = await createOrganization(api, 1000);
    await budget(id, 'organization', 10, { hard_stop: false });
    for (const size of ['4', '1', '1', '3', '9']) await createJobs(api, [jobRequest(id, { hold_credits: size })]);
    await expect(
      rows(
        owner,
        `select type, (data ->> 'percent')::int as percent from events where organization_id = $1 and type like 'budget%' order by sequence`,
        [id],
      ),
    ).resolves.toEqual([
      { type: 'budget.threshold', percent: 50 },
      { type: 'budget.threshold', percent: 80 },
      { type: 'budget.exceeded', percent: 100 },
    ]);
  });
});

describe('budgets of those who come and go', () => {
  const usedOf = (organization: string) =>
    one(
      owner,
      `select count(*) as budgets, coalesce(sum(u.reserved), 0)::bigint as reserved
         from budgets b left join budget_usage u on u.budget_id = b.id where b.organization_id = $1`,
      [organization],
    );

  test('a key that replaces another one goes on under its budget, and both count in it during the overlap', async () => {
    const { id } = await createOrganization(api, 1000);
    const newKey = async (from: string | null) =>
      (
        await one<{ id: string }>(
          owner,
          `insert into api_keys (organization_id, name, key_id, secret_hash, mode, rotated_from)
           values ($1, 'k', $2, sha256('x'), 'live', $3) returning id`,
          [id, randomUUID().slice(0, 13), from],
        )
      ).id;
    const first = await newKey(null);
    await cap(id, first, 12);
    const second = await newKey(first);
    const third = await newKey(second);
    await expect(
      outcomes([first, second, third, first].map((key) => jobRequest(id, { api_key_id: key }))),
    ).resolves.toEqual(['created', 'created', 'budget_exceeded', 'budget_exceeded']);
    await cap(id, third, 15);
    await expect(outcomes([jobRequest(id, { api_key_id: third })])).resolves.toEqual(['created']);
    await expect(usedOf(id)).resolves.toEqual({ budgets: 1n, reserved: 15n });
  });

  test('a member who leaves takes the budget along', async () => {
    const { id } = await createOrganization(api, 1000);
    const person = await createUser(api, 'guest');
    await owner.query(`insert into organization_members (organization_id, user_id, role) values ($1, $2, 'creator')`, [
      id,
      person,
    ]);
    await owner.query(
      `insert into budgets (organization_id, scope, user_id, monthly_credits) values ($1, 'member', $2, 6)`,
      [id, person],
    );
    await expect(outcomes([jobRequest(id, { user_id: person }), jobRequest(id, { user_id: person })])).resolves.toEqual(
      ['created', 'budget_exceeded'],
    );
    await owner.query('delete from organization_members where organization_id = $1 and user_id = $2', [id, person]);
    await expect(usedOf(id)).resolves.toEqual({ budgets: 0n, reserved: 0n });
    // A job that still ran under it ends like any other.
    await owner.query(`select settle_hold(id, 3) from ai_jobs where organization_id = $1`, [id]);
  });

  test('a long line of parked jobs that nobody can pay does not stand before somebody else’s', async () => {
    const [broke, spent, closed, rich] = [
      await createOrganization(api, 0),
      await createOrganization(api, 100),
      await createOrganization(api, 0),
      await createOrganization(api, 0),
    ];
    await owner.query(`insert into budgets (organization_id, scope, monthly_credits) values ($1, 'organization', 3)`, [
      spent.id,
    ]);
    for (const { id } of [broke, spent, closed]) {
      await createJobs(
        api,
        Array.from({ length: 5 }, () => jobRequest(id, { park_when_unfunded: true })),
      );
    }
    await api.query(`select credit_credits($1, 50, 'purchase', 'funds')`, [closed.id]);
    await owner.query(`update organizations set status = 'suspended' where id = $1`, [closed.id]);
    const waiting = jobRequest(rich.id, { park_when_unfunded: true });
    await createJobs(api, [waiting]);
    await api.query(`select credit_credits($1, 5, 'purchase', 'funds')`, [rich.id]);
    await expect(rows(owner, 'select job_id from private.resume_parked_jobs(3)')).resolves.toEqual([
      { job_id: waiting['id'] },
    ]);
  });
});

describe('parking', () => {
  test('an uncovered job parks when asked to, holds nothing, and is resumed, oldest first, when funds come', async () => {
    const { id } = await createOrganization(api, 3);
    const requests = [
      jobRequest(id, { park_when_unfunded: true }),
      jobRequest(id, { park_when_unfunded: true }),
      jobRequest(id, { hold_credits: '3' }),
    ];
    const created = await createJobs(api, requests);
    expect(created.map(({ outcome }) => outcome)).toEqual(['parked', 'parked', 'created']);
    expect(created[0]).toMatchObject({
      job_status: 'awaiting_funds',
      detail: { reason: 'insufficient_credits', required: 5, available: 3 },
    });
    const worker = await connect(database.workerUrl);
    await expect(rows(worker, 'select * from private.resume_parked_jobs()')).resolves.toEqual([]);
    await api.query(`select credit_credits($1, 6, 'purchase', 'more')`, [id]);
    await expect(rows(worker, 'select job_id from private.resume_parked_jobs()')).resolves.toEqual([
      { job_id: requests[0]?.['id'] },
    ]);
    await worker.end();
    await expect(
      rows(owner, 'select status::text, held_credits from ai_jobs where organization_id = $1 order by held_credits', [
        id,
      ]),
    ).resolves.toEqual([
      { status: 'awaiting_funds', held_credits: 0n },
      { status: 'queued', held_credits: 3n },
      { status: 'queued', held_credits: 5n },
    ]);
    await expect(
      rows(owner, `select type from events where organization_id = $1 and type like 'job.%' order by sequence`, [id]),
    ).resolves.toEqual(
      ['job.awaiting_funds', 'job.awaiting_funds', 'job.queued', 'job.queued'].map((type) => ({ type })),
    );
  });

  test('a job that a budget stopped is not resumed before the budget allows it', async () => {
    const { id } = await createOrganization(api, 100);
    await owner.query(`insert into budgets (organization_id, scope, monthly_credits) values ($1, 'organization', 3)`, [
      id,
    ]);
    await expect(outcomes([jobRequest(id, { park_when_unfunded: true })])).resolves.toEqual(['parked']);
    await expect(rows(owner, 'select * from private.resume_parked_jobs()')).resolves.toEqual([]);
    await owner.query('update budgets set monthly_credits = 10 where organization_id = $1', [id]);
    await expect(rows(owner, 'select * from private.resume_parked_jobs()')).resolves.toHaveLength(1);
    await expect(one(owner, 'select reserved from budget_usage where organization_id = $1', [id])).resolves.toEqual({
      reserved: 5n,
    });
  });
});

test('a test-mode job holds nothing and moves no credits, even without any', async () => {
  const { id } = await createOrganization(api, 0);
  const request = jobRequest(id, { test_mode: true });
  await expect(outcomes([request])).resolves.toEqual(['created']);
  await api.query('select settle_hold($1, 5)', [request['id']]);
  await expect(
    one(owner, 'select available, held, spent from credit_balances where organization_id = $1', [id]),
  ).resolves.toEqual({ available: 0n, held: 0n, spent: 0n });
  await expect(rows(owner, 'select 1 from credit_overruns where job_id = $1', [request['id']])).resolves.toEqual([]);
});

test('maxCredits caps what is held, and the answer says so', async () => {
  const { id } = await createOrganization(api, 100);
  const [job] = await createJobs(api, [jobRequest(id, { hold_credits: '9', max_credits: '6' })]);
  expect(job).toMatchObject({ outcome: 'created', detail: { held: 6 } });
  await expect(one(owner, 'select held from credit_balances where organization_id = $1', [id])).resolves.toEqual({
    held: 6n,
  });
});

test('an unknown, suspended or deleted organization gets nothing, and does not disturb the others of the batch', async () => {
  const [good, suspended, deleted] = [
    await createOrganization(api, 10),
    await createOrganization(api, 10),
    await createOrganization(api, 10),
  ];
  await owner.query(`update organizations set status = 'suspended' where id = $1`, [suspended.id]);
  await owner.query('select private.delete_organization($1)', [deleted.id]);
  const created = await createJobs(
    api,
    [suspended.id, randomUUID(), good.id, deleted.id].map((id) => jobRequest(id)),
  );
  expect(created.map(({ outcome, detail }) => [outcome, detail['reason']])).toEqual([
    ['organization_unavailable', 'suspended'],
    ['organization_unavailable', 'unknown'],
    ['created', undefined],
    ['organization_unavailable', 'unknown'],
  ]);
});

test('a request that makes no sense is refused alone', async () => {
  const { id } = await createOrganization(api, 100);
  const other = await createOrganization(api, 100);
  const { id: foreignProject } = await one<{ id: string }>(
    owner,
    `insert into projects (organization_id, name) values ($1, 'p') returning id`,
    [other.id],
  );
  const [taken] = await createJobs(api, [jobRequest(other.id)]);
  const created = await createJobs(api, [
    jobRequest(id, { hold_credits: '-1' }),
    jobRequest(id, { hold_credits: null }),
    jobRequest(id, { model: null }),
    jobRequest(id, { project_id: foreignProject }),
    jobRequest(id, { api_key_id: randomUUID() }),
    jobRequest(id, { user_id: randomUUID() }),
    jobRequest(id, { idempotency_key: '' }),
    jobRequest(id, { id: taken?.job_id }),
    jobRequest(id),
  ]);
  expect(created.map(({ outcome }) => outcome)).toEqual([
    ...Array.from({ length: 8 }, () => 'invalid_request'),
    'created',
  ]);
  expect(created[3]?.detail).toEqual({ reason: 'project_id is not of this organization' });
});

test('an empty batch is no error', async () => {
  await expect(createJobs(api, [])).resolves.toEqual([]);
});

test('1,000 concurrent callers against a balance for 25 get exactly 25 jobs', async () => {
  const { id } = await createOrganization(api, 25 * 5);
  const pool = new pg.Pool({ connectionString: database.apiUrl, max: 20 });
  const all = (await Promise.all(Array.from({ length: 1000 }, () => createJobs(pool, [jobRequest(id)])))).flat();
  await pool.end();
  expect(all.filter(({ outcome }) => outcome === 'created')).toHaveLength(25);
  expect(all.filter(({ outcome }) => outcome === 'insufficient_credits')).toHaveLength(975);
  await expect(
    one(owner, 'select available, held from credit_balances where organization_id = $1', [id]),
  ).resolves.toEqual({ available: 0n, held: 125n });
  await expect(one(owner, 'select count(*) as jobs from ai_jobs where organization_id = $1', [id])).resolves.toEqual({
    jobs: 25n,
  });
  await expect(
    one(
      owner,
      `select count(*) filter (where type = 'job.queued') as queued, count(*) = max(sequence) as gapless from events where organization_id = $1`,
      [id],
    ),
  ).resolves.toEqual({ queued: 25n, gapless: true });
}, 60_000);

describe('cancel', () => {
  test('a waiting job is canceled, its whole hold returned, and told; again it has ended', async () => {
    const { id } = await createOrganization(api, 100);
    const [job] = await createJobs(api, [jobRequest(id)]);
    const cancel = (organization: string) =>
      one(api, 'select cancel_ai_job($1, $2) as answer', [organization, job?.job_id]);
    await expect(cancel(randomUUID())).resolves.toEqual({ answer: 'not_found' });
    await expect(cancel(id)).resolves.toEqual({ answer: 'canceled' });
    await expect(cancel(id)).resolves.toEqual({ answer: 'ended' });
    await expect(
      one(owner, 'select available, held from credit_balances where organization_id = $1', [id]),
    ).resolves.toEqual({ available: 100n, held: 0n });
    await expect(
      rows(owner, 'select type from events where subject_id = $1 order by sequence', [job?.job_id]),
    ).resolves.toEqual([{ type: 'job.queued' }, { type: 'job.canceled' }]);
  });

  test('a running job is only asked to stop', async () => {
    const { id } = await createOrganization(api, 100);
    const [job] = await createJobs(api, [jobRequest(id)]);
    await owner.query(`update ai_jobs set status = 'processing' where id = $1`, [job?.job_id]);
    await expect(one(api, 'select cancel_ai_job($1, $2) as answer', [id, job?.job_id])).resolves.toEqual({
      answer: 'requested',
    });
    await expect(
      one(owner, 'select status::text, cancel_requested_at is not null as asked from ai_jobs where id = $1', [
        job?.job_id,
      ]),
    ).resolves.toEqual({
      status: 'processing',
      asked: true,
    });
  });
});
