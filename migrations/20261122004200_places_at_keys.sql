-- How many generations a key at a provider may have under way, over all workers.

alter table public.provider_api_keys
  add column max_concurrent smallint check (max_concurrent between 1 and 1000);
comment on column public.provider_api_keys.max_concurrent is
  'So many generations at once, as its owner says; null: as many as the provider is known to allow.';
grant select (max_concurrent) on public.provider_api_keys to authenticated, base_operator;

-- A place at a key is the row of a job that was submitted with it, as a place of an organization is (adr/0011): so none
-- can leak. A worker that dies gives its places back when its leases end.
create index ai_jobs_submitted_idx on public.ai_jobs (provider, provider_key_id)
  where status = 'processing' and submit_started_at is not null;

create function private.count_submitted_jobs(provider_name text, key_id uuid) returns bigint
language sql volatile security definer
set search_path = ''
as $$
  select count(*)
    from public.ai_jobs j
   where j.status = 'processing' and j.submit_started_at is not null
     and j.provider = count_submitted_jobs.provider_name
     and (j.provider_key_id = count_submitted_jobs.key_id or (count_submitted_jobs.key_id is null and j.provider_key_id is null))
     and (j.external_id is not null or j.lease_expires_at > clock_timestamp())
$$;
comment on function private.count_submitted_jobs(text, uuid) is
  'How many generations are under way at a provider with a key; a null key is the platform''s.';

create function private.begin_submit(job_id uuid, claim uuid, key_id uuid, places int) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  provider_name text;
begin
  if places is not null then
    select j.provider into provider_name from public.ai_jobs j where j.id = job_id and j.claim_token = claim;
    -- Who begins at the same moment with the same key waits here, and then sees this job.
    perform pg_advisory_xact_lock(hashtextextended('places at ' || provider_name || ' with ' || coalesce(key_id::text, 'ours'), 0));
    if private.count_submitted_jobs(provider_name, key_id) >= places then
      return 'no_place';
    end if;
  end if;
  update public.ai_jobs j
     set submit_started_at = clock_timestamp(), provider_key_id = key_id
   where j.id = job_id and j.claim_token = claim and j.status = 'processing';
  return case when found then 'begun' else 'lost' end;
end
$$;
comment on function private.begin_submit(uuid, uuid, uuid, int) is
  'Writes that a provider is about to be asked, if fewer than `places` (null: any number) generations are under way with the key. Returns begun, no_place, or lost: the claim is somebody else''s by now.';

drop function private.find_provider_keys(uuid, text, uuid);
create function private.find_provider_keys(organization uuid, provider_name text, key_id uuid)
returns table (
  id uuid, organization_id uuid, provider text, ciphertext bytea, nonce bytea, data_key_id uuid, wrapped_key bytea, key_version text,
  usable boolean, max_concurrent smallint
)
language sql stable security definer
set search_path = ''
as $$
  select p.id, p.organization_id, p.provider, p.ciphertext, p.nonce, d.id, d.wrapped_key, d.key_version, u.usable, p.max_concurrent
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
  private.count_submitted_jobs(text, uuid), private.begin_submit(uuid, uuid, uuid, int), private.find_provider_keys(uuid, text, uuid)
from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.begin_submit(uuid, uuid, uuid, int) to base_worker, service_role;
grant execute on function private.find_provider_keys(uuid, text, uuid) to base_api, base_worker, service_role;
