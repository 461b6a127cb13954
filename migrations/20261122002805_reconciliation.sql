-- The books are checked continuously, and compared with what providers and payments say. Nothing is ever mended here: what
-- does not add up is frozen and told.

create function private.check_books(run_started timestamptz, after uuid, max_organizations int)
returns table (checked int, last_organization uuid, violations jsonb)
language plpgsql security definer
set search_path = ''
as $$
declare
  since timestamptz;
  asked uuid[];
  found_wrong jsonb;
begin
  -- What moved since the last whole run began, with a margin for transactions that were under way then.
  select max(c.started_at) - interval '10 minutes' into since from public.ledger_checks c where c.finished_at is not null and c.started_at < run_started;
  select array_agg(b.organization_id order by b.organization_id) into asked
    from (
      select x.organization_id
        from public.credit_balances x
       where (since is null or x.updated_at >= since) and (after is null or x.organization_id > after)
       order by x.organization_id
       limit max_organizations
    ) b;
  select coalesce(jsonb_agg(to_jsonb(v)), '[]') into found_wrong
    from unnest(asked) o (id)
   cross join lateral public.check_ledger(o.id) v;
  insert into public.ledger_checks (organizations, violations, started_at, finished_at)
  values (coalesce(cardinality(asked), 0), found_wrong, run_started,
          case when coalesce(cardinality(asked), 0) < max_organizations then clock_timestamp() end);

  -- In the order of organizations, as everybody locks them; the counters of events last.
  perform private.freeze_credits(w.organization_id, 'The books do not add up: ' || w.invariants)
     from (
       select v.organization_id, string_agg(v.invariant, ', ' order by v.invariant) as invariants
         from jsonb_to_recordset(found_wrong) as v (organization_id uuid, invariant text)
         join public.credit_balances b on b.organization_id = v.organization_id and b.frozen_at is null
        group by v.organization_id
        order by v.organization_id
     ) w;
  perform private.insert_events(told.events)
     from (
       select array_agg(row(
                null, b.organization_id, 'credits.frozen', b.organization_id, null, jsonb_build_object('reason', b.frozen_reason)
              )::private.new_event order by b.organization_id) as events
         from public.credit_balances b
        where b.frozen_at = now()
          and b.organization_id in (select v.organization_id from jsonb_to_recordset(found_wrong) as v (organization_id uuid))
     ) told
    where told.events is not null;
  return query select coalesce(cardinality(asked), 0), asked[cardinality(asked)], found_wrong;
end
$$;
comment on function private.check_books(timestamptz, uuid, int) is
  'Checks the invariants of the next organizations that moved since the last whole run, writes it down, freezes and tells what is wrong. The run is whole when fewer than asked for were left. select * from private.check_books(now(), null, 500);';

create function private.reconcile(of_day date) returns setof public.reconciliations
language sql volatile security definer
set search_path = ''
as $$
  with wanted as (
    -- What ended jobs say that providers cost, against what providers charge or may have charged. UTC days.
    select 'provider_costs' as kind, coalesce(j.provider, c.provider) as provider, coalesce(j.cost, 0) as expected, coalesce(c.cost, 0) as actual,
           jsonb_build_object('jobs', coalesce(j.jobs, 0), 'charges', coalesce(c.charges, 0), 'unknownUsdMicros', coalesce(c.unknown, 0),
                              'settledCredits', coalesce(j.credits, 0)) as detail
      from (
        select x.provider, sum(x.cost_usd_micros)::bigint as cost, sum(x.charged_credits)::bigint as credits, count(*) as jobs
          from public.ai_jobs x
         where x.finished_at >= of_day::timestamp at time zone 'UTC' and x.finished_at < (of_day + 1)::timestamp at time zone 'UTC'
           and x.status = 'succeeded' and not x.test_mode
         group by x.provider
      ) j
      full join (
        select x.provider, sum(x.cost_usd_micros)::bigint as cost, count(*) as charges,
               sum(x.cost_usd_micros) filter (where x.kind = 'outcome_unknown')::bigint as unknown
          from public.provider_costs x
         where x.incurred_at >= of_day::timestamp at time zone 'UTC' and x.incurred_at < (of_day + 1)::timestamp at time zone 'UTC'
           and not x.own_key
         group by x.provider
      ) c on c.provider = j.provider
    union all
    -- What was paid for, against what was given for it. In credits.
    select 'payments', p.driver, sum(p.credits)::bigint, coalesce(sum(g.amount), 0)::bigint,
           jsonb_build_object('payments', count(*), 'without', count(*) filter (where g.id is null))
      from public.payments p
      left join public.credit_grants g on g.id = p.grant_id and g.organization_id = p.organization_id
     where p.created_at >= of_day::timestamp at time zone 'UTC' and p.created_at < (of_day + 1)::timestamp at time zone 'UTC'
       and p.status in ('succeeded', 'refunded', 'disputed') and p.credits is not null
     group by p.driver
  )
  insert into public.reconciliations as r (kind, day, provider, expected, actual, detail)
  select w.kind, of_day, w.provider, w.expected, w.actual, w.detail from wanted w order by w.kind, w.provider
  on conflict (kind, day, provider) do update
    set expected = excluded.expected, actual = excluded.actual, detail = excluded.detail, created_at = now()
  returning *
$$;
comment on function private.reconcile(date) is
  'Compares one UTC day: providers'' charges with what ended jobs say, grants with payments. Again: the newer figures. drift is actual - expected. select * from private.reconcile(current_date);';

revoke all on function private.check_books(timestamptz, uuid, int), private.reconcile(date) from public;
grant execute on function private.check_books(timestamptz, uuid, int), private.reconcile(date) to base_worker, service_role;

create function private.list_reconciliations(from_day date, to_day date) returns setof public.reconciliations
language sql stable security definer
set search_path = ''
as $$
  select r.* from public.reconciliations r where r.day between from_day and to_day order by r.day desc, r.kind, r.provider
$$;
comment on function private.list_reconciliations(date, date) is 'For the operators'' report: the newest day first.';

create function private.books_report() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'lastCheck', (
      select jsonb_build_object('startedAt', c.started_at, 'organizations', c.organizations, 'violations', c.violations)
        from public.ledger_checks c where c.finished_at is not null order by c.started_at desc limit 1
    ),
    'frozen', (
      select coalesce(jsonb_agg(jsonb_build_object('organizationId', b.organization_id, 'at', b.frozen_at, 'reason', b.frozen_reason) order by b.frozen_at), '[]')
        from public.credit_balances b where b.frozen_at is not null
    )
  )
$$;
comment on function private.books_report() is 'For the operators'' report: the last check of the invariants, and whose credits are frozen.';
revoke all on function private.list_reconciliations(date, date), private.books_report() from public;
grant execute on function private.list_reconciliations(date, date), private.books_report() to base_api, service_role;
