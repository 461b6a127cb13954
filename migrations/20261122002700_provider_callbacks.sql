-- A provider reports that a generation has ended.

create function private.note_provider_callback(job_id uuid, from_provider text, reported_id text) returns public.job_type
language sql security definer
set search_path = ''
as $$
  update public.ai_jobs as job
     set external_id = coalesce(job.external_id, reported_id),
         -- A job in a worker's hands is looked at by that worker.
         next_poll_at = case when job.lease_expires_at is null then now() else job.next_poll_at end
   where job.id = note_provider_callback.job_id
     and job.provider = from_provider
     and job.status = 'processing'
     and job.submit_started_at is not null
     and coalesce(job.external_id, reported_id) = reported_id
  returning job.type;
$$;
comment on function private.note_provider_callback(uuid, text, text) is 'Keeps the provider''s id of a running job that has none yet and makes its next poll due. Null when there is nothing to do: the job has ended, was never sent there, or goes by another id.';
create function private.find_callback_job(job_id uuid, from_provider text)
returns table (organization_id uuid, provider_key_id uuid, external_id text)
language sql stable security definer
set search_path = ''
as $$
  select job.organization_id, job.provider_key_id, job.external_id
    from public.ai_jobs as job
   where job.id = find_callback_job.job_id and job.provider = from_provider;
$$;
comment on function private.find_callback_job(uuid, text) is 'Whose job a provider reports on, and under which key it was sent there: every account signs with a secret of its own.';

revoke all on function private.find_callback_job(uuid, text) from public;
revoke all on function private.note_provider_callback(uuid, text, text) from public;
grant execute on function private.find_callback_job(uuid, text), private.note_provider_callback(uuid, text, text) to base_api, base_worker, service_role;
