import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { bootstrapPlainPostgres, migrate } from '#core/migrate';
import { currentServer, withDatabase } from '#core/testing';
import { become, connect, createOrganization, one, rows } from './fixtures.js';

/** What of Supabase's Storage and Realtime the migrations touch, in their own shape. */
const SUPABASE_PARTS = `
  create table storage.buckets (id text primary key, name text not null, public boolean default false);
  create table storage.objects (id uuid primary key default gen_random_uuid(), bucket_id text references storage.buckets (id), name text);
  alter table storage.buckets enable row level security;
  alter table storage.objects enable row level security;
  grant all on storage.buckets, storage.objects to postgres;
  grant select on storage.objects to authenticated;
  alter table storage.objects owner to postgres;
  create table realtime.messages (topic text not null, extension text not null default 'broadcast', payload jsonb, event text, private boolean default false, inserted_at timestamp default now());
  alter table realtime.messages enable row level security;
  alter table realtime.messages owner to postgres;
  grant select, insert on realtime.messages to authenticated;
  create function realtime.topic() returns text language sql stable as $$ select nullif(current_setting('realtime.topic', true), '') $$;
  create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language plpgsql as $$
  begin
    if event = 'job.failed' then raise exception 'realtime is down'; end if;
    insert into realtime.messages (payload, event, topic, private) values (payload, event, topic, private);
  end $$;
`;

describe('where Supabase’s parts exist', () => {
  const { superuserUrl, ownerUrl } = currentServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  let superuser: pg.Client;
  let owner: pg.Client;

  beforeAll(async () => {
    superuser = await connect(superuserUrl);
    await superuser.query(`create database ${name} owner postgres`);
    await bootstrapPlainPostgres(withDatabase(superuserUrl, name));
    const client = await connect(withDatabase(superuserUrl, name));
    await client.query(SUPABASE_PARTS);
    await client.end();
    await migrate(withDatabase(ownerUrl, name));
    owner = await connect(withDatabase(ownerUrl, name));
  });
  afterAll(async () => {
    await owner.end();
    await superuser.query(`drop database ${name} with (force)`);
    await superuser.end();
  });

  const append = (organization: string, type: string) =>
    owner.query('select append_events($1)', [
      JSON.stringify([{ organization_id: organization, type, data: { prompt: 'secret' } }]),
    ]);

  test('every event is sent to the private topic of its organization, slim; a failing Realtime stops no work', async () => {
    const { id } = await createOrganization(owner);
    await append(id, 'job.queued');
    await append(id, 'job.failed');
    const messages = await rows<{ event: string; topic: string; private: boolean; payload: object }>(
      owner,
      `select event, topic, private, payload from realtime.messages where topic = $1 and event like 'job.%'`,
      [`org:${id}`],
    );
    expect(messages).toEqual([
      {
        event: 'job.queued',
        topic: `org:${id}`,
        private: true,
        payload: expect.objectContaining({ type: 'job.queued' }),
      },
    ]);
    expect(JSON.stringify(messages)).not.toContain('secret');
    await expect(
      one(owner, `select count(*) as events from events where organization_id = $1 and type like 'job.%'`, [id]),
    ).resolves.toEqual({ events: 2n });
  });

  test('a member may listen to the own topic and to no other', async () => {
    const [mine, foreign] = [await createOrganization(owner), await createOrganization(owner)];
    for (const { id } of [mine, foreign]) await append(id, 'job.queued');
    const heard = async (topic: string) => {
      await owner.query('begin');
      await become(owner, 'authenticated', { sub: mine.owner });
      await owner.query(`select set_config('realtime.topic', $1, true)`, [topic]);
      const found = await rows(owner, `select 1 from realtime.messages where topic = $1 and event = 'job.queued'`, [
        topic,
      ]);
      await owner.query('rollback');
      return found.length;
    };
    await expect(heard(`org:${mine.id}`)).resolves.toBe(1);
    await expect(heard(`org:${foreign.id}`)).resolves.toBe(0);
  });

  test('a member reads the files of the own organization, and nobody writes past the backend', async () => {
    const [mine, foreign] = [await createOrganization(owner), await createOrganization(owner)];
    for (const { id } of [mine, foreign])
      await owner.query(`insert into storage.objects (bucket_id, name) values ('base-media', $1)`, [
        `${id}/2026/a.png`,
      ]);
    await owner.query('begin');
    await become(owner, 'authenticated', { sub: mine.owner });
    const seen = await rows(owner, 'select name from storage.objects');
    await owner.query('rollback');
    expect(seen).toEqual([{ name: `${mine.id}/2026/a.png` }]);
    await expect(one(owner, `select public from storage.buckets where id = 'base-media'`)).resolves.toEqual({
      public: false,
    });
  });

  test('changes of jobs, generations and balances are published', async () => {
    await expect(
      rows(owner, `select tablename as name from pg_publication_tables where pubname = 'supabase_realtime' order by 1`),
    ).resolves.toEqual([{ name: 'ai_jobs' }, { name: 'credit_balances' }, { name: 'generations' }]);
  });
});

test('where they do not exist, the same migrations leave nothing of them', async () => {
  const { superuserUrl, templates, ownerUrl } = currentServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const superuser = await connect(superuserUrl);
  await superuser.query(`create database ${name} template ${templates.strict} owner postgres`);
  const client = await connect(withDatabase(ownerUrl, name));
  const left = await rows(
    client,
    `select proname as name from pg_proc where proname = 'broadcast_event'
     union all select tablename from pg_publication_tables where pubname = 'supabase_realtime'
     union all select policyname from pg_policies where schemaname in ('storage', 'realtime')`,
  );
  await client.end();
  await superuser.query(`drop database ${name}`);
  await superuser.end();
  expect(left).toEqual([]);
});
