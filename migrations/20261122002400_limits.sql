-- Limits: tokens of many buckets in one round trip, places for running jobs, idempotency of any route.

-- Room for a person who clicks through the Studio beside the programs of the same organization.
update public.plans p
   set requests_per_minute = f.requests_per_minute
  from (values ('free', 120), ('starter', 300), ('pro', 900), ('business', 3000), ('enterprise', 12000)) as f (id, requests_per_minute)
 where p.id = f.id::public.subscription_plan;

comment on column public.plans.requests_per_minute is 'Of all members and keys of an organization together; also the most that may come at once.';
comment on column public.plans.concurrent_jobs is 'Jobs of an organization that may be processing at the same time; others wait in line.';

create function public.take_rate_limits(buckets text[], limits int[], wanted int[], window_seconds int default 60)
returns table (granted int, remaining int, reset_ms int, retry_after_ms int)
language plpgsql security definer
set search_path = ''
as $$
declare
  asked_at timestamptz;
  wait_us bigint;
  window_us bigint := window_seconds * 1000000::bigint;
  arrival timestamptz;
  place int;
  granted_by int[] := array_fill(0, array[cardinality(buckets)]);
  ahead_by bigint[] := array_fill(0::bigint, array[cardinality(buckets)]);
begin
  if cardinality(buckets) is distinct from cardinality(limits) or cardinality(buckets) is distinct from cardinality(wanted)
     or coalesce(window_seconds, 0) < 1 or exists (
       select from unnest(buckets, limits, wanted) as b (bucket, limit_count, want)
        where b.bucket is null or length(b.bucket) not between 1 and 255 or coalesce(b.limit_count, 0) < 1 or coalesce(b.want, 0) < 1) then
    raise exception 'take_rate_limits: as many limits and wants as buckets, each of at least 1'
      using errcode = 'BA001', hint = 'Nothing was taken; see the comment of the function for an example.';
  end if;
  -- In one order everywhere, so that two callers with the same buckets cannot wait for each other.
  for place in select b.ordinality from unnest(buckets) with ordinality as b (bucket, ordinality) order by b.bucket, b.ordinality loop
    insert into public.rate_limits as r (bucket, theoretical_arrival) values (buckets[place], clock_timestamp())
    on conflict on constraint rate_limits_pkey do nothing;
    select r.theoretical_arrival into arrival from public.rate_limits r where r.bucket = buckets[place] for update;
    asked_at := clock_timestamp();
    -- GCRA: every token takes window/limit of time; a bucket may run ahead of the clock by one window.
    wait_us := greatest((extract(epoch from arrival - asked_at) * 1000000)::bigint, 0);
    granted_by[place] := greatest(least(wanted[place], floor((window_us - wait_us)::numeric * limits[place] / window_us)::int), 0);
    if granted_by[place] > 0 then
      wait_us := wait_us + floor(window_us::numeric * granted_by[place] / limits[place])::bigint;
      update public.rate_limits r set theoretical_arrival = asked_at + wait_us * interval '1 microsecond' where r.bucket = buckets[place];
    end if;
    ahead_by[place] := wait_us;
  end loop;
  return query
    select granted_by[g.i],
           greatest(floor((window_us - ahead_by[g.i])::numeric * limits[g.i] / window_us)::int, 0),
           ceil(ahead_by[g.i] / 1000.0)::int,
           case when granted_by[g.i] > 0 then 0
                else greatest(ceil((ahead_by[g.i] + window_us::numeric / limits[g.i] - window_us) / 1000.0)::int, 1) end
      from generate_subscripts(buckets, 1) as g (i)
     order by g.i;
end
$$;
comment on function public.take_rate_limits(text[], int[], int[], int) is
  'Takes up to the wanted tokens from each bucket, which refills to its limit per window (GCRA, the database''s clock, one round trip): for each in order what was granted (0: none), what remains, when it is full again, when the next token comes. select * from take_rate_limits(''{org:42,user:7}'', ''{120,120}'', ''{6,1}'');';

-- Places for running jobs. A place is the job's own row: it is taken by the claim, kept by the lease or by waiting for the
-- provider, and free again in the moment the row says so. There is nothing beside it that a crash could leave behind.

alter table public.ai_jobs add column slot_wanted_at timestamptz;
comment on column public.ai_jobs.slot_wanted_at is 'Since when it waits for one of the plan''s concurrent jobs to end; cleared by its claim.';
create index ai_jobs_slot_wanted_idx on public.ai_jobs (organization_id, created_at)
  where slot_wanted_at is not null and status in ('queued', 'processing');

create function private.count_running_jobs(organization uuid, besides uuid) returns bigint
language sql volatile
set search_path = ''
as $$
  select count(*)
    from public.ai_jobs j
   where j.organization_id = organization and j.status = 'processing' and j.id is distinct from besides
     and (j.lease_expires_at > clock_timestamp() or (j.lease_expires_at is null and j.next_poll_at is not null))
$$;
comment on function private.count_running_jobs(uuid, uuid) is 'Jobs in the hands of a living worker or of a provider. select private.count_running_jobs(''<organization>'', null);';

create function private.take_job_slot(job uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
  organization uuid;
  places int;
begin
  select j.organization_id into organization
    from public.ai_jobs j
   where j.id = take_job_slot.job
     and (j.status = 'queued' or (j.status = 'processing' and j.lease_expires_at <= clock_timestamp()))
     for update;
  -- Ended, in good hands, or waiting for its provider, which keeps its place: the claim decides.
  if not found then
    return true;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('job slots of ' || organization, 0));
  select p.concurrent_jobs into places
    from public.organizations o join public.plans p on p.id = o.plan
   where o.id = organization;
  if private.count_running_jobs(organization, take_job_slot.job) < places then
    return true;
  end if;
  update public.ai_jobs j set slot_wanted_at = coalesce(j.slot_wanted_at, now()) where j.id = take_job_slot.job;
  return false;
