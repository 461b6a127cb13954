-- Organizations' own keys at the providers: data keys in a table of their own (adr/0010), and what the keys' life needs.

create table public.organization_data_keys (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  wrapped_key bytea not null check (length(wrapped_key) between 32 and 512),
  key_version text not null check (length(key_version) between 1 and 40),
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  unique (organization_id, id)
);
create unique index organization_data_keys_current_idx on public.organization_data_keys (organization_id) where retired_at is null;
create index organization_data_keys_version_idx on public.organization_data_keys (key_version, id);
comment on table public.organization_data_keys is
  'The keys that encrypt an organization''s secrets, each wrapped by a key-encryption key that is not in the database. One is current; a retired one waits until nothing is encrypted with it any more.';
comment on column public.organization_data_keys.wrapped_key is 'Nonce and AES-256-GCM ciphertext of the data key.';
comment on column public.organization_data_keys.key_version is 'The key-encryption key that wraps it: a name in ENCRYPTION_KEYS.';
comment on column public.organization_data_keys.retired_at is 'Encrypts nothing new since then.';

-- Nothing has written a provider key before this migration.
alter table public.provider_api_keys
  drop column wrapped_key,
  drop column key_version,
  add column data_key_id uuid not null,
  add column refused_at timestamptz,
  add column last_used_at timestamptz,
  add constraint provider_api_keys_data_key_fkey
    foreign key (organization_id, data_key_id) references public.organization_data_keys (organization_id, id);
create index provider_api_keys_data_key_idx on public.provider_api_keys (organization_id, data_key_id);
comment on table public.provider_api_keys is 'An organization''s own keys at the providers, encrypted (AES-256-GCM) with a data key of the organization.';
comment on column public.provider_api_keys.ciphertext is 'The key and the authentication tag; bound to organization, provider, row and purpose.';
comment on column public.provider_api_keys.data_key_id is 'The data key that opens it.';
comment on column public.provider_api_keys.enabled is 'False: kept, but not used.';
comment on column public.provider_api_keys.refused_at is 'When the provider refused it; not used since. A successful test or a new secret clears it.';
comment on column public.provider_api_keys.last_test_error is 'A code of ours; null: the last test went well.';
comment on column public.provider_api_keys.last_used_at is 'Written in batches: up to a minute behind.';

alter table public.ai_jobs add column provider_key_id uuid;
comment on column public.ai_jobs.provider_key_id is
  'The organization''s own key that the provider was asked with, so that it is asked again with the same; null: the platform''s. No foreign key: the key may be deleted, the history stays.';

-- Row security and rights. Tenants never see a data key, not even wrapped; the API reads them through the functions below.
alter table public.organization_data_keys enable row level security;
create policy worker on public.organization_data_keys for all to base_worker using (true) with check (true);
create policy operator_select on public.organization_data_keys for select to base_operator using ((select private.is_operator()));
revoke all on public.organization_data_keys from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant select, insert, update, delete on public.organization_data_keys to base_worker, service_role;
grant select (id, organization_id, key_version, created_at, retired_at) on public.organization_data_keys to base_operator;
grant select (data_key_id, refused_at, last_used_at) on public.provider_api_keys to authenticated, base_operator;

create function private.current_data_key(organization uuid)
returns table (id uuid, organization_id uuid, wrapped_key bytea, key_version text)
language sql stable security definer
set search_path = ''
as $$
  select k.id, k.organization_id, k.wrapped_key, k.key_version
    from public.organization_data_keys k
   where k.organization_id = current_data_key.organization and k.retired_at is null
$$;
comment on function private.current_data_key(uuid) is 'The data key that encrypts an organization''s new secrets; no row: it has none yet.';

create function private.add_data_key(id uuid, organization_id uuid, wrapped_key bytea, key_version text) returns void
language sql volatile security definer
set search_path = ''
as $$
  insert into public.organization_data_keys (id, organization_id, wrapped_key, key_version)
  values (add_data_key.id, add_data_key.organization_id, add_data_key.wrapped_key, add_data_key.key_version)
  on conflict (organization_id) where retired_at is null do nothing
