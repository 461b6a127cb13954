-- The monthly cap of a key is its budget, and nothing beside it: the column was a second place to say the same.

create function private.key_cap(key uuid, out cap_credits bigint, out used_credits bigint)
language sql stable security definer
set search_path = ''
as $$
  select b.monthly_credits, coalesce(u.reserved + u.spent, 0)
    from public.api_keys k
    join public.organizations o on o.id = k.organization_id
    join public.budgets b on b.scope = 'api_key' and b.api_key_id = private.oldest_key(k.id) and b.enabled and b.hard_stop
    left join public.budget_usage u on u.budget_id = b.id and u.period = date_trunc('month', now() at time zone o.time_zone)::date
   where k.id = key and private.via_backend()
     -- In a tenant's transaction: of that tenant only.
     and (private.claims() is null or k.organization_id in (select private.my_orgs()))
$$;
comment on function private.key_cap(uuid) is
  'What stops the jobs of a key each month, and what this month has held and spent of it; nulls: nothing does. Those who replace each other share it. select * from private.key_cap(''<key>'');';

create function private.set_key_cap(organization uuid, key uuid, cap_credits bigint, set_by uuid default null) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  capped uuid := private.oldest_key(key);
begin
  if not private.via_backend() then
    raise exception 'set_key_cap: only the backend sets caps' using errcode = 'BA012', hint = 'Nothing was changed.';
  end if;
  if not exists (
    select from public.api_keys k
     where k.id = key and k.organization_id = organization
       and (private.claims() is null or k.organization_id in (select private.my_orgs()))
  ) then
    raise exception 'set_key_cap: there is no such key' using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if cap_credits is null then
    delete from public.budgets b where b.api_key_id = capped and b.scope = 'api_key';
    return;
  end if;
  if cap_credits < 1 then
    raise exception 'set_key_cap: a cap of at least 1 credit' using errcode = 'BA001', hint = 'Nothing was changed; null takes the cap away.';
  end if;
  insert into public.budgets (organization_id, scope, api_key_id, monthly_credits, created_by)
  values (organization, 'api_key', capped, cap_credits, set_by)
  on conflict (organization_id, scope, user_id, api_key_id, project_id)
    do update set monthly_credits = excluded.monthly_credits, enabled = true, hard_stop = true;
end
$$;
comment on function private.set_key_cap(uuid, uuid, bigint, uuid) is
  'Caps what the jobs of a key, with those that replace it, may cost in a month; null: no cap. select private.set_key_cap(''<organization>'', ''<key>'', 5000);';

drop trigger follow_key_cap_insert on public.api_keys;
drop trigger follow_key_cap_update on public.api_keys;
drop function private.follow_key_cap();

drop function private.find_api_key(text);
create function private.find_api_key(key_id text)
returns table (
  id uuid, organization_id uuid, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, name text, mode text, secret_hash bytea, scopes text[],
  created_by uuid, expires_at timestamptz, revoked_at timestamptz, ip_allow cidr[], maker_role public.user_role
)
language sql stable security definer
set search_path = ''
as $$
  select k.id, k.organization_id, o.status, o.plan, l.requests_per_minute, l.concurrent_jobs, k.name, k.mode,
         k.secret_hash, k.scopes, k.created_by, k.expires_at, k.revoked_at, k.ip_allow, m.role
    from public.api_keys k
    join public.organizations o on o.id = k.organization_id and o.deleted_at is null
    join public.plans l on l.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
    left join public.organization_members m on m.organization_id = k.organization_id and m.user_id = k.created_by
   where k.key_id = find_api_key.key_id
$$;
comment on function private.find_api_key(text) is
  'All that authenticating a key needs, expired and revoked ones included; no row: unknown. maker_role bounds the scopes; null: who made the key is no member any more.';
alter table public.api_keys drop column monthly_cap_credits;

revoke all on function private.find_api_key(text), private.key_cap(uuid), private.set_key_cap(uuid, uuid, bigint, uuid)
from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.find_api_key(text) to base_api, service_role;
grant execute on function private.key_cap(uuid), private.set_key_cap(uuid, uuid, bigint, uuid) to authenticated, base_api, service_role;
