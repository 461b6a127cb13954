-- What an organization demands of those who act in it, and what its plan includes beside numbers.

alter table public.organizations drop column settings;
alter table public.organizations
  add column require_second_factor boolean not null default false,
  add column allowed_email_domains text[] not null default '{}' check (cardinality(allowed_email_domains) <= 20),
  add column api_key_max_days int check (api_key_max_days between 1 and 3650);
comment on column public.organizations.require_second_factor is 'Members without a second factor may not act in it until they have one.';
comment on column public.organizations.allowed_email_domains is 'Who may be invited and join, by the domain of the address, in small letters; empty: anybody.';
comment on column public.organizations.api_key_max_days is 'API keys made or rotated from now on must end within so many days; null: they may live for ever.';
grant update (require_second_factor, allowed_email_domains, api_key_max_days) on public.organizations to authenticated;

create function private.check_invited_domain() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform from public.organizations o
    where o.id = new.organization_id and cardinality(o.allowed_email_domains) > 0
      and not lower(split_part(new.email, '@', 2)) = any (o.allowed_email_domains);
  if found then
    raise exception 'the organization takes in no addresses of this domain' using errcode = 'BA015', hint = 'See organizations.allowed_email_domains.';
  end if;
  return new;
end
$$;
comment on function private.check_invited_domain() is 'Trigger: nobody is invited or taken in from a domain that the organization does not allow.';
create trigger check_invited_domain_insert before insert on public.invitations
  for each row execute function private.check_invited_domain();
create trigger check_invited_domain_update before update of accepted_at on public.invitations
  for each row when (new.accepted_at is not null and old.accepted_at is null) execute function private.check_invited_domain();

create function private.plan_features(features jsonb) returns text[]
language sql immutable
set search_path = ''
as $$
  select coalesce(array_agg(f.key order by f.key), '{}') from jsonb_each(features) f where f.value = 'true'
$$;
comment on function private.plan_features(jsonb) is 'The switches of a plan that are on. select private.plan_features(features) from plans;';

drop function private.find_user(uuid);
create function private.find_user(user_id uuid)
returns table (
  id uuid, email text, email_verified_at timestamptz, name text, avatar_path text, locale text, time_zone text,
  last_organization_id uuid, is_operator boolean, has_second_factor boolean
)
language sql stable security definer
set search_path = ''
as $$
  select u.id, u.email, u.email_verified_at, u.name, u.avatar_path, u.locale, u.time_zone,
         (select m.organization_id
            from public.organization_members m
            join public.organizations o on o.id = m.organization_id and o.deleted_at is null
           where m.user_id = u.id and m.organization_id = u.last_organization_id),
         u.is_operator,
         exists (select from identity.totp_factors f where f.user_id = u.id and f.confirmed_at is not null)
    from public.users u
   where u.id = find_user.user_id and u.deleted_at is null
$$;
comment on function private.find_user(uuid) is
  'A living account by id; the last organization only while the person still belongs to it; the second factor is that of the local issuer.';

drop function private.find_membership(uuid, uuid);
create function private.find_membership(user_id uuid, organization_id uuid)
returns table (
  role public.user_role, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, seats int, storage_bytes bigint, is_operator boolean,
  requires_second_factor boolean, features text[]
)
language sql stable security definer
set search_path = ''
as $$
  select m.role, o.status, o.plan, l.requests_per_minute, l.concurrent_jobs, p.seats, p.storage_bytes, u.is_operator,
         o.require_second_factor, private.plan_features(p.features)
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id and o.deleted_at is null
    join public.users u on u.id = m.user_id and u.deleted_at is null
    join public.plans p on p.id = o.plan
    join public.plans l on l.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
   where m.user_id = find_membership.user_id and m.organization_id = find_membership.organization_id
$$;
comment on function private.find_membership(uuid, uuid) is 'What a request of a person in an organization needs to know, in one round trip.';

drop function private.find_api_key(text);
create function private.find_api_key(key_id text)
returns table (
  id uuid, organization_id uuid, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, name text, mode text, secret_hash bytea, scopes text[],
  created_by uuid, expires_at timestamptz, revoked_at timestamptz, ip_allow cidr[], maker_role public.user_role, features text[]
)
language sql stable security definer
set search_path = ''
as $$
  select k.id, k.organization_id, o.status, o.plan, l.requests_per_minute, l.concurrent_jobs, k.name, k.mode,
         k.secret_hash, k.scopes, k.created_by, k.expires_at, k.revoked_at, k.ip_allow, m.role, private.plan_features(p.features)
    from public.api_keys k
    join public.organizations o on o.id = k.organization_id and o.deleted_at is null
    join public.plans p on p.id = o.plan
    join public.plans l on l.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
    left join public.organization_members m on m.organization_id = k.organization_id and m.user_id = k.created_by
   where k.key_id = find_api_key.key_id
$$;
comment on function private.find_api_key(text) is
  'All that authenticating a key needs, expired and revoked ones included; no row: unknown. maker_role bounds the scopes; null: who made the key is no member any more.';

create or replace function private.find_provider_keys(organization uuid, provider_name text, key_id uuid)
returns table (
  id uuid, organization_id uuid, provider text, ciphertext bytea, nonce bytea, data_key_id uuid, wrapped_key bytea, key_version text,
  usable boolean
)
language sql stable security definer
set search_path = ''
as $$
  select p.id, p.organization_id, p.provider, p.ciphertext, p.nonce, d.id, d.wrapped_key, d.key_version, u.usable
    from public.provider_api_keys p
    join public.organization_data_keys d on d.organization_id = p.organization_id and d.id = p.data_key_id
    join public.organizations o on o.id = p.organization_id
    join public.plans l on l.id = o.plan
   cross join lateral (
     select p.enabled and p.refused_at is null and 'provider_keys' = any (private.plan_features(l.features)) as usable
   ) u
   where p.organization_id = find_provider_keys.organization
     and p.provider = find_provider_keys.provider_name
     and (p.id = find_provider_keys.key_id or (find_provider_keys.key_id is null and u.usable))
   order by p.created_at desc, p.id desc
$$;
comment on function private.find_provider_keys(uuid, text, uuid) is
  'An organization''s keys at a provider, sealed, with the data keys that open them: one by id, or with a null id all that may be used (the plan includes it), newest first.';

revoke all on function
  private.find_user(uuid), private.find_membership(uuid, uuid), private.find_api_key(text), private.plan_features(jsonb),
  private.check_invited_domain()
from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.find_user(uuid), private.find_membership(uuid, uuid), private.find_api_key(text) to base_api, service_role;
