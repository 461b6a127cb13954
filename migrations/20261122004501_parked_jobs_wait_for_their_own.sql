-- What one organization parked cannot keep another's parked jobs from being looked at.

create function private.lock_fundable_jobs(max_jobs int) returns setof public.ai_jobs
language sql security definer
set search_path = ''
as $$
  select x.*
    from public.ai_jobs x
    join public.credit_balances c
      on c.organization_id = x.organization_id and c.available >= x.required_credits and c.frozen_at is null
    join public.organizations o on o.id = x.organization_id and o.status = 'active' and o.deleted_at is null
   where x.status = 'awaiting_funds' and (x.deadline_at is null or x.deadline_at > now())
     and not exists (
       select from public.budgets b
         left join public.budget_usage u
           on u.budget_id = b.id and u.period = date_trunc('month', now() at time zone o.time_zone)::date
        where b.organization_id = x.organization_id and b.enabled and b.hard_stop
          and b.monthly_credits < coalesce(u.reserved + u.spent, 0) + x.required_credits
          and case b.scope
                when 'organization' then true
                when 'member' then b.user_id = x.user_id
                when 'project' then b.project_id = x.project_id
                when 'api_key' then b.api_key_id = private.oldest_key(x.api_key_id)
              end
     )
   order by x.created_at, x.id
   limit max_jobs
     for no key update of x skip locked
$$;
comment on function private.lock_fundable_jobs(int) is
  'Locks parked jobs that their balance and each of their budgets could pay for, oldest first. Those that nothing can pay for yet are left out: a long line of them must not stand before everybody else''s.';
revoke all on function private.lock_fundable_jobs(int) from public;

create or replace function private.resume_parked_jobs(max_jobs int default 100) returns table (job_id uuid, organization_id uuid)
language plpgsql security definer
set search_path = ''
as $$
declare
  parked private.job_request[];
  decisions private.job_decision[] := '{}';
  organizations uuid[];
  available bigint[];
  budgets private.budget_state[];
  budgeted private.job_request[];
  counted uuid[];
  refusal jsonb;
  slot int;
  want bigint;
  accepted boolean;
begin
  select array_agg(jsonb_populate_record(null::private.job_request, to_jsonb(j) || jsonb_build_object('hold_credits', j.required_credits)) order by j.created_at, j.id)
    into parked
    from private.lock_fundable_jobs(max_jobs) j;
  if parked is null then
    return;
  end if;
  select array_agg(b.organization_id), array_agg(b.available)
    into organizations, available
    from (
      select x.organization_id, case when x.frozen_at is null then x.available else -1 end as available
        from public.credit_balances x
        join public.organizations o on o.id = x.organization_id and o.status = 'active' and o.deleted_at is null
       where x.organization_id in (select p.organization_id from unnest(parked) p)
       order by x.organization_id
         for no key update of x
    ) b;
  budgeted := private.for_budgets(parked);
  budgets := private.find_budgets(budgeted);
  for place in 1 .. cardinality(parked) loop
    slot := array_position(organizations, parked[place].organization_id);
    want := parked[place].hold_credits;
    counted := '{}';
    accepted := coalesce(want <= available[slot], false);
    if accepted then
      select b.budgets, b.counted, b.refusal into budgets, counted, refusal from private.apply_budgets(budgeted[place], want, budgets) b;
      accepted := refusal is null;
    end if;
    if accepted then
      available[slot] := available[slot] - want;
      decisions := decisions || row('resumed', parked[place].id, 'queued', now(), '{}', want, counted)::private.job_decision;
    else
      decisions := decisions || private.refuse('insufficient_credits', '{}');
    end if;
  end loop;
  perform private.hold_for_jobs(parked, decisions, organizations);
  perform private.reserve_budgets(parked, decisions);
  update public.ai_jobs j
     set status = 'queued', held_credits = d.amount, enqueued_at = null
    from unnest(decisions) d
   where j.id = d.job_id and d.outcome = 'resumed';
  perform private.append_job_events(parked, decisions);
  return query
    select p.id, p.organization_id
      from unnest(parked, decisions) with ordinality as p
     where p.outcome = 'resumed'
     order by p.ordinality;
end
$$;
