-- What the API's own role does for a tenant without becoming one: it has authorized the caller already, and these
-- functions take the organization by name and touch nothing else.

create function private.create_quote(
  quote_id uuid,
  organization uuid,
  asked_by uuid,
  model text,
  input_hash text,
  estimated bigint,
  maximum bigint,
  price jsonb,
  price_version int
) returns timestamptz
language sql volatile security definer
set search_path = ''
as $$
  insert into public.quotes (id, organization_id, user_id, model, input_hash, estimated_credits, max_credits, price,
                             price_version, expires_at)
  values (quote_id, organization, asked_by, model, input_hash, estimated, maximum, price, price_version,
          now() + interval '15 minutes')
  returning expires_at
$$;
comment on function private.create_quote(uuid, uuid, uuid, text, text, bigint, bigint, jsonb, int) is
  'Keeps a promised price for 15 minutes of the database''s clock and returns when it ends. Clients may not write quotes: a quote caps what a job costs.';
revoke execute on function private.create_quote(uuid, uuid, uuid, text, text, bigint, bigint, jsonb, int)
  from public, anon, authenticated;
grant execute on function private.create_quote(uuid, uuid, uuid, text, text, bigint, bigint, jsonb, int)
  to base_api, service_role;

create function public.cancel_ai_job(organization uuid, job uuid) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  found_job public.ai_jobs;
begin
  select * into found_job from public.ai_jobs as j where j.id = job and j.organization_id = organization for update;
  if not found then
    return 'not_found';
  end if;
  if found_job.status = 'processing' then
    update public.ai_jobs set cancel_requested_at = coalesce(cancel_requested_at, now()), updated_at = now() where id = job;
    return 'requested';
  end if;
  if found_job.status not in ('queued', 'awaiting_funds') then
    return 'ended';
  end if;
  update public.ai_jobs
     set status = 'canceled', charged_credits = 0, cancel_requested_at = now(), finished_at = now(), updated_at = now(),
         error_code = 'ai.canceled', error_message = 'Canceled on request.'
   where id = job;
  if found_job.held_credits > 0 and found_job.status = 'queued' then
    perform public.release_hold(job, 'ai.canceled');
  end if;
  perform public.append_events(jsonb_build_array(jsonb_build_object(
    'organization_id', organization, 'type', 'job.canceled', 'subject_id', job, 'project_id', found_job.project_id,
    'data', jsonb_build_object(
      'jobId', job, 'type', found_job.type, 'model', found_job.model, 'status', 'canceled',
      'error', jsonb_build_object('code', 'ai.canceled', 'message', 'Canceled on request.'),
      'chargedCredits', 0, 'returnedCredits', found_job.held_credits))));
  return 'canceled';
end
$$;
comment on function public.cancel_ai_job(uuid, uuid) is
  'Cancels a waiting job and returns its whole hold (canceled), or asks the worker of a running one to stop (requested). Else: ended, not_found. select public.cancel_ai_job(organization, job);';
revoke execute on function public.cancel_ai_job(uuid, uuid) from public, anon, authenticated;
grant execute on function public.cancel_ai_job(uuid, uuid) to base_api, base_worker, service_role;

create function private.list_event_positions(organizations uuid[])
returns table (organization_id uuid, last_sequence bigint)
language sql stable security definer
set search_path = ''
as $$
  select s.organization_id, s.last_sequence from public.event_sequences as s where s.organization_id = any (organizations)
$$;
comment on function private.list_event_positions(uuid[]) is
  'The newest sequence of each organization: tells the streams of a process which ones have something to read.';
revoke execute on function private.list_event_positions(uuid[]) from public, anon, authenticated;
grant execute on function private.list_event_positions(uuid[]) to base_api, service_role;

create function private.list_events_after(
  organization uuid,
  after_sequence bigint,
  subject uuid,
  project uuid,
  types text[],
  row_limit int
)
returns table (
  id uuid, organization_id uuid, sequence bigint, type text, subject_id uuid, project_id uuid, data jsonb, created_at timestamptz
)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  -- Two statements, because a subject's few events and an organization's many are found by different indexes.
  if subject is not null then
    return query
      select e.id, e.organization_id, e.sequence, e.type, e.subject_id, e.project_id, e.data, e.created_at
        from public.events as e
       where e.subject_id = subject
         and e.sequence > after_sequence
         and e.organization_id = organization
         and (project is null or e.project_id = project)
         and (types is null or e.type = any (types))
       order by e.sequence
       limit least(row_limit, 1000);
  else
    return query
      select e.id, e.organization_id, e.sequence, e.type, e.subject_id, e.project_id, e.data, e.created_at
        from public.events as e
       where e.organization_id = organization
         and e.sequence > after_sequence
         and (project is null or e.project_id = project)
         and (types is null or e.type = any (types))
       order by e.sequence
       limit least(row_limit, 1000);
  end if;
end
$$;
comment on function private.list_events_after(uuid, bigint, uuid, uuid, text[], int) is
  'The event log of one organization after a sequence, for streams that were authorized when they were opened.';
revoke execute on function private.list_events_after(uuid, bigint, uuid, uuid, text[], int) from public, anon, authenticated;
grant execute on function private.list_events_after(uuid, bigint, uuid, uuid, text[], int) to base_api, service_role;
