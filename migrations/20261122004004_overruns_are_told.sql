-- Jobs that used more than was held are part of the reconciliation: their loss is told like any drift.

alter table public.reconciliations drop constraint reconciliations_kind_check;
alter table public.reconciliations add constraint reconciliations_kind_check check (kind in ('provider_costs', 'payments', 'overruns'));

create or replace function private.reconcile(of_day date) returns setof public.reconciliations
language sql volatile security definer
set search_path = ''
as $$
  with wanted as (
    -- What ended jobs say that providers cost, against what providers charged. UTC days. What they may have charged for jobs
    -- whose outcome nobody knows is told beside it: no job says what it was, so that it is no drift.
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
        select x.provider, coalesce(sum(x.cost_usd_micros) filter (where x.kind <> 'outcome_unknown'), 0)::bigint as cost,
               count(*) filter (where x.kind <> 'outcome_unknown') as charges,
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
    union all
    -- What was held, against what was used beyond it: the platform's loss. In credits.
    select 'overruns', j.provider, sum(x.held_credits)::bigint, sum(x.actual_credits)::bigint, jsonb_build_object('jobs', count(*))
      from public.credit_overruns x
      left join public.ai_jobs j on j.id = x.job_id
     where x.created_at >= of_day::timestamp at time zone 'UTC' and x.created_at < (of_day + 1)::timestamp at time zone 'UTC'
     group by j.provider
  )
  insert into public.reconciliations as r (kind, day, provider, expected, actual, detail)
  select w.kind, of_day, w.provider, w.expected, w.actual, w.detail from wanted w order by w.kind, w.provider
  on conflict (kind, day, provider) do update
    set expected = excluded.expected, actual = excluded.actual, detail = excluded.detail, created_at = now()
  returning *
$$;
comment on function private.reconcile(date) is
  'Compares one UTC day: providers'' charges with what ended jobs say, grants with payments, use with holds. Again: the newer figures. drift is actual - expected. select * from private.reconcile(current_date);';