$$;
comment on function private.add_data_key(uuid, uuid, bytea, text) is
  'Gives an organization its first data key; one that has a current key keeps it: of two at once, one wins for both.';

create function private.find_provider_keys(organization uuid, provider_name text, key_id uuid)
returns table (
  id uuid, organization_id uuid, provider text, ciphertext bytea, nonce bytea, data_key_id uuid, wrapped_key bytea, key_version text,
  usable boolean
)
language sql stable security definer
set search_path = ''
as $$
  select p.id, p.organization_id, p.provider, p.ciphertext, p.nonce, d.id, d.wrapped_key, d.key_version,
         p.enabled and p.refused_at is null
    from public.provider_api_keys p
    join public.organization_data_keys d on d.organization_id = p.organization_id and d.id = p.data_key_id
   where p.organization_id = find_provider_keys.organization
     and p.provider = find_provider_keys.provider_name
     and (p.id = find_provider_keys.key_id or (find_provider_keys.key_id is null and p.enabled and p.refused_at is null))
   order by p.created_at desc, p.id desc
$$;
comment on function private.find_provider_keys(uuid, text, uuid) is
  'An organization''s keys at a provider, sealed, with the data keys that open them: one by id, or with a null id all that may be used, newest first.';

create function private.touch_provider_keys(uses jsonb) returns void
language sql volatile security definer
set search_path = ''
as $$
  update public.provider_api_keys k
     set last_used_at = u.used_at
    from (
      select x.id, max(x.used_at) as used_at from jsonb_to_recordset(uses) as x (id uuid, used_at timestamptz) group by x.id
    ) u
   where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.used_at)
$$;
comment on function private.touch_provider_keys(jsonb) is
  'Writes many last uses at once; an older use never replaces a newer one. select private.touch_provider_keys(''[{"id": "…", "used_at": "2026-11-22T10:00:00Z"}]'');';

create function private.data_keys_in_use()
returns table (key_version text, organizations bigint, id uuid, organization_id uuid, wrapped_key bytea)
language sql stable security definer
set search_path = ''
as $$
  select distinct on (k.key_version)
         k.key_version, count(*) over (partition by k.key_version), k.id, k.organization_id, k.wrapped_key
    from public.organization_data_keys k
   where k.retired_at is null
      or exists (select from public.provider_api_keys p where p.organization_id = k.organization_id and p.data_key_id = k.id)
   order by k.key_version, k.id
$$;
comment on function private.data_keys_in_use() is
  'Every version of key-encryption key that is still needed, by how many data keys, with one of them to try it on.';

create function private.drop_retired_data_keys(retired_for interval, max_rows int) returns int
language sql volatile security definer
set search_path = ''
as $$
  with dropped as (
    delete from public.organization_data_keys k
     where k.id in (
       select d.id from public.organization_data_keys d
        where d.retired_at < now() - retired_for
          and not exists (select from public.provider_api_keys p where p.organization_id = d.organization_id and p.data_key_id = d.id)
        limit max_rows
     )
    returning 1
  )
  select count(*)::int from dropped
$$;
comment on function private.drop_retired_data_keys(interval, int) is
  'Deletes data keys that encrypt nothing any more. Whoever encrypts with one at this moment is protected by the foreign key.';

revoke all on function
  private.current_data_key(uuid), private.add_data_key(uuid, uuid, bytea, text), private.find_provider_keys(uuid, text, uuid),
  private.touch_provider_keys(jsonb), private.data_keys_in_use(), private.drop_retired_data_keys(interval, int)
from public;
grant execute on function
  private.current_data_key(uuid), private.add_data_key(uuid, uuid, bytea, text), private.find_provider_keys(uuid, text, uuid),
  private.touch_provider_keys(jsonb), private.data_keys_in_use()
to base_api, base_worker, service_role;
grant execute on function private.drop_retired_data_keys(interval, int) to base_worker, service_role;
