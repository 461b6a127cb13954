import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { become, connect, createOrganization, createUser, one, rows, sqlState } from './fixtures.js';

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

const hash = (text: string) => createHash('sha256').update(text).digest();

describe('people', () => {
  test('an account becomes a person; its address and verification follow, whatever else Supabase Auth writes', async () => {
    const id = randomUUID();
    await owner.query(
      `insert into auth.users (id, email, raw_user_meta_data) values ($1, 'Ana@Example.com', '{"full_name": "Ana", "locale": "en", "is_operator": true}')`,
      [id],
    );
    await expect(
      one(owner, 'select email, name, locale, is_operator, email_verified_at from users where id = $1', [id]),
    ).resolves.toEqual({
      email: 'Ana@Example.com',
      name: 'Ana',
      locale: 'en',
      is_operator: false,
      email_verified_at: null,
    });
    await owner.query(`update auth.users set email = 'ana@new.example.com', email_confirmed_at = now() where id = $1`, [
      id,
    ]);
    await expect(
      one(owner, 'select email, email_verified_at is not null as verified from users where id = $1', [id]),
    ).resolves.toEqual({
      email: 'ana@new.example.com',
      verified: true,
    });
    await owner.query('delete from auth.users where id = $1', [id]);
    await expect(rows(owner, 'select 1 from users where id = $1', [id])).resolves.toEqual([]);
  });

  test('an account without an address is no person', async () => {
    const id = randomUUID();
    await owner.query('insert into auth.users (id) values ($1)', [id]);
    await expect(rows(owner, 'select 1 from users where id = $1', [id])).resolves.toEqual([]);
  });

  test('an address is taken whatever its case, and found likewise', async () => {
    const id = randomUUID();
    await api.query(`select private.create_local_user($1, ' Bia@Example.com ', 'Bia', null)`, [id]);
    await expect(
      sqlState(api, `select private.create_local_user($1, 'BIA@example.com', 'x', 'en')`, [randomUUID()]),
    ).resolves.toBe('BA013');
    await expect(
      one(api, `select id, email, locale from private.find_user_by_email('BIA@EXAMPLE.COM')`),
    ).resolves.toEqual({
      id,
      email: 'bia@example.com',
      locale: 'pt-BR',
    });
    await expect(rows(api, `select * from private.find_user_by_email('nobody@example.com')`)).resolves.toEqual([]);
  });

  test('erasure takes the person and leaves the books, except from a last owner', async () => {
    const { id, owner: person } = await createOrganization(api, 10);
    await expect(sqlState(api, 'select private.erase_user($1)', [person])).resolves.toBe('BA009');
    const other = await createUser(api, 'second');
    await owner.query(`insert into organization_members (organization_id, user_id, role) values ($1, $2, 'owner')`, [
      id,
      other,
    ]);
    await expect(one(api, 'select private.erase_user($1) as erased', [person])).resolves.toEqual({ erased: true });
    await expect(
      rows(owner, 'select 1 from auth.users where id = $1 union all select 1 from users where id = $1', [person]),
    ).resolves.toEqual([]);
    await expect(
      rows(owner, 'select 1 from credit_transactions where organization_id = $1', [id]),
    ).resolves.not.toEqual([]);
  });
});

