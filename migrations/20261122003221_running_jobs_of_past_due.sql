-- While an organization's plan is not paid, it runs as many jobs at once as the free plan may, as it makes as many requests.

create function private.places_of(organization uuid) returns int
language sql stable
set search_path = ''
as $$
  select p.concurrent_jobs
    from public.organizations o
    join public.plans p on p.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
   where o.id = organization
$$;
comment on function private.places_of(uuid) is 'How many jobs an organization may run at once: its plan''s, or the free plan''s while it is past_due. select private.places_of(''<organization>'');';
revoke all on function private.places_of(uuid) from public;

create or replace function private.take_job_slot(job uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
  organization uuid;
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
  if private.count_running_jobs(organization, take_job_slot.job) < private.places_of(organization) then
    return true;
  end if;
  update public.ai_jobs j set slot_wanted_at = coalesce(j.slot_wanted_at, now()) where j.id = take_job_slot.job;
  return false;
end
$$;

create or replace function private.list_jobs_for_slots(organization uuid) returns table (id uuid, type public.job_type)
language plpgsql security definer
set search_path = ''
as $$
declare
  free_places bigint;
begin
  -- Whoever found no place before this lock is marked by now; whoever looks after it sees the place.
  perform pg_advisory_xact_lock(hashtextextended('job slots of ' || organization, 0));
  free_places := private.places_of(organization) - private.count_running_jobs(organization, null);
  return query
    select j.id, j.type
      from public.ai_jobs j
     where j.organization_id = organization and j.slot_wanted_at is not null
       and (j.status = 'queued' or (j.status = 'processing' and j.lease_expires_at <= clock_timestamp()))
     order by j.created_at, j.id
     limit greatest(coalesce(free_places, 0), 0);
end
$$;
