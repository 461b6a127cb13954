import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillingHttpModule } from '#billing';
import { newId } from '#core/crypto';
import { EventsModule } from '#core/events';
import { EventSignals } from '#core/realtime';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from '../../libs/auth/src/testing/index.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, { modules: [EventsModule.forRoot({ streams: false }), BillingHttpModule] });
});
afterAll(async () => {
  await expect(api.sql('select * from check_ledger()')).resolves.toEqual([]);
  await api.close();
  await database.drop();
});

interface Line {
  sequence: number;
  type: string;
  amount: number;
  jobId: string | null;
  description: string;
  createdAt: string;
}
interface Balance {
  available: number;
  held: number;
  granted: number;
  purchased: number;
  spent: number;
  expired: number;
  grants: { source: string; remaining: number; held: number; expiresAt: string | null; description: string }[];
  nextExpiry: { at: string; credits: number } | null;
  lowThreshold: number;
  lowSince: string | null;
}

async function newOwner(): Promise<{ owner: SignedIn; id: string }> {
  const owner = await api.register();
  return { owner, id: await api.createOrganization(owner) };
}
const get = <T>(who: SignedIn, organizationId: string, path: string) =>
  api.send<T>('GET', `/api/billing/${path}`, { bearer: who.accessToken, organizationId });
const call = <T>(method: string, who: SignedIn, organizationId: string, path: string, body?: unknown) =>
  api.send<T>(method, `/api/billing/${path}`, { bearer: who.accessToken, organizationId, body });

async function runJob(organizationId: string, subject: object, hold: number, charge?: number): Promise<string> {
  const id = newId();
  const request = {
    ...{ id, organization_id: organizationId, type: 'image', model: 'sandbox/image', provider: 'sandbox', input: {} },
    ...{
      price: {},
      price_version: 1,
      hold_credits: String(hold),
      estimated_credits: '1',
      request_hash: 'h',
      ...subject,
    },
  };
  const [created] = await api.sql<{ outcome: string }>('select outcome from create_ai_jobs($1)', [
    JSON.stringify([request]),
  ]);
  if (created?.outcome !== 'created') return created?.outcome ?? 'nothing';
  if (charge !== undefined) await api.sql('select settle_hold($1, $2)', [id, charge]);
  return id;
}

describe('the balance', () => {
  it('is told by grant in the order in which they burn, with what expires next', async () => {
    const { owner, id } = await newOwner();
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    await api.sql(`select credit_credits($1, 300, 'purchase', 'order-1', 'A pack')`, [id]);
    await api.sql(`select credit_credits($1, 200, 'grant', 'promo', 'A gift', $2, 10)`, [id, soon]);
    await runJob(id, {}, 250);
    const { body } = await get<Balance>(owner, id, 'balance');
    expect(body).toMatchObject({ available: 1250, held: 250, granted: 1200, purchased: 300, spent: 0, expired: 0 });
    expect(body.grants.map(({ description, remaining, held }) => [description, remaining, held])).toEqual([
      ['A gift', 200, 200],
      ['Monthly credits of the plan free', 1000, 50],
      ['A pack', 300, 0],
    ]);
    // The gift is held whole: what can still expire first is the month's.
    expect(body.nextExpiry).toEqual({ at: body.grants[1]?.expiresAt, credits: 950 });
  });

  it('says when it runs low, below what the organization chose', async () => {
    const { owner, id } = await newOwner();
    await expect(call('PATCH', owner, id, 'balance', { lowThreshold: 990 })).resolves.toMatchObject({
      status: 200,
      body: { lowThreshold: 990, lowSince: null },
    });
    await runJob(id, {}, 20, 20);
    const { body } = await get<Balance>(owner, id, 'balance');
    expect(body.lowSince).toEqual(expect.any(String));
    await expect(
      api.sql(`select data from events where organization_id = $1 and type = 'credits.low'`, [id]),
    ).resolves.toEqual([{ data: { available: 980, held: 20, threshold: 990 } }]);
    for (const lowThreshold of [-1, 1.5, '7', null, 2 ** 60]) {
      await expect(call('PATCH', owner, id, 'balance', { lowThreshold })).resolves.toMatchObject({ status: 422 });
    }
  });
});

