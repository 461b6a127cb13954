-- Several jobs are started by one statement, and jobs whose provider is to be asked again are found by the clock of their row.

create index ai_jobs_due_idx on public.ai_jobs (next_poll_at) where status = 'processing' and next_poll_at is not null;

create function private.start_next_jobs(kind public.job_type, max_jobs int, lease_ms int) returns setof public.ai_jobs
language plpgsql security definer
set search_path = ''
as $$
declare
  next_id uuid;
  started public.ai_jobs;
begin
  -- Each start locks the places of its organization until the commit: two of these at once could wait for each other.
  perform pg_advisory_xact_lock(hashtextextended('start_next_jobs', 0));
  for place in 1..max_jobs loop
    next_id := private.next_job(kind);
    exit when next_id is null;
    update public.ai_jobs j
       set status = 'processing', claim_token = gen_random_uuid(),
           lease_expires_at = clock_timestamp() + lease_ms * interval '1 millisecond',
           slot_wanted_at = null, attempt = j.attempt + 1, started_at = now(), updated_at = now()
     where j.id = next_id
    returning j.* into started;
    return next started;
  end loop;
end
$$;
comment on function private.start_next_jobs(public.job_type, int, int) is
  'Claims the jobs whose turn it is, for the caller''s worker, each under a token of its own. select * from private.start_next_jobs(''image'', 5, 30000);';
revoke all on function private.start_next_jobs(public.job_type, int, int)
  from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.start_next_jobs(public.job_type, int, int) to base_worker, service_role;

create or replace function public.cancel_ai_job(organization uuid, job uuid) returns text
language plpgsql security definer
set search_path = ''
as $$
declare
  found_job public.ai_jobs;
begin
  select j.* into found_job from public.ai_jobs j where j.id = job and j.organization_id = organization for no key update;
  if not found then
    return 'not_found';
  end if;
  if found_job.status = 'processing' then
    update public.ai_jobs j
       set cancel_requested_at = coalesce(j.cancel_requested_at, now()),
           -- One that waits for its provider is taken up at once; one in a worker's hands is stopped by that worker.
           next_poll_at = case when j.lease_expires_at is null then now() else j.next_poll_at end
     where j.id = job;
    return 'requested';
  end if;
  if found_job.status not in ('queued', 'awaiting_funds') then
    return 'ended';
  end if;
  update public.ai_jobs j
     set status = 'canceled', charged_credits = 0, cancel_requested_at = coalesce(j.cancel_requested_at, now()), finished_at = now(),
         error_code = 'ai.canceled', error_message = 'Canceled on request.'
   where j.id = job;
  perform public.release_hold(job, 'ai.canceled');
  perform public.append_events(jsonb_build_array(jsonb_build_object(
    'organization_id', organization, 'type', 'job.canceled', 'subject_id', job, 'project_id', found_job.project_id,
    'data', jsonb_build_object('jobId', job, 'type', found_job.type, 'model', found_job.model, 'status', 'canceled',
                               'error', jsonb_build_object('code', 'ai.canceled', 'message', 'Canceled on request.'),
                               'chargedCredits', 0, 'returnedCredits', found_job.held_credits)
  )));
  return 'canceled';
end
$$;

create function private.list_jobs_for_slots_of(organizations uuid[]) returns table (id uuid, organization_id uuid, type public.job_type)
language plpgsql security definer
set search_path = ''
as $$
declare
  organization uuid;
begin
  -- The places of several organizations, as above.
  perform pg_advisory_xact_lock(hashtextextended('start_next_jobs', 0));
  foreach organization in array organizations loop
    return query select j.id, organization, j.type from private.list_jobs_for_slots(organization) j;
  end loop;
end
$$;
comment on function private.list_jobs_for_slots_of(uuid[]) is
  'The waiting jobs that there is room for in each of these organizations. select * from private.list_jobs_for_slots_of(array[''<organization>'']::uuid[]);';
revoke all on function private.list_jobs_for_slots_of(uuid[])
  from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant execute on function private.list_jobs_for_slots_of(uuid[]) to base_worker, service_role;