describe('organizations', () => {
  test('are made whole: owner, balance, event counter, free subscription, first credits', async () => {
    const [id, user] = [randomUUID(), await createUser(api, 'Caio')];
    const made = await one(
      api,
      `select * from private.create_organization($1, $2, ' Estúdio Aurora ', 'estudio-aurora', currency => 'USD')`,
      [id, user],
    );
    expect(made).toMatchObject({
      id,
      name: 'Estúdio Aurora',
      slug: 'estudio-aurora',
      plan: 'free',
      currency: 'USD',
      country: 'BR',
      time_zone: 'America/Sao_Paulo',
    });
    await expect(one(api, 'select * from private.find_membership($1, $2)', [user, id])).resolves.toEqual({
      role: 'owner',
      organization_status: 'active',
      plan: 'free',
      requests_per_minute: 120,
      concurrent_jobs: 2,
      seats: 3,
      storage_bytes: 1073741824n,
      is_operator: false,
      requires_second_factor: false,
      features: [],
    });
    await expect(
      one(owner, 'select available, granted from credit_balances where organization_id = $1', [id]),
    ).resolves.toEqual({ available: 1000n, granted: 1000n });
    await expect(
      one(owner, 'select plan, status from subscriptions where organization_id = $1', [id]),
    ).resolves.toEqual({ plan: 'free', status: 'active' });
  });

  test('a short name that is taken, an unknown person or an unknown time zone makes nothing', async () => {
    const { id, owner: user } = await createOrganization(api);
    const { slug } = await one<{ slug: string }>(owner, 'select slug from organizations where id = $1', [id]);
    const before = await one(owner, 'select count(*) as n from organizations');
    await expect(
      api.query(`select private.create_organization($1, $2, 'X', $3)`, [randomUUID(), user, slug]),
    ).rejects.toMatchObject({
      code: '23505',
      constraint: 'organizations_slug_key',
    });
    await expect(sqlState(api, `select private.create_organization($1, $1, 'X', 'x-1')`, [randomUUID()])).resolves.toBe(
      'BA007',
    );
    await expect(
      sqlState(api, `select private.create_organization($1, $2, 'X', 'x-2', time_zone => 'Mars/Olympus')`, [
        randomUUID(),
        user,
      ]),
    ).resolves.toBe('BA001');
    await expect(one(owner, 'select count(*) as n from organizations')).resolves.toEqual(before);
  });

  test('the last owner cannot leave or step down, not even when two owners go at the same moment', async () => {
    const { id, owner: first } = await createOrganization(api);
    const second = await createUser(api, 'second');
    const leave = (client: pg.Client, user: string) =>
      client.query('delete from organization_members where organization_id = $1 and user_id = $2', [id, user]);
    await expect(leave(owner, first)).rejects.toMatchObject({ code: 'BA009' });
    await expect(
      sqlState(owner, `update organization_members set role = 'admin' where organization_id = $1`, [id]),
    ).resolves.toBe('BA009');
    await owner.query(`insert into organization_members (organization_id, user_id, role) values ($1, $2, 'owner')`, [
      id,
      second,
    ]);
    const other = await connect(database.url);
    await owner.query('begin');
    await leave(owner, first);
    const waiting = leave(other, second).then(
      () => 'left',
      (error: unknown) => (error as pg.DatabaseError).code,
    );
    await owner.query('commit');
    await expect(waiting).resolves.toBe('BA009');
    await other.end();
  });

  test('a deleted one frees its short name, and its keys, webhooks and subscription end', async () => {
    const { id } = await createOrganization(api);
    const { slug } = await one<{ slug: string }>(owner, 'select slug from organizations where id = $1', [id]);
    await owner.query(
      `insert into api_keys (organization_id, name, key_id, secret_hash, mode) values ($1, 'k', $2, sha256('x'), 'live')`,
      [id, `key-${id}`],
    );
    await expect(one(api, 'select private.delete_organization($1) as deleted', [id])).resolves.toEqual({
      deleted: true,
    });
    await expect(one(api, 'select private.delete_organization($1) as deleted', [id])).resolves.toEqual({
      deleted: false,
    });
    await expect(rows(api, 'select 1 from private.find_api_key($1)', [`key-${id}`])).resolves.toEqual([]);
    await expect(one(owner, 'select status from subscriptions where organization_id = $1', [id])).resolves.toEqual({
      status: 'canceled',
    });
    const user = await createUser(api, 'heir');
    await expect(
      sqlState(api, `select private.create_organization($1, $2, 'Heir', $3)`, [randomUUID(), user, slug]),
    ).resolves.toBeUndefined();
  });
});