end
$$;
comment on function private.take_job_slot(uuid) is
  'Before a claim, in its transaction: whether the organization may run one more job. False: the job is marked as waiting. select private.take_job_slot(''<job>'');';

create function private.list_jobs_for_slots(organization uuid) returns table (id uuid, type public.job_type)
language plpgsql security definer
set search_path = ''
as $$
declare
  free_places bigint;
begin
  -- Whoever found no place before this lock is marked by now; whoever looks after it sees the place.
  perform pg_advisory_xact_lock(hashtextextended('job slots of ' || organization, 0));
  select p.concurrent_jobs - private.count_running_jobs(organization, null) into free_places
    from public.organizations o join public.plans p on p.id = o.plan
   where o.id = organization;
  return query
    select j.id, j.type
      from public.ai_jobs j
     where j.organization_id = organization and j.slot_wanted_at is not null
       and (j.status = 'queued' or (j.status = 'processing' and j.lease_expires_at <= clock_timestamp()))
     order by j.created_at, j.id
     limit greatest(coalesce(free_places, 0), 0);
end
$$;
comment on function private.list_jobs_for_slots(uuid) is
  'The waiting jobs that there is room for, oldest first. Changes nothing, so that asking twice loses nobody. select * from private.list_jobs_for_slots(''<organization>'');';

create function private.list_slot_seekers(max_organizations int) returns table (organization_id uuid)
language sql stable security definer
set search_path = ''
as $$
  select distinct j.organization_id
    from public.ai_jobs j
   where j.slot_wanted_at is not null and j.status in ('queued', 'processing')
   limit max_organizations
$$;
comment on function private.list_slot_seekers(int) is 'Organizations with jobs that wait for a place. select * from private.list_slot_seekers(100);';

-- Idempotency of any route. The key is made by the caller of these functions from route, person and Idempotency-Key.

create function private.begin_idempotent(scope uuid, key text, operation text, request_hash text, lock_seconds int)
returns table (outcome text, response_status int, response_body jsonb)
language plpgsql security definer
set search_path = ''
as $$
declare
  known public.idempotency_keys;
begin
  insert into public.idempotency_keys as k (organization_id, key, operation, request_hash, state, locked_until)
  values (scope, begin_idempotent.key, begin_idempotent.operation, begin_idempotent.request_hash, 'in_progress',
          clock_timestamp() + make_interval(secs => lock_seconds))
  on conflict on constraint idempotency_keys_pkey do update
     set locked_until = excluded.locked_until
   -- The first holder is dead: the same request may go on.
   where k.state = 'in_progress' and k.locked_until <= clock_timestamp() and k.request_hash = excluded.request_hash;
  if found then
    return query select 'begun'::text, null::int, null::jsonb;
    return;
  end if;
  select * into known from public.idempotency_keys k where k.organization_id = scope and k.key = begin_idempotent.key;
  return query
    select case when known.request_hash is distinct from begin_idempotent.request_hash then 'conflict'
                when known.state = 'in_progress' then 'in_progress'
                else 'done' end,
           known.response_status, known.response_body;
end
$$;
comment on function private.begin_idempotent(uuid, text, text, text, int) is
  'Takes a key for a request: begun (go on), done (with the first answer), in_progress, or conflict (another request). select * from private.begin_idempotent(''<organization>'', ''k'', ''POST /api/x'', ''<hash>'', 60);';

create function private.finish_idempotent(scope uuid, key text, request_hash text, status int, body jsonb) returns void
language sql volatile security definer
set search_path = ''
as $$
  update public.idempotency_keys k
     set state = 'done', locked_until = null, response_status = finish_idempotent.status, response_body = finish_idempotent.body
   where k.organization_id = scope and k.key = finish_idempotent.key and k.request_hash = finish_idempotent.request_hash
     and k.state = 'in_progress'
$$;
comment on function private.finish_idempotent(uuid, text, text, int, jsonb) is
  'Keeps the answer of a request that was begun. select private.finish_idempotent(''<organization>'', ''k'', ''<hash>'', 201, ''"sealed"'');';

create function private.abandon_idempotent(scope uuid, key text, request_hash text) returns void
language sql volatile security definer
set search_path = ''
as $$
  delete from public.idempotency_keys k
   where k.organization_id = scope and k.key = abandon_idempotent.key and k.request_hash = abandon_idempotent.request_hash
     and k.state = 'in_progress'
$$;
comment on function private.abandon_idempotent(uuid, text, text) is
  'Gives a key back whose request was refused: it may be tried again. select private.abandon_idempotent(''<organization>'', ''k'', ''<hash>'');';

revoke all on function
  public.take_rate_limits(text[], int[], int[], int), private.count_running_jobs(uuid, uuid), private.take_job_slot(uuid),
  private.list_jobs_for_slots(uuid), private.list_slot_seekers(int), private.begin_idempotent(uuid, text, text, text, int),
  private.finish_idempotent(uuid, text, text, int, jsonb), private.abandon_idempotent(uuid, text, text)
from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function public.take_rate_limits(text[], int[], int[], int) to base_api, base_worker, service_role;
grant execute on function private.take_job_slot(uuid), private.list_jobs_for_slots(uuid), private.list_slot_seekers(int) to base_worker, service_role;
grant execute on function
  private.begin_idempotent(uuid, text, text, text, int), private.finish_idempotent(uuid, text, text, int, jsonb),
  private.abandon_idempotent(uuid, text, text)
to base_api, service_role;
