-- A budget of a key that only warns, or is switched off, was decided on by somebody: setting a cap does not overrule it.

drop function private.set_key_cap(uuid, uuid, bigint, uuid);
create function private.set_key_cap(organization uuid, key uuid, cap_credits bigint, set_by uuid default null) returns boolean
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
    delete from public.budgets b where b.api_key_id = capped and b.scope = 'api_key' and b.enabled and b.hard_stop;
    return true;
  end if;
  if cap_credits < 1 then
    raise exception 'set_key_cap: a cap of at least 1 credit' using errcode = 'BA001', hint = 'Nothing was changed; null takes the cap away.';
  end if;
  insert into public.budgets as b (organization_id, scope, api_key_id, monthly_credits, created_by)
  values (organization, 'api_key', capped, cap_credits, set_by)
  on conflict (organization_id, scope, user_id, api_key_id, project_id)
    do update set monthly_credits = excluded.monthly_credits where b.enabled and b.hard_stop;
  return found;
end
$$;
comment on function private.set_key_cap(uuid, uuid, bigint, uuid) is
  'Caps what the jobs of a key, with those that replace it, may cost in a month; null: no cap. False: the key has a budget that is no cap, which was left as it is. select private.set_key_cap(''<organization>'', ''<key>'', 5000);';
revoke all on function private.set_key_cap(uuid, uuid, bigint, uuid)
from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.set_key_cap(uuid, uuid, bigint, uuid) to authenticated, base_api, service_role;
