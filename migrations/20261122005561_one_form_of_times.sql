-- Times in JSON that SQL makes have the form of all times of the API: UTC, milliseconds, Z.

create function private.with_api_times(value jsonb) returns jsonb
language sql immutable
set search_path = ''
as $$
  -- Only `…_at`, `…At` and `at` are touched: inside of a text the quotes around a key are escaped. What is written there
  -- may still be no time, so that nothing is read as one.
  with said as (
    select value::text as whole,
           '("(?:\w+_at|\w+At|at)": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?\+00:00(?=")' as pattern
  ), pieces as (
    select piece, place from said, regexp_split_to_table(said.whole, said.pattern) with ordinality as p (piece, place)
  ), times as (
    select found, place from said, regexp_matches(said.whole, said.pattern, 'g') with ordinality as t (found, place)
  )
  select string_agg(p.piece || coalesce(t.found[1] || '.' || rpad(left(coalesce(t.found[2], ''), 3), 3, '0') || 'Z', ''), '' order by p.place)::jsonb
    from pieces p
    left join times t on t.place = p.place
$$;
comment on function private.with_api_times(jsonb) is
  'The same JSON with the times (UTC) of its members `…_at`, `…At` and `at` as the API tells times. select private.with_api_times(''{"expiresAt": "2027-01-31T21:00:00.5+00:00"}'');';
revoke all on function private.with_api_times(jsonb) from public, anon, authenticated, service_role, base_worker, base_operator;
grant execute on function private.with_api_times(jsonb) to base_api, service_role;

-- Whose JSON has times, in UTC whatever the time zone of the session.
alter function private.export_user(uuid, int) set timezone to 'UTC';
alter function private.books_report() set timezone to 'UTC';
alter function private.expire_due_grants(uuid[]) set timezone to 'UTC';
alter function public.credit_credits(uuid, bigint, public.transaction_type, text, text, timestamptz, int) set timezone to 'UTC';

-- Whether an event is about a test job, the job says.
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
           g.type, g.subject_id, g.project_id,
           -- These are told by SQL, all others by programs, which write times in one form already.
           coalesce(case when g.type like 'credits.%' then private.with_api_times(g.data) else g.data end, '{}'),
           coalesce(j.test_mode, false), clock_timestamp()
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