describe('invitations', () => {
  const invite = async (organization: string, email: string, token: string) =>
    owner.query(
      `insert into invitations (organization_id, email, role, token_hash, expires_at) values ($1, $2, 'creator', $3, now() + interval '1 day')`,
      [organization, email, hash(token)],
    );

  test('make the invited person a member, once', async () => {
    const { id } = await createOrganization(api);
    const guest = await createUser(api, 'guest');
    await invite(id, `GUEST-${guest}@example.com`, `t-${id}`);
    await expect(
      one(api, 'select organization_name, role from private.find_invitation($1)', [hash(`t-${id}`)]),
    ).resolves.toEqual({
      organization_name: 'Organization',
      role: 'creator',
    });
    await expect(
      one(api, 'select * from private.accept_invitation($1, $2)', [hash(`t-${id}`), guest]),
    ).resolves.toMatchObject({ organization_id: id, role: 'creator' });
    await expect(sqlState(api, 'select private.accept_invitation($1, $2)', [hash(`t-${id}`), guest])).resolves.toBe(
      'BA007',
    );
  });

  test('serve nobody else, and not after their end', async () => {
    const { id } = await createOrganization(api);
    const [guest, thief] = [await createUser(api, 'guest'), await createUser(api, 'thief')];
    await invite(id, `guest-${guest}@example.com`, `u-${id}`);
    await expect(sqlState(api, 'select private.accept_invitation($1, $2)', [hash(`u-${id}`), thief])).resolves.toBe(
      'BA012',
    );
    await expect(
      sqlState(api, 'select private.accept_invitation($1, $2)', [hash('no such token'), guest]),
    ).resolves.toBe('BA007');
    await owner.query(`update invitations set expires_at = now() where organization_id = $1`, [id]);
    await expect(sqlState(api, 'select private.accept_invitation($1, $2)', [hash(`u-${id}`), guest])).resolves.toBe(
      'BA006',
    );
  });
});

describe('keys', () => {
  test('are found with all that authentication needs, by the API only', async () => {
    const { id } = await createOrganization(api);
    await owner.query(
      `insert into api_keys (organization_id, name, key_id, secret_hash, mode, scopes, ip_allow) values ($1, 'k', $2, $3, 'test', '{jobs:create}', '{10.0.0.0/8}')`,
      [id, `key-${id}`, hash('secret')],
    );
    await expect(one(api, 'select * from private.find_api_key($1)', [`key-${id}`])).resolves.toMatchObject({
      organization_id: id,
      organization_status: 'active',
      plan: 'free',
      requests_per_minute: 120,
      mode: 'test',
      secret_hash: hash('secret'),
      scopes: ['jobs:create'],
      ip_allow: ['10.0.0.0/8'],
    });
    await expect(sqlState(worker, 'select private.find_api_key($1)', [`key-${id}`])).resolves.toBe('42501');
  });

  test('remember their last use, and an older report never replaces a newer one', async () => {
    const { id } = await createOrganization(api);
    const { id: key } = await one<{ id: string }>(
      owner,
      `insert into api_keys (organization_id, name, key_id, secret_hash, mode) values ($1, 'k', $2, sha256('x'), 'live') returning id`,
      [id, `key-${id}`],
    );
    const touch = (uses: object[]) => api.query('select private.touch_api_keys($1)', [JSON.stringify(uses)]);
    await touch([
      { id: key, used_at: '2026-11-22T10:00:00Z', ip: '203.0.113.7' },
      { id: key, used_at: '2026-11-22T11:00:00Z', ip: '203.0.113.8' },
      { id: randomUUID(), used_at: '2026-11-22T11:00:00Z' },
    ]);
    await touch([{ id: key, used_at: '2026-11-22T09:00:00Z', ip: '203.0.113.9' }]);
    await expect(
      one(owner, 'select last_used_at, host(last_used_ip) as ip from api_keys where id = $1', [key]),
    ).resolves.toEqual({
      last_used_at: new Date('2026-11-22T11:00:00Z'),
      ip: '203.0.113.8',
    });
  });
});

