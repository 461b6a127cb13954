import type pg from 'pg';
import { createTestDatabase, type GrantProfile, type TestDatabase } from '#core/testing';
import { connect, rows } from './fixtures.js';

const OURS = `('public', 'private', 'identity')`;

/** Functions of extensions are not ours. */
const NOT_EXTENSION = `not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;

/** The rules that every object of the database keeps, read from the catalogue, under both of Supabase's grant profiles. */
describe.each<GrantProfile>(['strict', 'legacy'])('the catalogue under the %s grant profile', (grants) => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase({ grants });
    client = await connect(database.url);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const names = async (sql: string) => (await rows<{ name: string }>(client, sql)).map(({ name }) => name);

  test('no table is without row security, partitions and the migrator’s own table included', async () => {
    await expect(
      names(`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ('public', 'private', 'identity', 'parts', 'migrations') and c.relkind in ('r', 'p') and not c.relrowsecurity`),
    ).resolves.toEqual([]);
  });

  test('every table has a policy; only leaves, which nobody has rights on, have none', async () => {
    await expect(
      names(`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ${OURS} and c.relkind in ('r', 'p') and not exists (select from pg_policy p where p.polrelid = c.oid)`),
    ).resolves.toEqual([]);
    await expect(
      names(`select c.oid::regclass::text as name from pg_class c
              where c.relnamespace = 'parts'::regnamespace and c.relkind = 'r' and exists (select from aclexplode(c.relacl) a where a.grantee <> c.relowner)`),
    ).resolves.toEqual([]);
  });

  test('no policy is for everybody: each says to whom', async () => {
    await expect(
      names(
        `select tablename || '.' || policyname as name from pg_policies where schemaname in ${OURS} and 'public' = any (roles)`,
      ),
    ).resolves.toEqual([]);
  });

  test('there is one permissive policy per table, role and action', async () => {
    await expect(
      names(`select tablename || ' ' || role || ' ' || action as name
               from pg_policies p, unnest(p.roles) role,
                    unnest(case p.cmd when 'ALL' then array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] else array[p.cmd] end) action
              where schemaname in ${OURS} and permissive = 'PERMISSIVE'
              group by tablename, role, action having count(*) > 1`),
    ).resolves.toEqual([]);
  });

  test('no policy calls a function per row: auth.uid() and our helpers stand in sub-selects', async () => {
    const policies = await rows<{ name: string; text: string }>(
      client,
      `select tablename || '.' || policyname as name, coalesce(qual, '') || ' ' || coalesce(with_check, '') as text
         from pg_policies where schemaname in ${OURS}`,
    );
    const bare = policies.filter(({ text }) => /(?<!SELECT )(?:auth|private)\.\w+\(/.test(text));
    expect(bare).toEqual([]);
    expect(policies.length).toBeGreaterThan(150);
  });

  test('no policy and no function reads user metadata for rights', async () => {
    const found = await names(`
      select policyname as name from pg_policies where coalesce(qual, '') || coalesce(with_check, '') ~ 'metadata'
      union all
      select p.proname from pg_proc p where p.pronamespace = 'private'::regnamespace and p.proname ~ '^(my_|is_|via_)' and p.prosrc ~ 'metadata'`);
    expect(found).toEqual([]);
  });

  test('no function is without an empty search_path, but those whose names were bound when they were made', async () => {
    await expect(
      names(`select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname in ${OURS} and ${NOT_EXTENSION}
                and p.prosqlbody is null and not coalesce(p.proconfig, '{}') && array['search_path=""', 'search_path=']`),
    ).resolves.toEqual([]);
  });

  test('no view reads with its owner’s rights', async () => {
    await expect(
      names(`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ${OURS} and c.relkind in ('v', 'm') and not coalesce(c.reloptions, '{}') @> array['security_invoker=true']`),
    ).resolves.toEqual([]);
  });

  test('no foreign key is without an index that begins with its columns', async () => {
    await expect(
      names(`select c.conrelid::regclass || '.' || c.conname as name
               from pg_constraint c join pg_namespace n on n.oid = c.connamespace
              where c.contype = 'f' and n.nspname in ${OURS}
                and not exists (
                  select from pg_index i
                   where i.indrelid = c.conrelid and i.indisvalid
                     and (select array_agg(k order by k) from unnest((i.indkey::smallint[])[0 : cardinality(c.conkey) - 1]) k)
                         = (select array_agg(k order by k) from unnest(c.conkey) k)
                     -- A partial index serves when it leaves out nothing but nulls.
                     and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
                )`),
    ).resolves.toEqual([]);
  });

  test('anon may execute nothing, authenticated only what its policies call, the search, and what asks who is behind the backend', async () => {
    const executable = (role: string) =>
      names(`select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname in ('public', 'private', 'identity', 'bullmq', 'parts') and ${NOT_EXTENSION}
                and has_function_privilege('${role}', p.oid, 'execute') order by 1`);
    await expect(executable('anon')).resolves.toEqual([]);
    await expect(executable('authenticated')).resolves.toEqual([
      'private.append_audit(jsonb)',
      'private.claims()',
      'private.is_operator()',
      'private.key_cap(uuid)',
      'private.list_dependents(uuid,uuid)',
      'private.my_colleagues()',
      'private.my_orgs()',
      'private.my_orgs_as(user_role[])',
      'private.my_role(uuid)',
      'private.set_key_cap(uuid,uuid,bigint,uuid)',
      'private.uuid_v7()',
      'private.via_backend()',
      'search_generations(uuid,text,integer,timestamp with time zone,uuid,jsonb)',
    ]);
  });

  test('what moves money is executable by the backend’s roles only', async () => {
    const who = await rows<{ name: string; roles: string[] }>(
      client,
      `select p.proname as name,
              array(select r.rolname::text from pg_roles r
                     where r.rolname in ('anon', 'authenticated', 'authenticator', 'base_api', 'base_worker', 'base_operator', 'service_role')
                       and has_function_privilege(r.oid, p.oid, 'execute') order by 1) as roles
         from pg_proc p where p.pronamespace = 'public'::regnamespace
          and p.proname in ('credit_credits', 'debit_credits', 'hold_credits', 'settle_hold', 'release_hold', 'create_ai_jobs', 'expire_grants')`,
    );
    expect(who).toHaveLength(7);
    for (const { roles } of who) expect(roles).toEqual(['base_api', 'base_worker', 'service_role']);
  });

  test('every definer function that a client may execute is owned by a role that bypasses row security', async () => {
    await expect(
      names(`select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner
              where n.nspname in ${OURS} and p.prosecdef and not (r.rolbypassrls or r.rolsuper)`),
    ).resolves.toEqual([]);
  });

  test('nobody may write the books by SQL, and nobody but the owner may truncate anything', async () => {
    await expect(
      names(`select r.rolname || ' ' || t || ' ' || action as name
               from (values ('anon'), ('authenticated'), ('service_role'), ('base_api'), ('base_worker'), ('base_operator')) r (rolname),
                    unnest(array['credit_balances', 'credit_transactions', 'credit_transaction_keys', 'credit_grants', 'credit_holds', 'events', 'audit_logs']) t,
                    unnest(array['insert', 'update', 'delete']) action
              where has_table_privilege(r.rolname, 'public.' || t, action)`),
    ).resolves.toEqual([]);
    await expect(
      names(`select c.relname || ' ' || r.rolname as name from pg_class c, (values ('anon'), ('authenticated'), ('service_role'), ('base_api'), ('base_worker'), ('base_operator')) r (rolname)
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege(r.rolname, c.oid, 'truncate')`),
    ).resolves.toEqual([]);
  });

  test('what later migrations make is granted to no client by default', async () => {
    await client.query('begin');
    await client.query(
      'create table public.later (id int); create function public.later() returns int language sql as $$ select 1 $$',
    );
    const granted = await names(`
      select r.rolname as name from (values ('anon'), ('authenticated')) r (rolname)
       where has_table_privilege(r.rolname, 'public.later', 'select, insert, update, delete')`);
    await client.query('rollback');
    expect(granted).toEqual([]);
  });

  test('every table, view and function is explained, and no amount is a float', async () => {
    await expect(
      names(`select c.oid::regclass::text as name from pg_class c
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null
             union all
             select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname in ${OURS} and ${NOT_EXTENSION} and obj_description(p.oid, 'pg_proc') is null`),
    ).resolves.toEqual([]);
    await expect(
      names(`select table_name || '.' || column_name as name from information_schema.columns
              where table_schema in ${OURS} and table_name not like 'v\\_%' and data_type in ('real', 'double precision', 'numeric', 'money', 'timestamp without time zone')`),
    ).resolves.toEqual([]);
  });

  test('every text has a bound', async () => {
    await expect(
      names(`select c.relname || '.' || a.attname as name
               from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              where c.relnamespace in ('public'::regnamespace, 'identity'::regnamespace) and c.relkind in ('r', 'p') and a.atttypid = 'text'::regtype
                and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'f') and a.attnum = any (k.conkey))`),
    ).resolves.toEqual([]);
  });

  test('the names that the design fixes are there', async () => {
    const found = new Set(
      await names(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
                   union select typname from pg_type where typnamespace = 'public'::regnamespace and typtype = 'e'
                   union select proname from pg_proc where pronamespace = 'public'::regnamespace`),
    );
    expect(FIXED_NAMES.filter((name) => !found.has(name))).toEqual([]);
    expect(await rows(client, 'select id::text from plans order by sort')).toEqual(
      ['free', 'starter', 'pro', 'business', 'enterprise'].map((id) => ({ id })),
    );
  });
});

const FIXED_NAMES = `
  user_role subscription_plan subscription_status job_status job_type transaction_type webhook_status
  organizations users organization_members invitations plans subscriptions credit_balances credit_transactions credit_grants credit_holds
  api_keys provider_api_keys ai_jobs generations usage_daily usage_by_user rate_limits audit_logs webhooks webhook_deliveries events pricing
  quotes budgets invoices payments idempotency_keys projects assets presets share_links
  debit_credits credit_credits check_rate_limit hold_credits settle_hold release_hold create_ai_jobs
  v_organization_usage v_credit_summary v_job_costs v_provider_health
`
  .trim()
  .split(/\s+/);
