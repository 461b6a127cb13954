-- What a test of an organization's own key at its provider found.

create function private.record_provider_key_test(organization uuid, key_id uuid, tested_nonce bytea, refused boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  tested public.provider_api_keys;
begin
  -- The nonce names the secret: a result that arrives after the secret was replaced is of no interest.
  select p.* into tested
    from public.provider_api_keys p
   where p.organization_id = organization and p.id = key_id and p.nonce = tested_nonce
     for update;
  if not found then
    return 'outdated';
  end if;
  update public.provider_api_keys p
     set last_tested_at = now(),
         last_test_error = case when refused then 'ai.provider_key_refused' end,
         refused_at = case when refused then coalesce(tested.refused_at, now()) end
   where p.id = tested.id;
  return case when refused and tested.refused_at is null then 'newly_refused' else 'recorded' end;
end
$$;
comment on function private.record_provider_key_test(uuid, uuid, bytea, boolean) is
  'Writes what the provider said about a key: refused keys are not used until a test succeeds or the secret is replaced. Returns outdated, newly_refused or recorded.';

revoke all on function private.record_provider_key_test(uuid, uuid, bytea, boolean) from public;
grant execute on function private.record_provider_key_test(uuid, uuid, bytea, boolean) to base_api, base_worker, service_role;