describe('the ledger', () => {
  it('is read newest first, a page at a time, by kind, job and time', async () => {
    const { owner, id } = await newOwner();
    const jobs = [await runJob(id, {}, 9, 4), await runJob(id, {}, 8, 8), await runJob(id, {}, 7)];
    const all = await get<{ data: Line[]; nextBefore: number | null }>(owner, id, 'transactions');
    expect(all.body.data.map(({ type }) => type)).toEqual(['hold', 'settle', 'hold', 'settle', 'hold', 'grant']);
    expect(all.body.nextBefore).toBeNull();
    const first = await get<{ data: Line[]; nextBefore: number }>(owner, id, 'transactions?limit=4');
    const second = await get<{ data: Line[] }>(owner, id, `transactions?limit=4&before=${first.body.nextBefore}`);
    expect([...first.body.data, ...second.body.data]).toEqual(all.body.data);
    const filtered = async (query: string) =>
      (await get<{ data: Line[] }>(owner, id, `transactions?${query}`)).body.data.map(({ sequence }) => sequence);
    await expect(filtered('type=settle')).resolves.toEqual([5, 3]);
    await expect(filtered('type=settle&type=grant')).resolves.toEqual([5, 3, 1]);
    await expect(filtered(`jobId=${jobs[0]}`)).resolves.toEqual([3, 2]);
    const third = all.body.data.find(({ sequence }) => sequence === 3)?.createdAt ?? '';
    await expect(filtered(`to=${third}`)).resolves.toEqual([2, 1]);
    await expect(filtered(`from=${third}&type=settle`)).resolves.toEqual([5, 3]);
    for (const bad of ['type=theft', 'jobId=1', 'from=yesterday', 'limit=0', 'before=x', 'to=2026-06-30T23:59:60Z'])
      await expect(get(owner, id, `transactions?${bad}`)).resolves.toMatchObject({ status: 422 });
  });

  it('is exported as CSV whole, longer than what is read at a time, and no cell of it is a formula', async () => {
    const { owner, id } = await newOwner();
    await api.sql(`select credit_credits($1, 5, 'grant', 'evil', '=HYPERLINK("http://evil.example","x")')`, [id]);
    await api.sql(
      `select credit_credits($1, 1, 'grant', 'key-' || n, 'gift, "quoted"') from generate_series(1, 2100) n`,
      [id],
    );
    const answer = await api.app.inject({
      method: 'GET',
      url: '/api/billing/transactions.csv?type=grant',
      headers: { authorization: `Bearer ${owner.accessToken}`, 'x-organization-id': id },
    });
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain('attachment');
    const lines = answer.body.trimEnd().split('\r\n');
    expect(lines[0]).toContain('sequence,created_at,type,amount');
    expect(lines).toHaveLength(1 + 2102);
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 2102 }, (_, place) => 2102 - place),
    );
    expect(lines.at(-2)).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
    expect(lines[1]).toContain('"gift, ""quoted"""');
  });

  it('is for the bookkeepers of the organization only', async () => {
    const { id } = await newOwner();
    const stranger = await newOwner();
    await expect(get(stranger.owner, id, 'transactions')).resolves.toMatchObject({ status: 403 });
    for (const [role, status] of [['billing', 200] as const, ['viewer', 403] as const, ['creator', 403] as const]) {
      const member = await api.addMember(id, role);
      await expect(get(member, id, 'transactions')).resolves.toMatchObject({ status });
      await expect(get(member, id, 'balance')).resolves.toMatchObject({ status: 200 });
    }
  });
});

