-- A key that replaces another one goes on under its budget; the budget of somebody who left ends.

create function private.oldest_key(key uuid) returns uuid
language sql stable
set search_path = ''
as $$
  with recursive line as (
    select k.id, k.rotated_from, 0 as turns from public.api_keys k where k.id = key
    union all
    select k.id, k.rotated_from, l.turns + 1 from line l join public.api_keys k on k.id = l.rotated_from where l.turns < 1000
  )
  select l.id from line l order by l.turns desc limit 1
$$;
comment on function private.oldest_key(uuid) is 'The key that a line of rotations began with: budgets of keys are kept under it, so that both keys of an overlap count in one.';

create function private.for_budgets(requests private.job_request[]) returns private.job_request[]
language plpgsql stable
set search_path = ''
as $$
begin
  for place in 1 .. cardinality(requests) loop
    if requests[place].api_key_id is not null then
      requests[place].api_key_id := private.oldest_key(requests[place].api_key_id);
    end if;
  end loop;
  return requests;
end
$$;
comment on function private.for_budgets(private.job_request[]) is 'The requests as budgets see them: under the oldest key of each key''s line.';

create or replace function private.follow_key_cap() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  capped uuid := private.oldest_key(new.id);
begin
  if new.monthly_cap_credits is null then
    delete from public.budgets b where b.api_key_id = capped and b.scope = 'api_key';
  else
    insert into public.budgets (organization_id, scope, api_key_id, monthly_credits, created_by)
    values (new.organization_id, 'api_key', capped, new.monthly_cap_credits, new.created_by)
    on conflict (organization_id, scope, user_id, api_key_id, project_id)
      do update set monthly_credits = excluded.monthly_credits, enabled = true, hard_stop = true;
  end if;
  return null;
end
$$;

create function private.end_budget_of_member() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from public.budgets b where b.organization_id = old.organization_id and b.scope = 'member' and b.user_id = old.user_id;
  return null;
end
$$;
comment on function private.end_budget_of_member() is 'Trigger: whoever left has no budget here; coming back starts without one.';
create trigger end_budget_of_member after delete on public.organization_members
  for each row execute function private.end_budget_of_member();

create or replace function private.decide_jobs(requests private.job_request[], organizations uuid[], available bigint[]) returns private.job_decision[]
language plpgsql
set search_path = ''
as $$
declare
  fact record;
  request private.job_request;
  decision private.job_decision;
  decisions private.job_decision[] := '{}';
  budgets private.budget_state[] := '{}';
  budgeted private.job_request[];
  used_quotes uuid[] := '{}';
  earlier int;
  slot int;
  want bigint;
  counted uuid[];
  refusal jsonb;
begin
  if exists (select from public.budgets b where b.organization_id = any (organizations) and b.enabled) then
    budgeted := private.for_budgets(requests);
    budgets := private.find_budgets(budgeted);
  end if;

  -- In order, greedily: a request that is not covered does not stop a smaller one behind it.
  for fact in select * from private.find_facts(requests) loop
    request := requests[fact.place];
    decision := row('created', request.id, 'queued', now(), '{}', 0, '{}')::private.job_decision;
    earlier := case when fact.same_as_earlier then private.find_earlier(requests, decisions, fact.place) end;

    if fact.unavailable is not null then
      decision := private.refuse('organization_unavailable', jsonb_build_object('reason', fact.unavailable));
    elsif fact.fault is not null then
      decision := private.refuse('invalid_request', jsonb_build_object('reason', fact.fault));
    elsif earlier is not null then
      decision := case
        when requests[earlier].request_hash is distinct from request.request_hash then private.refuse('idempotency_conflict', '{}')
        else row('replayed', decisions[earlier].job_id, decisions[earlier].job_status, decisions[earlier].created_at, '{}', 0, '{}')::private.job_decision
      end;
    elsif fact.key_known and fact.key_conflicts then
      decision := private.refuse('idempotency_conflict', '{}');
    elsif fact.job_id is not null then
      decision := row('replayed', fact.job_id, fact.job_status, fact.job_created_at, '{}', 0, '{}')::private.job_decision;
    elsif fact.quote_problem is not null or request.quote_id = any (used_quotes) then
      decision := private.refuse(coalesce(fact.quote_problem, 'quote_invalid'), '{}');
    elsif not coalesce(request.test_mode, false) then
      slot := array_position(organizations, request.organization_id);
      want := least(request.hold_credits, request.max_credits, fact.quote_max);
      refusal := null;
      counted := '{}';
      if want > available[slot] then
        decision := private.refuse('insufficient_credits', jsonb_build_object('required', want, 'available', available[slot]));
      elsif cardinality(budgets) > 0 then
        select b.budgets, b.counted, b.refusal into budgets, counted, refusal from private.apply_budgets(budgeted[fact.place], want, budgets) b;
        if refusal is not null then
          decision := private.refuse('budget_exceeded', refusal);
        end if;
      end if;
      if decision.outcome = 'created' then
        available[slot] := available[slot] - want;
        decision.amount := want;
        decision.budgets := counted;
      elsif request.park_when_unfunded then
        decision := row('parked', request.id, 'awaiting_funds', now(), decision.detail || jsonb_build_object('reason', decision.outcome), 0, '{}')::private.job_decision;
      end if;
    end if;
    if decision.outcome in ('created', 'parked') and request.quote_id is not null then
      used_quotes := used_quotes || request.quote_id;
    end if;
    decisions := decisions || decision;
  end loop;
  return decisions;
end
$$;

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
    from (
      -- Those that their balance covers: a long line of one that has none must not stand before everybody else's.
      select x.*
        from public.ai_jobs x
        join public.credit_balances c
          on c.organization_id = x.organization_id and c.available >= x.required_credits and c.frozen_at is null
       where x.status = 'awaiting_funds' and (x.deadline_at is null or x.deadline_at > now())
       order by x.created_at, x.id
       limit max_jobs
         for no key update of x skip locked
    ) j;
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

revoke all on function private.oldest_key(uuid), private.for_budgets(private.job_request[]), private.end_budget_of_member() from public;