describe('plans and subscriptions', () => {
  test('the plan in effect follows the subscription', async () => {
    const { id } = await createOrganization(api);
    const plan = () => one<{ plan: string }>(owner, 'select plan from organizations where id = $1', [id]);
    await api.query(`select private.set_plan($1, 'pro')`, [id]);
    await expect(plan()).resolves.toEqual({ plan: 'pro' });
    await owner.query(`update subscriptions set status = 'canceled' where organization_id = $1`, [id]);
    await expect(plan()).resolves.toEqual({ plan: 'free' });
  });

  test('a period’s credits are granted once, whatever plan it has by then', async () => {
    const { id } = await createOrganization(api);
    await api.query(`select private.set_plan($1, 'starter')`, [id]);
    await api.query('select private.grant_plan_credits($1)', [id]);
    await api.query('select private.grant_plan_credits($1)', [id]);
    await owner.query(`update subscriptions set plan = 'pro' where organization_id = $1`, [id]);
    await api.query('select private.grant_plan_credits($1)', [id]);
    await expect(granted(id)).resolves.toEqual({ granted: 21_000n });
  });

  test('the free plan’s next period begins by itself with its credits, once; a paid one waits for its payment', async () => {
    const { id } = await createOrganization(api);
    const past = async () => {
      await owner.query(
        `update subscriptions set created_at = now() - interval '32 days', period_start = now() - interval '32 days', period_end = now() - interval '2 days' where organization_id = $1`,
        [id],
      );
      await owner.query(
        `update identity.free_credit_claims set granted_until = now() - interval '2 days' where organization_id = $1`,
        [id],
      );
    };
    const runs = () =>
      one(owner, `select period_end > now() as runs from subscriptions where organization_id = $1`, [id]);
    await past();
    await worker.query('select private.grant_monthly_credits()');
    await worker.query('select private.grant_monthly_credits()');
    await expect(granted(id)).resolves.toEqual({ granted: 2000n });
    await expect(runs()).resolves.toEqual({ runs: true });
    await api.query(`select private.set_plan($1, 'pro')`, [id]);
    await past();
    await worker.query('select private.grant_monthly_credits()');
    await expect(granted(id)).resolves.toEqual({ granted: 2000n });
    await expect(runs()).resolves.toEqual({ runs: false });
  });

  test('free credits are a person’s: a second organization gets none, and one that replaces a closed one not twice a month', async () => {
    const { id: first, owner: user } = await createOrganization(api);
    const create = async () => {
      const id = randomUUID();
      await api.query(`select private.create_organization($1, $2, 'Another', $3)`, [id, user, `o-${id}`]);
      return id;
    };
    const second = await create();
    await expect(granted(second)).resolves.toEqual({ granted: 0n });
    await api.query('select private.delete_organization($1)', [first]);
    const third = await create();
    await expect(granted(third)).resolves.toEqual({ granted: 0n });
    await owner.query(
      `update subscriptions set created_at = now() - interval '1 month', period_start = now() - interval '1 month', period_end = now() where organization_id = $1`,
      [third],
    );
    await owner.query(
      `update identity.free_credit_claims set granted_until = now() - interval '1 hour' where user_id = $1`,
      [user],
    );
    await worker.query('select private.grant_monthly_credits()');
    await expect(granted(third)).resolves.toEqual({ granted: 1000n });
    await expect(granted(second)).resolves.toEqual({ granted: 0n });
  });

  test('a period ends on the day it began on, where the month has that day', async () => {
    const ends = async (after: string) =>
      (
        await one<{ at: Date }>(
          owner,
          `select private.next_period_end('2026-01-31T12:00:00Z', $1::timestamptz) as at`,
          [after],
        )
      ).at.toISOString();
    await expect(ends('2026-01-31T12:00:00Z')).resolves.toBe('2026-02-28T12:00:00.000Z');
    await expect(ends('2026-02-28T12:00:00Z')).resolves.toBe('2026-03-31T12:00:00.000Z');
    await expect(ends('2027-12-31T11:59:59Z')).resolves.toBe('2027-12-31T12:00:00.000Z');
  });

  test('an overdue payment leaves the free plan’s limits, and the plan itself', async () => {
    const { id, owner: user } = await createOrganization(api);
    await api.query(`select private.set_plan($1, 'pro')`, [id]);
    const limits = () =>
      one(api, 'select plan::text, requests_per_minute, concurrent_jobs, seats from private.find_membership($1, $2)', [
        user,
        id,
      ]);
    const limitsOf = (plan: string) =>
      one(owner, 'select requests_per_minute, concurrent_jobs from plans where id::text = $1', [plan]);
    await owner.query(
      `update subscriptions set status = 'past_due', past_due_since = now() where organization_id = $1`,
      [id],
    );
    await expect(limits()).resolves.toEqual({ plan: 'pro', seats: 15, ...(await limitsOf('free')) });
    await owner.query(`update subscriptions set status = 'active' where organization_id = $1`, [id]);
    await expect(limits()).resolves.toEqual({ plan: 'pro', seats: 15, ...(await limitsOf('pro')) });
  });
});

