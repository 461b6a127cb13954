-- create_ai_jobs() tells of each accepted job what it holds: a quote or a cap may have made it less than was asked for.

create or replace function public.create_ai_jobs(requests jsonb)
returns table (ordinal int, outcome text, job_id uuid, job_status public.job_status, created_at timestamptz, detail jsonb)
language plpgsql security definer
set search_path = ''
-- Small sets of parameters against large tables: plans are made once per connection, not per call, and use the indexes
-- whatever the statistics said at that moment. Making them anew took ten times as long as running them.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_material = off
as $$
declare
  parsed private.job_request[];
  decisions private.job_decision[];
  organizations uuid[];
  available bigint[];
begin
  if requests is null or jsonb_typeof(requests) <> 'array' or jsonb_array_length(requests) > 1000 then
    raise exception 'create_ai_jobs: the argument must be a JSON array of at most 1000 requests' using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  select array_agg(r) into parsed from jsonb_populate_recordset(null::private.job_request, requests) r;
  if parsed is null then
    return;
  end if;

  for attempt in 1 .. 2 loop
    -- From here on these organizations' money, keys and budgets move for nobody else. Sorted, so that no two calls wait
    -- for each other.
    select array_agg(b.organization_id), array_agg(b.available)
      into organizations, available
      from (
        select x.organization_id, x.available
          from public.credit_balances x
         where x.organization_id in (select r.organization_id from unnest(parsed) r)
         order by x.organization_id
           for no key update
      ) b;
    exit when not exists (
      select from public.credit_grants g
       where g.organization_id = any (organizations) and g.closed_at is null and g.expires_at <= now() and g.remaining > g.held
    );
    perform private.expire_due_grants(organizations);
  end loop;

  decisions := private.decide_jobs(parsed, coalesce(organizations, '{}'), coalesce(available, '{}'));
  if exists (select from unnest(decisions) d where d.outcome in ('created', 'parked')) then
    if exists (select from unnest(decisions) d where d.amount > 0) then
      perform private.hold_for_jobs(parsed, decisions, organizations);
    end if;
    perform private.write_jobs(parsed, decisions);
    if exists (select from unnest(decisions) d where cardinality(d.budgets) > 0) then
      perform private.reserve_budgets(parsed, decisions);
    end if;
  end if;

  return query
    select d.ordinality::int, d.outcome, d.job_id, d.job_status, d.created_at,
           case when d.outcome in ('created', 'parked') then d.detail || jsonb_build_object('held', d.amount) else d.detail end
      from unnest(decisions) with ordinality as d
     order by d.ordinality;
end
$$;
