-- The backend's roles and the schemas that no client sees.

-- base_api and base_worker log in for the services; their passwords are set by whoever runs the database, never here.
-- Neither owns anything, neither bypasses row security, neither inherits: base_api acts for a tenant only after it has
-- become `authenticated` inside of a transaction. base_operator is what base_api becomes for a platform operator.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
      from (values
        ('base_api', 'login noinherit'),
        ('base_worker', 'login noinherit'),
        ('base_operator', 'nologin noinherit')
      ) as roles (name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute pg_catalog.format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end
$$;

grant anon, authenticated, base_operator to base_api;

-- Who runs the migrations may stand in for the backend: the fallback of hosted projects where custom roles cannot log in
-- through the pooler connects as `postgres` and becomes `authenticated` per transaction.
do $$
begin
  execute pg_catalog.format('grant base_api, base_worker, base_operator to %I', current_user);
  if pg_catalog.current_setting('server_version_num')::int < 160000
     and not pg_catalog.pg_has_role(current_user, 'authenticated', 'member') then
    execute pg_catalog.format('grant anon, authenticated to %I', current_user);
  end if;
end
$$;

-- Older Supabase projects grant every new object in `public` to the client roles, newer ones grant nothing. From here on
-- this database behaves like the newer ones, whichever it was; what clients may do is granted by name.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

grant usage on schema public to anon, authenticated, service_role, base_api, base_worker, base_operator;

create schema private;
comment on schema private is 'Helpers of policies and functions of the backend. Never exposed by a data API.';
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role, base_api, base_worker, base_operator;

create schema parts;
comment on schema parts is 'The partitions of partitioned tables. Nobody has rights here: rows are reached through the parent.';
revoke all on schema parts from public;

create schema identity;
comment on schema identity is 'What the local issuer keeps: password hashes, sessions, tokens, factors, signing keys. Unused with Supabase Auth.';
revoke all on schema identity from public;
grant usage on schema identity to base_api;

-- Ranges and texts in one exclusion constraint (no two prices in force for one thing).
create schema if not exists extensions;
create extension if not exists btree_gist with schema extensions;
