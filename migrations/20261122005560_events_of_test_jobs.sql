-- The events of test jobs are apart from those of live ones, as the jobs are.

alter table public.events add column test_mode boolean not null default false;
comment on column public.events.test_mode is 'About a test job: test keys see these alone, and live readers none of them unless they ask.';
-- A test key's page must not walk through all that live jobs did.
create index events_test_idx on public.events (organization_id, sequence) where test_mode;

alter table public.events disable trigger refuse_change;
update public.events e set test_mode = true from public.ai_jobs j where j.id = e.subject_id and j.test_mode;
alter table public.events enable trigger refuse_change;

create or replace function private.insert_events(new_events private.new_event[])
returns table (id uuid, organization_id uuid, sequence bigint)
language plpgsql
set search_path = ''
as $$
declare
  -- The time of a UUID version 7 (RFC 9562), taken once for all rows.
  stamp bytea := substring(uuid_send(private.uuid_v7()) for 8);
begin
  return query
    with given as materialized (
      select n.id, n.organization_id as org, n.type, n.subject_id, n.project_id, n.data, n.ordinality as place
        from unnest(new_events) with ordinality as n
    ), counted as materialized (
      select g.org, count(*) as events from given g group by g.org
    ), sequences as (
      -- Counters are taken in one order by everybody.
      insert into public.event_sequences as s (organization_id, last_sequence)
      select c.org, c.events from counted c order by c.org
      on conflict on constraint event_sequences_pkey do update set last_sequence = s.last_sequence + excluded.last_sequence
      returning s.organization_id as org, s.last_sequence
    )
    insert into public.events as e (id, organization_id, sequence, type, subject_id, project_id, data, test_mode, created_at)
    select coalesce(g.id, private.uuid_at(stamp)), g.org,
           s.last_sequence - c.events + row_number() over (partition by g.org order by g.place),
           g.type, g.subject_id, g.project_id, coalesce(g.data, '{}'), coalesce(j.test_mode, false), clock_timestamp()
      from given g
      join counted c on c.org = g.org
      join sequences s on s.org = g.org
      -- Each job looked up by its id, as in find_facts.
      left join lateral (
        select x.test_mode from public.ai_jobs x where x.id = g.subject_id and g.type like 'job.%' offset 0
      ) j on true
     order by g.place
    returning e.id, e.organization_id, e.sequence;
end
$$;

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