const granted = (organizationId: string) =>
  one<{ granted: bigint }>(owner, 'select granted from credit_balances where organization_id = $1', [organizationId]);

describe('invoices', () => {
  const draft = async (organization: string, cents = 100) =>
    (
      await one<{ id: string }>(
        owner,
        `insert into invoices (organization_id, currency, subtotal_cents, total_cents, lines) values ($1, 'BRL', $2, $2, '[]') returning id`,
        [organization, cents],
      )
    ).id;

  test('are numbered without gaps, whoever issues at the same moment', async () => {
    const { id } = await createOrganization(api);
    const drafts = await Promise.all(Array.from({ length: 12 }, () => draft(id)));
    const pool = new pg.Pool({ connectionString: database.apiUrl, max: 6 });
    await Promise.all(
      [...drafts, ...drafts].map((invoice) => pool.query('select private.issue_invoice($1)', [invoice])),
    );
    await pool.end();
    await expect(
      rows(owner, 'select number from invoices where organization_id = $1 order by number', [id]),
    ).resolves.toEqual(Array.from({ length: 12 }, (_, place) => ({ number: BigInt(place + 1) })));
  });

  test('a rolled-back issue leaves no gap', async () => {
    const { id } = await createOrganization(api);
    const [lost, kept] = [await draft(id), await draft(id)];
    await owner.query('begin');
    await owner.query('select private.issue_invoice($1)', [lost]);
    await owner.query('rollback');
    await expect(one(api, 'select number from private.issue_invoice($1)', [kept])).resolves.toEqual({ number: 1n });
  });

  test('say for ever what they said: only their payment may be written', async () => {
    const { id } = await createOrganization(api);
    await owner.query(
      `insert into billing_profiles (organization_id, legal_name, tax_id_kind, tax_id, email) values ($1, 'Aurora Ltda', 'cnpj', '12ABC34501DE35', 'x@example.com')`,
      [id],
    );
    const invoice = await draft(id);
    await expect(one(api, 'select status, customer from private.issue_invoice($1)', [invoice])).resolves.toMatchObject({
      status: 'open',
      customer: { legal_name: 'Aurora Ltda', tax_id: '12ABC34501DE35' },
    });
    await expect(
      sqlState(owner, 'update invoices set total_cents = 1, subtotal_cents = 1 where id = $1', [invoice]),
    ).resolves.toBe('BA010');
    await expect(sqlState(owner, `update invoices set lines = '[1]' where id = $1`, [invoice])).resolves.toBe('BA010');
    await expect(sqlState(owner, 'delete from invoices where id = $1', [invoice])).resolves.toBe('BA010');
    await expect(
      sqlState(owner, `update invoices set status = 'paid', paid_at = now() where id = $1`, [invoice]),
    ).resolves.toBeUndefined();
    await expect(sqlState(owner, `update invoices set status = 'open' where id = $1`, [invoice])).resolves.toBe(
      'BA010',
    );
  });
});

