import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createTestDatabase, type GrantProfile, type TestDatabase } from '#core/testing';
import { type Actor, type Attempt, attempts, successes } from './attempts.js';
import { become, connect, one, ROLES, rows, seedTenant, tenantTables, type Tenant } from './fixtures.js';

/** A table that holds tenants' rows, as the attempts need to know it. */
interface TenantTable {
  name: string;
  /** Without generated ones. */
  columns: string[];
  mine: Record<string, unknown>;
  foreign: Record<string, unknown>;
}

/** The wall between tenants: every tenant table × every role × every way in, under both of Supabase's grant profiles. */
describe.each<GrantProfile>(['strict', 'legacy'])('row security under the %s grant profile', (grants) => {
  let database: TestDatabase;
  let owner: pg.Client;
  let api: pg.Client;
  let authenticator: pg.Client;
  let mine: Tenant;
  let foreign: Tenant;
  let tables: TenantTable[];

  beforeAll(async () => {
    database = await createTestDatabase({ grants });
    owner = await connect(database.url);
    api = await connect(database.apiUrl);
    authenticator = await connect(database.authenticatorUrl);
    mine = await seedTenant(owner);
    foreign = await seedTenant(owner);
    tables = [];
    for (const name of await tenantTables(owner)) {
      const columns = await rows<{ name: string }>(
        owner,
        `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
        [`public.${name}`],
      );
      tables.push({
        name,
        columns: columns.map((column) => column.name),
        mine: await anyRow(name, mine),
        foreign: await anyRow(name, foreign),
      });
    }
  });
  afterAll(async () => {
    await Promise.all([owner, api, authenticator].map((client) => client.end()));
    await database.drop();
  });

  async function anyRow(table: string, { id }: Tenant): Promise<Record<string, unknown>> {
    const found = await one<{ row: Record<string, unknown> }>(
      owner,
      `select to_jsonb(t) as row from public.${table} t where organization_id = $1 order by to_jsonb(t) ->> 'role' desc limit 1`,
      [id],
    );
    return found.row;
  }

  const ACTORS = [...ROLES, 'api_key'] as const;
  const tenant = (who: Tenant, as: (typeof ACTORS)[number]): Actor => ({
    role: 'authenticated',
    claims:
      as === 'api_key'
        ? { role: 'authenticated', base_actor: 'api_key', base_org: who.id, base_key: who.apiKeyId }
        : { role: 'authenticated', sub: who.users[as] },
  });

  test('every tenant table has a row of both organizations, so that nothing below passes by emptiness', () => {
    expect(tables.length).toBeGreaterThan(40);
  });

  describe.each(['plain SQL', 'base_api'] as const)('as authenticated through %s', (way) => {
    const connection = () => (way === 'plain SQL' ? owner : api);

    test.each(ACTORS)('%s neither sees nor writes a row of another organization, in any table', async (as) => {
      const list = tables.flatMap((table) => foreignAttempts(table, foreign.id));
      expect(list.length).toBeGreaterThan(500);
      await expect(successes(connection(), tenant(mine, as), list)).resolves.toEqual([]);
    });

    test.each(ACTORS)('%s cannot hand a row of its own to another organization', async (as) => {
      const list = tables.map(({ name }) => ({
        name,
        sql: `update public.${name} set organization_id = '${foreign.id}' where organization_id = '${mine.id}'`,
      }));
      await expect(successes(connection(), tenant(mine, as), list)).resolves.toEqual([]);
    });

    test('the organizations and people of others are invisible and unwritable', async () => {
      const people = Object.values(foreign.users)
        .map((id) => `'${id}'`)
        .join(', ');
      const list = [
        `select 1 from organizations where id = '${foreign.id}'`,
        `update organizations set name = 'x' where id = '${foreign.id}'`,
        `delete from organizations where id = '${foreign.id}'`,
        `select 1 from users where id in (${people})`,
        `update users set name = 'x' where id in (${people})`,
        `update users set name = 'x' where id = '${mine.users.viewer}'`,
      ].map((sql) => ({ name: sql, sql }));
      await expect(successes(connection(), tenant(mine, 'owner'), list)).resolves.toEqual([]);
    });

    test('nobody gives a plan, a status, operator rights, credits, prices or a job state to oneself, or reads a secret', async () => {
      const list = WISHES.map((sql) => ({
        name: sql,
        sql: sql.replaceAll('MY_ORGANIZATION', `'${mine.id}'`).replaceAll('ME', `'${mine.users.owner}'`),
      }));
      await expect(successes(connection(), tenant(mine, 'owner'), list)).resolves.toEqual([]);
      await expect(successes(connection(), tenant(mine, 'api_key'), list)).resolves.toEqual([]);
    });

    test('what each role may write in its own organization is exactly this', async () => {
      const found: Record<string, string> = {};
      for (const as of ACTORS) {
        const list = tables.flatMap((table) => ownAttempts(table, mine.id));
        const touched = await attempts(connection(), tenant(mine, as), list);
        tables.forEach(({ name }, place) => {
          const letters = ['i', 'u', 'd'].filter((_, offset) => touched[place * 3 + offset] !== 0).join('');
          if (letters) found[name] = [found[name], `${as} ${letters}`].filter(Boolean).join(', ');
        });
      }
      expect(found).toEqual(MAY_WRITE);
    });
  });

  test('a member sees the rows of the own organization, and of all organizations of the own, from the moment on', async () => {
    const seen = (user: string) =>
      as(api, { role: 'authenticated', claims: { sub: user } }, () =>
        rows<{ id: string }>(api, 'select distinct organization_id as id from ai_jobs order by 1'),
      );
    await expect(seen(mine.users.billing)).resolves.toEqual([{ id: mine.id }]);
    await owner.query(`insert into organization_members (organization_id, user_id, role) values ($1, $2, 'viewer')`, [
      foreign.id,
      mine.users.billing,
    ]);
    await expect(seen(mine.users.billing)).resolves.toEqual([mine.id, foreign.id].sort().map((id) => ({ id })));
    await owner.query('delete from organization_members where organization_id = $1 and user_id = $2', [
      foreign.id,
      mine.users.billing,
    ]);
    await expect(seen(mine.users.billing)).resolves.toEqual([{ id: mine.id }]);
  });

  test.each([
    ['another organization named in user metadata', { user_metadata: { base_actor: 'api_key', base_org: 'FOREIGN' } }],
    ['another organization named in app metadata', { app_metadata: { base_actor: 'api_key', base_org: 'FOREIGN' } }],
    ['an organization without an actor', { base_org: 'FOREIGN' }],
    ['an actor of another kind', { base_actor: 'user', base_org: 'FOREIGN' }],
  ])('%s opens nothing', async (_name, extra) => {
    const claims = JSON.parse(
      JSON.stringify({ sub: mine.users.owner, ...extra }).replaceAll('FOREIGN', foreign.id),
    ) as object;
    const list = tables.flatMap((table) => foreignAttempts(table, foreign.id));
    await expect(successes(api, { role: 'authenticated', claims }, list)).resolves.toEqual([]);
  });

  test('a deleted organization is invisible to its members and its keys', async () => {
    await owner.query('begin');
    await owner.query('select private.delete_organization($1)', [mine.id]);
    for (const who of ['owner', 'api_key'] as const) {
      await become(owner, 'authenticated', tenant(mine, who).claims);
      expect(await rows(owner, 'select 1 from ai_jobs')).toEqual([]);
      await owner.query('reset role');
    }
    await owner.query('rollback');
  });

  test('a connection of the API without context sees only the catalogue, and writes nothing of tenants', async () => {
    const all = await rows<{ name: string }>(
      owner,
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') order by 1`,
    );
    await expect(
      successes(
        api,
        {},
        all.map(({ name }) => ({ name, sql: `select 1 from public.${name} limit 1` })),
      ),
    ).resolves.toEqual(['credit_packs: 1', 'plans: 1', 'pricing: 1']);
    const writes = tables
      .flatMap((table) => foreignAttempts(table, foreign.id))
      .filter(({ name }) => name !== 'insert into outbound_mails');
    await expect(successes(api, {}, writes)).resolves.toEqual([]);
  });

  test('a tenant context with claims of nobody sees and writes nothing', async () => {
    const list = tables.flatMap((table) => [...foreignAttempts(table, foreign.id), ...ownAttempts(table, mine.id)]);
    for (const claims of [undefined, {}, { role: 'authenticated' }, { sub: randomUUID() }]) {
      await expect(successes(api, { role: 'authenticated', claims }, list)).resolves.toEqual([]);
    }
  });

  test('the context ends with its transaction', async () => {
    await api.query('begin');
    await become(api, 'authenticated', tenant(mine, 'owner').claims);
    expect(await rows(api, 'select 1 from ai_jobs')).not.toEqual([]);
    await api.query('commit');
    await expect(
      one(api, `select current_user::text as role, nullif(current_setting('request.jwt.claims', true), '') as claims`),
    ).resolves.toEqual({ role: 'base_api', claims: null });
    await expect(api.query('select 1 from ai_jobs')).rejects.toMatchObject({ code: '42501' });
  });

  test('anon sees plans and pricing and nothing else', async () => {
    const all = await rows<{ name: string }>(
      owner,
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'private', 'identity', 'parts', 'bullmq', 'migrations', 'auth') and c.relkind in ('r', 'p', 'v')
        order by 1`,
    );
    const list = all.map(({ name }) => ({ name, sql: `select 1 from ${name} limit 1` }));
    await expect(successes(authenticator, { role: 'anon', claims: {} }, list)).resolves.toEqual([
      'public.plans: 1',
      'public.pricing: 1',
    ]);
  });

  describe('behind Supabase’s data API (a session of authenticator)', () => {
    test('a member reads the own organization', async () => {
      const found = await as(authenticator, tenant(mine, 'viewer'), () =>
        rows(authenticator, 'select distinct organization_id as id from ai_jobs'),
      );
      expect(found).toEqual([{ id: mine.id }]);
    });

    test('claims of an API key, which only the backend may make, open nothing', async () => {
      const list = tables.map(({ name }) => ({ name, sql: `select organization_id from public.${name}` }));
      await expect(successes(authenticator, tenant(mine, 'api_key'), list)).resolves.toEqual([]);
    });

    test('nobody writes anything, not even an owner in the own organization', async () => {
      const list = tables.flatMap((table) => ownAttempts(table, mine.id));
      await expect(successes(authenticator, tenant(mine, 'owner'), list)).resolves.toEqual([]);
    });

    test('it cannot become the backend or an operator', async () => {
      for (const role of ['base_api', 'base_worker', 'base_operator', 'postgres']) {
        await expect(authenticator.query(`set role ${role}`)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });

  test('the API can become a tenant or an operator, and nothing mightier', async () => {
    for (const role of ['service_role', 'base_worker', 'postgres', 'supabase_admin', 'authenticator']) {
      await expect(api.query(`set role ${role}`)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('an operator sees every organization, anybody else in that role sees none', async () => {
    const organizations = (user: string) =>
      as(api, { role: 'base_operator', claims: { sub: user } }, () =>
        one<{ found: bigint }>(api, 'select count(distinct organization_id) as found from ai_jobs'),
      );
    await owner.query('update users set is_operator = true where id = $1', [foreign.users.viewer]);
    await expect(organizations(foreign.users.viewer)).resolves.toEqual({ found: 2n });
    await expect(organizations(mine.users.owner)).resolves.toEqual({ found: 0n });
    await owner.query('update users set is_operator = false where id = $1', [foreign.users.viewer]);
    await expect(organizations(foreign.users.viewer)).resolves.toEqual({ found: 0n });
  });
});

async function as<T>(client: pg.Client, { role, claims }: Actor, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    if (role) await become(client, role, claims);
    return await work();
  } finally {
    await client.query('rollback');
  }
}

/** What another organization's rows must not suffer: one attempt per column, too, because rights are given by column. */
function foreignAttempts({ name, columns, foreign }: TenantTable, organization: string): Attempt[] {
  const where = `where organization_id = '${organization}'`;
  return [
    { name: `select from ${name}`, sql: `select organization_id from public.${name} ${where}` },
    ...columns
      .filter((column) => column !== 'organization_id')
      .map((column) => ({
        name: `update of ${name}.${column}`,
        sql: `update public.${name} set ${column} = ${column} ${where}`,
      })),
    { name: `delete from ${name}`, sql: `delete from public.${name} ${where}` },
    insertAttempt(name, columns, foreign),
  ];
}

/** Insert, update, delete, as somebody may be allowed to do them on rows of the own organization. */
function ownAttempts({ name, columns, mine }: TenantTable, organization: string): Attempt[] {
  const column = UPDATED[name] ?? 'organization_id';
  const where = `where organization_id = '${organization}'`;
  return [
    insertAttempt(name, columns, mine),
    { name: `update of ${name}`, sql: `update public.${name} set ${column} = ${column} ${where}` },
    { name: `delete from ${name}`, sql: `delete from public.${name} ${where}` },
  ];
}

/** A new row like a given one: only rights can refuse it, or a unique key, which is looked at after them. */
function insertAttempt(table: string, columns: string[], like: Record<string, unknown>): Attempt {
  const list = columns.join(', ');
  return {
    name: `insert into ${table}`,
    sql: `insert into public.${table} (${list}) select ${list} from jsonb_populate_record(null::public.${table}, $1)`,
    row: 'id' in like ? { ...like, id: randomUUID() } : like,
  };
}

/** Where a tenant may update some columns only: one of those. */
const UPDATED: Record<string, string> = { ai_jobs: 'metadata', generations: 'metadata', api_keys: 'name' };

const MANAGE = 'owner iud, admin iud, api_key iud';
const KEEP = 'owner iu, admin iu, creator iu, api_key iu';
const MAKE = 'owner iud, admin iud, creator iud, api_key iud';

const MAY_WRITE = {
  ai_jobs: 'owner u, admin u, creator u, api_key u',
  api_keys: 'owner iu, admin iu, api_key iu',
  assets: KEEP,
  auto_top_ups: 'owner iu, billing iu',
  billing_profiles: 'owner iu, billing iu',
  brand_kits: MAKE,
  budgets: 'owner iud, admin iud, billing iud, api_key iud',
  // Taking a file along is reading: everybody may.
  download_links: 'owner i, admin i, billing i, creator i, viewer i, api_key i',
  // The seeded favourite is the creator's: nobody else's to make or remove.
  favorites: 'creator id',
  generations: 'owner u, admin u, creator u, api_key u',
  idempotency_keys: 'owner iud, admin iud, billing iud, creator iud, viewer iud, api_key iud',
  invitations: MANAGE,
  // Everybody may leave; an owner's attempt to remove all members fails on the last owner.
  organization_members: 'owner iu, admin iud, billing d, creator d, viewer d, api_key iud',
  // The seeded preset is the creator's own; shared ones are every creator's.
  presets: 'creator iud',
  projects: KEEP,
  provider_api_keys: MANAGE,
  share_link_items: 'owner id, admin id, creator id, api_key id',
  share_links: KEEP,
  webhook_deliveries: 'owner i, admin i, api_key i',
  webhooks: 'owner iu, admin iu, api_key iu',
};

const WISHES = [
  `update organizations set plan = 'enterprise' where id = MY_ORGANIZATION`,
  `update organizations set status = 'active' where id = MY_ORGANIZATION`,
  'update organizations set deleted_at = null where id = MY_ORGANIZATION',
  'update users set is_operator = true where id = ME',
  `update users set email = 'x@example.com' where id = ME`,
  'update credit_balances set available = 1000000, granted = 1000000',
  'update credit_grants set remaining = remaining + 1',
  `update ai_jobs set status = 'succeeded'`,
  'update ai_jobs set held_credits = 0',
  `update subscriptions set plan = 'enterprise'`,
  'update pricing set credits_per_unit = 0',
  `update plans set monthly_credits = 1000000`,
  `insert into quotes (organization_id, model, input_hash, estimated_credits, max_credits, expires_at)
   values (MY_ORGANIZATION, 'm', 'h', 0, 0, now() + interval '1 day')`,
  `insert into events (organization_id, sequence, type) values (MY_ORGANIZATION, 99, 'job.queued')`,
  `insert into audit_logs (organization_id, actor_type, action) values (MY_ORGANIZATION, 'user', 'x')`,
  'delete from credit_transactions',
  `select credit_credits(MY_ORGANIZATION, 5, 'grant', 'gift')`,
  `select debit_credits(MY_ORGANIZATION, 5, 'k')`,
  `select create_ai_jobs('[]')`,
  `select settle_hold(gen_random_uuid(), 0)`,
  `select release_hold(gen_random_uuid(), 'x')`,
  `select check_ledger()`,
  `select private.create_organization(gen_random_uuid(), ME, 'x', 'x')`,
  `select private.set_plan(MY_ORGANIZATION, 'enterprise')`,
  `select private.find_api_key('x')`,
  'select secret_hash from api_keys',
  'select ciphertext from provider_api_keys',
  'select wrapped_key from organization_data_keys',
  `select private.current_data_key(MY_ORGANIZATION)`,
  `select private.find_provider_keys(MY_ORGANIZATION, 'openai', null)`,
  'select secret_encrypted from webhooks',
  'select token_hash from invitations',
  'select token_hash from share_links',
  'select id from download_links',
  'select 1 from identity.credentials',
  'select 1 from auth.users',
];