describe('budgets', () => {
  interface Budget {
    id: string;
    reserved: number;
    spent: number;
    monthlyCredits: number;
    period: string;
    resetsAt: string;
    alertPercents: number[];
  }
  const budget = (owner: SignedIn, id: string, body: object) => call<Budget>('POST', owner, id, 'budgets', body);

  it('stop in the statement that holds, show what the month has used, and change at once', async () => {
    const { owner, id } = await newOwner();
    const created = await budget(owner, id, { scope: 'organization', monthlyCredits: 30 });
    expect(created).toMatchObject({
      status: 201,
      body: { scope: 'organization', subjectId: null, hardStop: true, alertPercents: [50, 80, 100], enabled: true },
    });
    await runJob(id, {}, 12, 10);
    await runJob(id, {}, 15);
    await expect(runJob(id, {}, 6)).resolves.toBe('budget_exceeded');
    const shown = (await get<Budget>(owner, id, `budgets/${created.body.id}`)).body;
    expect(shown).toMatchObject({ reserved: 15, spent: 10, monthlyCredits: 30 });
    expect(shown.period).toMatch(/^\d{4}-\d{2}-01$/);
    expect(new Date(shown.resetsAt).getTime()).toBeGreaterThan(Date.now());
    await expect(call('PATCH', owner, id, `budgets/${created.body.id}`, { monthlyCredits: 31 })).resolves.toMatchObject(
      { status: 200, body: { monthlyCredits: 31, hardStop: true } },
    );
    await expect(runJob(id, {}, 6)).resolves.toMatch(/-/);
    await expect(call('DELETE', owner, id, `budgets/${created.body.id}`)).resolves.toMatchObject({ status: 204 });
    await expect(get(owner, id, `budgets/${created.body.id}`)).resolves.toMatchObject({ status: 404 });
    await expect(
      api.sql(
        `select action from audit_logs where organization_id = $1 and action like 'budgets.%' order by created_at`,
        [id],
      ),
    ).resolves.toEqual(['create', 'update', 'delete'].map((verb) => ({ action: `budgets.${verb}` })));
  });

  it('tell at 50, 80 and 100 %, each once a month, and anew under a higher cap', async () => {
    const { owner, id } = await newOwner();
    const { body } = await budget(owner, id, { scope: 'organization', monthlyCredits: 100, hardStop: false });
    for (const credits of [49, 1, 1, 30, 25, 5]) await runJob(id, {}, credits, credits);
    await call('PATCH', owner, id, `budgets/${body.id}`, { monthlyCredits: 200 });
    for (const credits of [40, 20, 1]) await runJob(id, {}, credits, credits);
    const told = await api.sql<{ percent: number; limit: number }>(
      `select (data ->> 'percent')::int as percent, (data ->> 'limit')::int as limit
         from events where organization_id = $1 and type like 'budget.%' order by sequence`,
      [id],
    );
    expect(told.map(({ percent, limit }) => `${percent}/${limit}`)).toEqual(['50/100', '80/100', '100/100', '80/200']);
  });

  it('are for a member, a key or a project of the organization, one each', async () => {
    const { owner, id } = await newOwner();
    const stranger = await newOwner();
    const member = await api.addMember(id, 'creator');
    const [project] = await api.sql<{ id: string }>(
      `insert into projects (organization_id, name) values ($1, 'p') returning id`,
      [id],
    );
    const key = await api.send<{ id: string }>('POST', `/api/organizations/${id}/api-keys`, {
      ...{ bearer: owner.accessToken, organizationId: id },
      body: { name: 'k', mode: 'live', scopes: ['jobs:create'] },
    });
    const subjects = [
      ['member', member.userId, { user_id: member.userId }],
      ['api_key', key.body.id, { api_key_id: key.body.id }],
      ['project', project?.id, { project_id: project?.id }],
    ] as const;
    for (const [scope, subjectId, subject] of subjects) {
      await expect(budget(owner, id, { scope, subjectId, monthlyCredits: 7 })).resolves.toMatchObject({
        status: 201,
        body: { subjectId },
      });
      await expect(budget(owner, id, { scope, subjectId, monthlyCredits: 9 })).resolves.toMatchObject({
        status: 409,
        body: { code: 'billing.budget_exists' },
      });
      await expect(runJob(id, subject, 8)).resolves.toBe('budget_exceeded');
      await expect(budget(stranger.owner, stranger.id, { scope, subjectId, monthlyCredits: 7 })).resolves.toMatchObject(
        { status: 422, body: { code: 'billing.budget_subject_unknown' } },
      );
    }
    await expect(runJob(id, {}, 8)).resolves.toMatch(/-/);
    const list = await get<{ data: Budget[]; nextAfter: string }>(owner, id, 'budgets?limit=2');
    expect(list.body.data).toHaveLength(2);
    const rest = await get<{ data: Budget[] }>(owner, id, `budgets?limit=2&after=${list.body.nextAfter}`);
    expect(rest.body.data).toHaveLength(1);
  });

  it('are what the monthly cap of a key is: it stops at the credit, and goes on with the key that replaces it', async () => {
    const { owner, id } = await newOwner();
    interface Key {
      id: string;
      name: string;
      monthlyCapCredits: number | null;
      monthlyUsedCredits: number | null;
    }
    const keys = <T = Key>(method: string, path = '', body?: object) =>
      api.send<T>(method, `/api/organizations/${id}/api-keys${path}`, { bearer: owner.accessToken, body });
    const made = { name: 'k', mode: 'live', scopes: ['jobs:create'] };
    const key = (await keys('POST', '', { ...made, monthlyCapCredits: 10 })).body;
    expect(key).toMatchObject({ monthlyCapCredits: 10, monthlyUsedCredits: 0 });
    const run = (credits: number, keyId = key.id) => runJob(id, { api_key_id: keyId }, credits, credits);
    await expect(run(7)).resolves.toMatch(/-/);
    await expect(run(4)).resolves.toBe('budget_exceeded');
    await expect(run(3)).resolves.toMatch(/-/);
    await expect(run(1)).resolves.toBe('budget_exceeded');
    const change = (body: object, keyId = key.id) => keys('PATCH', `/${keyId}`, body);
    // What was parked for want of room is looked at when the organization has news.
    const signals = api.app.get(EventSignals, { strict: false });
    await signals.receive();
    const news = new Promise<string[]>((resolve) => signals.onSignal(resolve));
    expect((await change({ monthlyCapCredits: 12, name: 'Website' })).body).toMatchObject({
      ...{ name: 'Website', monthlyCapCredits: 12, monthlyUsedCredits: 10 },
    });
    expect(await news).toEqual([id]);
    await expect(run(2)).resolves.toMatch(/-/);
    await expect(run(1)).resolves.toBe('budget_exceeded');

    const successor = (await keys('POST', `/${key.id}/rotate`, {})).body;
    expect(successor).toMatchObject({ monthlyCapCredits: 12, monthlyUsedCredits: 12 });
    await expect(run(1, successor.id)).resolves.toBe('budget_exceeded');
    expect((await get<{ data: Budget[] }>(owner, id, 'budgets')).body.data).toMatchObject([
      { scope: 'api_key', subjectId: key.id, monthlyCredits: 12, spent: 12 },
    ]);
    await change({ monthlyCapCredits: null }, successor.id);
    await expect(run(50, successor.id)).resolves.toMatch(/-/);
    // A budget that only warns is no cap: it is not taken away as one, nor made one.
    const warning = { scope: 'api_key', subjectId: key.id, monthlyCredits: 50, hardStop: false };
    await call('POST', owner, id, 'budgets', warning);
    await change({ monthlyCapCredits: null }, successor.id);
    await expect(change({ monthlyCapCredits: 60, name: 'Other' }, successor.id)).resolves.toMatchObject({
      ...{ status: 409, body: { code: 'auth.api_key_has_budget' } },
    });
    expect((await get<{ data: Budget[] }>(owner, id, 'budgets')).body.data).toMatchObject([warning]);
    const list = (await keys<{ data: Key[] }>('GET')).body.data;
    expect(list.map(({ monthlyCapCredits }) => monthlyCapCredits)).toEqual([null, null]);
    const lines = await api.sql(
      `select action, before -> 'monthlyCapCredits' as before, after -> 'monthlyCapCredits' as after, metadata
         from audit_logs where organization_id = $1 and action = 'api_keys.update' order by created_at`,
      [id],
    );
    expect(lines).toEqual([
      { action: 'api_keys.update', before: '10', after: '12', metadata: { changed: ['name'] } },
      { action: 'api_keys.update', before: '12', after: null, metadata: {} },
      { action: 'api_keys.update', before: null, after: null, metadata: {} },
    ]);

    for (const monthlyCapCredits of [0, -1, 1.5, '7', 2 ** 60]) {
      await expect(change({ monthlyCapCredits }, successor.id)).resolves.toMatchObject({ status: 422 });
    }
    await expect(keys('POST', '', { ...made, mode: 'test', monthlyCapCredits: 5 })).resolves.toMatchObject({
      ...{ status: 422, body: { errors: [{ pointer: '/monthlyCapCredits', code: 'fits_mode' }] } },
    });
    await expect(
      api.send('PATCH', `/api/organizations/${id}/api-keys/${key.id}`, {
        ...{ apiKey: (successor as Key & { key: string }).key, body: { monthlyCapCredits: 99 } },
      }),
    ).resolves.toMatchObject({ status: 403 });
  });

  it.each([
    ['nothing', { scope: 'organization', monthlyCredits: 0 }],
    ['less than nothing', { scope: 'organization', monthlyCredits: -5 }],
    ['a fraction', { scope: 'organization', monthlyCredits: 1.5 }],
    ['more than can be counted', { scope: 'organization', monthlyCredits: 2 ** 63 }],
    ['a scope that is none', { scope: 'planet', monthlyCredits: 5 }],
    ['a member without saying who', { scope: 'member', monthlyCredits: 5 }],
    ['the organization and somebody', { scope: 'organization', subjectId: randomUUID(), monthlyCredits: 5 }],
    ['null alerts', { scope: 'organization', monthlyCredits: 5, alertPercents: null }],
    ['alerts twice', { scope: 'organization', monthlyCredits: 5, alertPercents: [50, 50] }],
  ])('refuse %s, and nothing is set', async (_what, body) => {
    const { owner, id } = await newOwner();
    await expect(budget(owner, id, body)).resolves.toMatchObject({ status: 422, body: { code: 'request.invalid' } });
    await expect(get<{ data: Budget[] }>(owner, id, 'budgets')).resolves.toMatchObject({ body: { data: [] } });
  });

  it('are managed by owners, admins and bookkeepers, and another organization’s do not exist', async () => {
    const { owner, id } = await newOwner();
    const stranger = await newOwner();
    const { body } = await budget(owner, id, { scope: 'organization', monthlyCredits: 5 });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const change = method === 'PATCH' ? { monthlyCredits: 9 } : undefined;
      await expect(call(method, stranger.owner, stranger.id, `budgets/${body.id}`, change)).resolves.toMatchObject({
        status: 404,
      });
    }
    for (const [role, status] of [['admin', 200] as const, ['billing', 200] as const, ['creator', 403] as const]) {
      const member = await api.addMember(id, role);
      await expect(call('PATCH', member, id, `budgets/${body.id}`, { monthlyCredits: 6 })).resolves.toMatchObject({
        status,
      });
    }
  });
});

