-- Where more looks are due than a worker keeps up with, those that will find an end come before those that may not.

create or replace function private.note_reports(job_ids uuid[], from_providers text[], reported_ids text[]) returns void
language sql security definer
set search_path = ''
as $$
  update public.ai_jobs as job
     set external_id = coalesce(job.external_id, report.external_id),
         -- A job in a worker's hands is looked at by that worker. Looks are made in the order in which they were due.
         next_poll_at = case when job.lease_expires_at is null then now() - interval '10 seconds' else job.next_poll_at end
    from (select distinct on (job_id) * from unnest(job_ids, from_providers, reported_ids) as report (job_id, provider, external_id)
           -- Rows are locked in one order.
           order by job_id) as report
   where job.id = report.job_id
     and job.provider = report.provider
     and job.status = 'processing'
     and job.submit_started_at is not null
     and coalesce(job.external_id, report.external_id) = report.external_id
     and (job.external_id is null or (job.lease_expires_at is null and job.next_poll_at > now() - interval '10 seconds'));
$$;
