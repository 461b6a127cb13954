-- The shape of a Supabase project, for a PostgreSQL that is not one.
--
-- Run once by a superuser, before the migrations; running it again changes nothing. Never run on Supabase itself: the
-- migrator refuses (see libs/core/src/migrate/detect-target.ts). It holds what the migrations and the services rely on:
-- roles, schemas, auth.users, the auth.* functions and the realtime publication. There is no Storage and no Realtime
-- here; the migrations leave out what belongs to them.

-- Roles, with the attributes they have on Supabase. `postgres` owns everything and is not a superuser there; where it
-- already is one (the usual plain server), it stays as it is.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
      from (values
        ('postgres', 'login createdb createrole replication bypassrls'),
        ('anon', 'nologin noinherit'),
        ('authenticated', 'nologin noinherit'),
        ('service_role', 'nologin noinherit bypassrls'),
        ('authenticator', 'login noinherit'),
        ('supabase_auth_admin', 'login noinherit'),
        ('supabase_storage_admin', 'login noinherit')
      ) as roles (name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;

  -- The migrations let the backend's role become these. From PostgreSQL 16 on, granting a role needs its admin option.
  if pg_catalog.current_setting('server_version_num')::int >= 160000 then
    grant anon, authenticated, service_role to postgres with admin option;
  else
    grant anon, authenticated, service_role to postgres;
  end if;
end
$$;

grant anon, authenticated, service_role to authenticator;

do $$
begin
  execute pg_catalog.format('alter database %I owner to postgres', pg_catalog.current_database());
end
$$;
alter schema public owner to postgres;
revoke create on schema public from public;
grant usage on schema public to anon, authenticated, service_role;

create schema if not exists extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;

create schema if not exists storage authorization supabase_storage_admin;
create schema if not exists realtime;
grant usage on schema storage, realtime to postgres, anon, authenticated, service_role;

create schema if not exists auth authorization supabase_auth_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role;
-- How the migrator and private.is_plain_postgres() know this schema from the one of Supabase Auth.
comment on schema auth is 'base-agency: plain PostgreSQL';

-- The columns of Supabase Auth's table that anything here reads or writes.
create table if not exists auth.users (
  id uuid primary key,
  aud varchar(255) default 'authenticated',
  role varchar(255) default 'authenticated',
  email varchar(255),
  email_confirmed_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  deleted_at timestamptz
);
create unique index if not exists users_email_key on auth.users (lower(email));
alter table auth.users owner to supabase_auth_admin;
alter table auth.users enable row level security;
grant select, insert, update, delete, references, trigger on auth.users to postgres;
comment on table auth.users is 'Accounts. On Supabase this table belongs to Supabase Auth; here the local issuer writes it.';

-- After a commit the setting is an empty string, not null: hence the nullif.
create or replace function auth.jwt() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

create or replace function auth.uid() returns uuid
language sql stable set search_path = '' as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

create or replace function auth.role() returns text
language sql stable set search_path = '' as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;

create or replace function auth.email() returns text
language sql stable set search_path = '' as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;

do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
    alter publication supabase_realtime owner to postgres;
  end if;
end
$$;