describe('operators', () => {
  let operator: SignedIn;
  beforeAll(async () => {
    operator = await api.registerOperator();
  });
  const correct = (organizationId: string, what: string, body: object, idempotencyKey: string = randomUUID()) =>
    api.send('POST', `/api/admin/organizations/${organizationId}/credits/${what}`, {
      bearer: operator.accessToken,
      headers: { 'idempotency-key': idempotencyKey },
      body: { reason: 'Agreed by mail', ...body },
    });
  const available = async (id: string) =>
    Number(
      (await api.sql<{ n: string }>('select available as n from credit_balances where organization_id = $1', [id]))[0]
        ?.n,
    );

  it('grant, adjust and refund with a reason, each a ledger line, an event and an audit line', async () => {
    const { id } = await newOwner();
    const jobId = await runJob(id, {}, 40, 30);
    await expect(correct(id, 'grant', { amountCredits: 100 })).resolves.toMatchObject({ status: 200 });
    await expect(correct(id, 'adjust', { amountCredits: -50 })).resolves.toMatchObject({ status: 200 });
    const key = randomUUID();
    const first = await correct(id, 'refund', { jobId, amountCredits: 20 }, key);
    const again = await correct(id, 'refund', { jobId, amountCredits: 20 }, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(first.body['availableCredits']).toBe(1000 - 30 + 100 - 50 + 20);
    await expect(available(id)).resolves.toBe(1000 - 30 + 100 - 50 + 20);
    const lines = await api.sql<{ type: string; amount: string; description: string; job_id: string | null }>(
      `select type, amount, description, job_id from credit_transactions
        where organization_id = $1 and type in ('grant', 'adjust', 'refund') and sequence > 1 order by sequence`,
      [id],
    );
    expect(lines.map(({ type, amount, job_id }) => [type, Number(amount), job_id])).toEqual([
      ['grant', 100, null],
      ['adjust', -50, null],
      ['refund', 20, jobId],
    ]);
    expect(lines.every(({ description }) => description === 'Agreed by mail')).toBe(true);
    const audit = await api.sql<{ action: string; actor_type: string }>(
      `select distinct action, actor_type from audit_logs where organization_id = $1 and action like 'credits.%' order by action`,
      [id],
    );
    expect(audit.map(({ action, actor_type }) => `${actor_type} ${action}`)).toEqual(
      ['adjust', 'grant', 'refund'].map((verb) => `operator credits.${verb}`),
    );
  });

  it('cannot move what makes no sense: a clear code, and nothing is moved', async () => {
    const { id } = await newOwner();
    const jobId = await runJob(id, {}, 40, 30);
    const before = await available(id);
    const used = randomUUID();
    await correct(id, 'grant', { amountCredits: 1 }, used);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const refusals = [
      [await correct(id, 'grant', { amountCredits: 0 }), 422, 'request.invalid'],
      [await correct(id, 'grant', { amountCredits: 1.5 }), 422, 'request.invalid'],
      [await correct(id, 'adjust', { amountCredits: 0 }), 422, 'request.invalid'],
      [await correct(id, 'adjust', { amountCredits: -5000 }), 402, 'billing.insufficient_credits'],
      [await correct(id, 'refund', { jobId, amountCredits: 31 }), 422, 'billing.invalid_movement'],
      [await correct(id, 'refund', { jobId: newId(), amountCredits: 1 }), 404, 'resource.not_found'],
      [await correct(newId(), 'grant', { amountCredits: 1 }), 404, 'resource.not_found'],
      [await correct(id, 'adjust', { amountCredits: 2 }, used), 422, 'idempotency.key_reused'],
      [await correct(id, 'grant', { amountCredits: 1, reason: ' ' }), 422, 'billing.invalid_movement'],
      [await correct(id, 'grant', { amountCredits: 1, expiresAt: yesterday }), 422, 'billing.grant_expired'],
      [await correct(id, 'grant', { amountCredits: 1, expiresAt: '2027-W01' }), 422, 'request.invalid'],
      [await correct(id, 'unfreeze', {}), 404, 'resource.not_found'],
    ] as const;
    expect(refusals.map(([{ status, body }]) => [status, body['code']])).toEqual(
      refusals.map(([, status, code]) => [status, code]),
    );
    expect(refusals[4][0].body['detail']).toBe(`job ${jobId} was charged 30 credits, 0 of them were refunded already`);
    await expect(available(id)).resolves.toBe(before + 1);
  });

  it('let frozen credits move again, once somebody has looked', async () => {
    const { id } = await newOwner();
    await api.sql(`select private.freeze_credits($1, 'sums differ')`, [id]);
    await expect(correct(id, 'adjust', { amountCredits: -5 })).resolves.toMatchObject({
      status: 409,
      body: { code: 'billing.credits_frozen' },
    });
    await expect(correct(id, 'unfreeze', { reason: 'A line was mended' })).resolves.toMatchObject({ status: 204 });
    await expect(correct(id, 'adjust', { amountCredits: -5 })).resolves.toMatchObject({ status: 200 });
    const lines = await api.sql(`select * from audit_logs where organization_id = $1 and action = 'credits.unfreeze'`, [
      id,
    ]);
    expect(JSON.stringify(lines)).toContain('sums differ');
  });
});

describe('the price list', () => {
  it('tells anybody what every model costs and what a credit costs, and nothing of what we pay', async () => {
    const { status, headers, body } = await api.send<{
      credit: { usdMicros: number; brlMicros: number };
      models: { model: string; version: number; lines: object[] }[];
    }>('GET', '/api/billing/prices');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(body.credit).toEqual({ usdMicros: 1000, brlMicros: 5900 });
    expect(body.models.find(({ model }) => model === 'sandbox/image')).toEqual({
      model: 'sandbox/image',
      provider: 'sandbox',
      version: 1,
      lines: [
        {
          ...{ component: 'output', unit: 'image', unitSize: 1, credits: 5, dimensions: {} },
          validFrom: expect.any(String),
          validUntil: null,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/cost|source/i);
  });

  it('follows a new price version, and leaves out what has ended', async () => {
    const model = `sandbox/${randomUUID()}`;
    await api.sql(
      `insert into pricing (provider, model, version, unit, cost_usd_micros, credits_per_unit, valid_from, valid_to) values
         ('sandbox', $1, 1, 'image', 1000, 3, now() - interval '2 days', now() - interval '1 day'),
         ('sandbox', $1, 2, 'image', 2000, 4, now() - interval '1 day', now() + interval '1 day'),
         ('sandbox', $1, 3, 'image', 3000, 5, now() + interval '1 day', null)`,
      [model],
    );
    const { body } = await api.send<{ models: { model: string; version: number; lines: { credits: number }[] }[] }>(
      'GET',
      '/api/billing/prices',
    );
    expect(body.models.find((one) => one.model === model)).toMatchObject({
      version: 2,
      lines: [{ credits: 4, validUntil: expect.any(String) }],
    });
  });
});
