-- Reports of providers that come at the same time share a statement, and write nothing where a look is due anyway.

drop function private.find_callback_job(uuid, text);
drop function private.note_provider_callback(uuid, text, text);

create function private.find_reported_jobs(job_ids uuid[], from_providers text[])
returns table (id uuid, provider text, organization_id uuid, provider_key_id uuid, external_id text)
language sql stable security definer
set search_path = ''
as $$
  select job.id, job.provider, job.organization_id, job.provider_key_id, job.external_id
    from unnest(job_ids, from_providers) as report (job_id, provider)
    join public.ai_jobs as job on job.id = report.job_id and job.provider = report.provider;
$$;
comment on function private.find_reported_jobs(uuid[], text[]) is 'Whose jobs providers report on, and under which keys they were sent there: every account signs with a secret of its own.';

create function private.note_reports(job_ids uuid[], from_providers text[], reported_ids text[]) returns void
language sql security definer
set search_path = ''
as $$
  update public.ai_jobs as job
     set external_id = coalesce(job.external_id, report.external_id),
         -- A job in a worker's hands is looked at by that worker.
         next_poll_at = case when job.lease_expires_at is null then now() else job.next_poll_at end
    from (select distinct on (job_id) * from unnest(job_ids, from_providers, reported_ids) as report (job_id, provider, external_id)
           -- Rows are locked in one order.
           order by job_id) as report
   where job.id = report.job_id
     and job.provider = report.provider
     and job.status = 'processing'
     and job.submit_started_at is not null
     and coalesce(job.external_id, report.external_id) = report.external_id
     and (job.external_id is null or (job.lease_expires_at is null and job.next_poll_at > now()));
$$;
comment on function private.note_reports(uuid[], text[], text[]) is 'Keeps the providers'' ids of running jobs that have none yet and makes their next polls due. Nothing happens to a job that has ended, was never sent there, goes by another id, or is looked at anyway.';

revoke all on function private.find_reported_jobs(uuid[], text[]) from public;
revoke all on function private.note_reports(uuid[], text[], text[]) from public;
grant execute on function private.find_reported_jobs(uuid[], text[]), private.note_reports(uuid[], text[], text[]) to base_api, base_worker, service_role;
