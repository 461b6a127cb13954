-- The events of test jobs are apart from those of live ones, as the jobs are. What new ones are about, insert_events says,
-- which the next migration writes.

alter table public.events add column test_mode boolean not null default false;
comment on column public.events.test_mode is 'About a test job: test keys see these alone, and live readers none of them unless they ask.';
-- A test key's page must not walk through all that live jobs did.
create index events_test_idx on public.events (organization_id, sequence) where test_mode;

alter table public.events disable trigger refuse_change;
update public.events e set test_mode = true from public.ai_jobs j where j.id = e.subject_id and j.test_mode;
alter table public.events enable trigger refuse_change;

drop function private.list_events_after(uuid, bigint, uuid, uuid, text[], int);
create function private.list_events_after(
  organization uuid, after_sequence bigint, subject uuid, project uuid, event_types text[], of_test_jobs boolean, max_rows int
)
returns table (
  id uuid, organization_id uuid, sequence bigint, type text, subject_id uuid, project_id uuid, data jsonb, test_mode boolean,
  created_at timestamptz
)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if subject is not null then
    return query
      select e.id, e.organization_id, e.sequence, e.type, e.subject_id, e.project_id, e.data, e.test_mode, e.created_at
        from public.events e
       where e.subject_id = subject and e.organization_id = organization and e.sequence > after_sequence
         and (project is null or e.project_id = project)
         and (event_types is null or e.type = any (event_types))
         and (of_test_jobs is null or e.test_mode = of_test_jobs)
       order by e.sequence
       limit max_rows;
  else
    return query
      select e.id, e.organization_id, e.sequence, e.type, e.subject_id, e.project_id, e.data, e.test_mode, e.created_at
        from public.events e
       where e.organization_id = organization and e.sequence > after_sequence
         and (project is null or e.project_id = project)
         and (event_types is null or e.type = any (event_types))
         and (of_test_jobs is null or e.test_mode = of_test_jobs)
       order by e.sequence
       limit max_rows;
  end if;
end
$$;
comment on function private.list_events_after(uuid, bigint, uuid, uuid, text[], boolean, int) is
  'Events of an organization after a sequence, oldest first, for streams that were authorized when they were opened. Nulls do not filter.';
revoke all on function private.list_events_after(uuid, bigint, uuid, uuid, text[], boolean, int)
  from public, anon, authenticated, service_role, base_worker, base_operator;
grant execute on function private.list_events_after(uuid, bigint, uuid, uuid, text[], boolean, int) to base_api, service_role;