describe('limits', () => {
  interface Verdict {
    allowed: boolean;
    remaining: number;
    reset_at: Date;
    retry_after_ms: number;
  }
  const ask = (bucket: string, limit = 5, seconds = 60, cost = 1) =>
    one<Verdict>(api, 'select * from check_rate_limit($1, $2, $3, $4)', [bucket, limit, seconds, cost]);

  test('a bucket gives its limit at once, counts down, and says how long to wait', async () => {
    const bucket = randomUUID();
    const verdicts = [];
    for (let turn = 0; turn < 6; turn++) verdicts.push(await ask(bucket));
    expect(verdicts.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 4],
      [true, 3],
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(verdicts[0]?.retry_after_ms).toBe(0);
    expect(verdicts[5]?.retry_after_ms).toBeGreaterThan(10_000);
    expect(verdicts[5]?.retry_after_ms).toBeLessThanOrEqual(12_000);
    expect(verdicts[5]?.reset_at.getTime()).toBeGreaterThan(Date.now() + 55_000);
  });

  test('a bucket refills evenly on the database’s clock', async () => {
    const bucket = randomUUID();
    await ask(bucket, 5, 60, 5);
    await owner.query(
      `update rate_limits set theoretical_arrival = theoretical_arrival - interval '25 seconds' where bucket = $1`,
      [bucket],
    );
    await expect(ask(bucket)).resolves.toMatchObject({ allowed: true, remaining: 1 });
    await expect(ask(bucket, 5, 60, 2)).resolves.toMatchObject({ allowed: false, remaining: 1 });
    await expect(ask(bucket)).resolves.toMatchObject({ allowed: true, remaining: 0 });
  });

  test('a refused request costs nothing', async () => {
    const bucket = randomUUID();
    await ask(bucket, 5, 60, 3);
    for (let turn = 0; turn < 3; turn++)
      await expect(ask(bucket, 5, 60, 4)).resolves.toMatchObject({ allowed: false, remaining: 2 });
    await expect(ask(bucket, 5, 60, 2)).resolves.toMatchObject({ allowed: true, remaining: 0 });
  });

  test('100 callers at once never get more than the limit', async () => {
    const bucket = randomUUID();
    const pool = new pg.Pool({ connectionString: database.apiUrl, max: 10 });
    const all = await Promise.all(
      Array.from({ length: 100 }, () => pool.query<Verdict>('select * from check_rate_limit($1, 20, 3600)', [bucket])),
    );
    await pool.end();
    expect(all.filter((result) => result.rows[0]?.allowed)).toHaveLength(20);
  });
});

describe('the local issuer’s tables', () => {
  test('are the API’s own: it reads and writes them, the worker, tenants and the data API do not', async () => {
    const user = await createUser(api, 'Duda');
    await api.query(
      `insert into identity.credentials (user_id, password_hash) values ($1, '$argon2id$v=19$m=19456,t=2,p=1$abc')`,
      [user],
    );
    const { id: session } = await one<{ id: string }>(
      api,
      `insert into identity.sessions (user_id, expires_at) values ($1, now() + interval '1 day') returning id`,
      [user],
    );
    await api.query(
      `insert into identity.refresh_tokens (session_id, token_hash, expires_at) values ($1, $2, now() + interval '1 day')`,
      [session, hash(session)],
    );
    await expect(
      rows(api, 'select 1 from identity.refresh_tokens where session_id = $1', [session]),
    ).resolves.toHaveLength(1);
    await expect(sqlState(worker, 'select 1 from identity.credentials')).resolves.toBe('42501');
    await api.query('begin');
    await become(api, 'authenticated', { sub: user });
    await expect(sqlState(api, 'select 1 from identity.sessions')).resolves.toBe('42501');
    await api.query('rollback');
  });
});
