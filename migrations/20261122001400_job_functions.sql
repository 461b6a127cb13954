-- Making jobs: many requests of many organizations in one call. The steps, each set-based: lock the balances, find the
-- facts, decide in order, write jobs, holds, ledger lines and events.

create type private.job_request as (
  id uuid, organization_id uuid, user_id uuid, api_key_id uuid, project_id uuid, type public.job_type, model text, provider text,
  input jsonb, input_hash text, price jsonb, price_version int, quote_id uuid, estimated_credits bigint, hold_credits bigint,
  max_credits bigint, idempotency_key text, request_hash text, priority int, deadline_at timestamptz, metadata jsonb,
  webhook_url text, fallback_models text[], test_mode boolean, park_when_unfunded boolean
);
comment on type private.job_request is 'One element of what create_ai_jobs() takes.';

create type private.job_decision as (
  outcome text, job_id uuid, job_status public.job_status, created_at timestamptz, detail jsonb, amount bigint, budgets uuid[]
);
comment on type private.job_decision is 'What was decided about one request. amount: what it holds; budgets: which of them count it.';

create type private.budget_state as (
  id uuid, organization_id uuid, scope public.budget_scope, subject uuid, period date, cap bigint, hard_stop boolean, used bigint
);
comment on type private.budget_state is 'A budget in its current month; used grows while requests are decided.';

create function private.find_facts(requests private.job_request[])
returns table (
  place int, unavailable text, job_id uuid, job_status public.job_status, job_created_at timestamptz, key_known boolean,
  key_conflicts boolean, same_as_earlier boolean, quote_problem text, quote_max bigint, fault text
)
language plpgsql stable
set search_path = ''
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  return query
  select r.ordinality::int,
         case
           when o.id is null or o.deleted_at is not null then 'unknown'
           when o.status <> 'active' then o.status
           when b.organization_id is null or b.frozen_at is not null then 'frozen'
         end,
         j.id, j.status, j.created_at,
         k.key is not null,
         k.request_hash is distinct from r.request_hash or (k.resource_id is not null and j.id is null),
         r.ordinality > min(r.ordinality) over (partition by r.organization_id, r.id)
           or (r.idempotency_key is not null
               and r.ordinality > min(r.ordinality) over (partition by r.organization_id, r.idempotency_key)),
         case
           when r.quote_id is null then null
           when q.id is null or q.organization_id <> r.organization_id or q.used_by_job is not null or q.model <> r.model
                or q.input_hash <> r.input_hash then 'quote_invalid'
           when q.expires_at <= now() then 'quote_expired'
         end,
         q.max_credits,
         case
           when r.id is null or r.type is null or r.model is null or r.provider is null then 'id, type, model and provider are required'
           when r.hold_credits is null or r.hold_credits < 0 then 'hold_credits must not be negative'
           when r.estimated_credits < 0 or r.max_credits < 0 then 'credits must not be negative'
           when length(r.idempotency_key) not between 1 and 255 then 'idempotency_key must have 1 to 255 characters'
           when r.idempotency_key is not null and r.request_hash is null then 'request_hash is required beside idempotency_key'
           when j.organization_id <> r.organization_id then 'id is taken'
           when r.project_id is not null and (p.organization_id is distinct from r.organization_id or p.deleted_at is not null) then 'project_id is not of this organization'
           when r.api_key_id is not null and a.organization_id is distinct from r.organization_id then 'api_key_id is not of this organization'
           when r.user_id is not null and u.id is null then 'user_id is unknown'
         end
    from unnest(requests) with ordinality as r
    -- By ids alone, so that no plan can prefer an index by organization; the organizations are compared above.
    left join public.organizations o on o.id = r.organization_id
    left join public.credit_balances b on b.organization_id = r.organization_id
    left join public.idempotency_keys k on k.organization_id = r.organization_id and k.key = r.idempotency_key
    -- The job that this key made, or that was made under this id by a call whose answer was lost.
    left join public.ai_jobs j on j.id = coalesce(k.resource_id, r.id)
    left join public.quotes q on q.id = r.quote_id
    left join public.projects p on p.id = r.project_id
    left join public.api_keys a on a.id = r.api_key_id
    left join public.users u on u.id = r.user_id
   order by r.ordinality;
end
$$;
comment on function private.find_facts(private.job_request[]) is 'All that deciding needs to know, read while the balances are locked.';

create function private.find_budgets(requests private.job_request[]) returns private.budget_state[]
language sql stable
set search_path = ''
as $$
  select coalesce(array_agg(
           row(b.id, b.organization_id, b.scope, coalesce(b.user_id, b.api_key_id, b.project_id), m.period, b.monthly_credits,
               b.hard_stop, coalesce(u.reserved + u.spent, 0))::private.budget_state
           order by b.id
         ), '{}')
    from public.budgets b
    join public.organizations o on o.id = b.organization_id
   cross join lateral (select date_trunc('month', now() at time zone o.time_zone)::date as period) m
    left join public.budget_usage u on u.budget_id = b.id and u.period = m.period
   where b.enabled
     and exists (
       select from unnest(requests) r
        where r.organization_id = b.organization_id
          and (b.scope = 'organization' or b.user_id = r.user_id or b.api_key_id = r.api_key_id or b.project_id = r.project_id)
     )
$$;
comment on function private.find_budgets(private.job_request[]) is 'The budgets that count any of these requests.';

create function private.apply_budgets(
  request private.job_request, amount bigint, inout budgets private.budget_state[], out counted uuid[], out refusal jsonb
)
language plpgsql immutable
set search_path = ''
as $$
declare
  budget private.budget_state;
  places int[] := '{}';
  place int;
begin
  counted := '{}';
  for place in 1 .. cardinality(budgets) loop
    budget := budgets[place];
    continue when budget.organization_id <> request.organization_id or not coalesce(
      case budget.scope
        when 'organization' then true
        when 'member' then budget.subject = request.user_id
        when 'api_key' then budget.subject = request.api_key_id
        when 'project' then budget.subject = request.project_id
      end, false);
    if budget.hard_stop and budget.used + amount > budget.cap then
      refusal := jsonb_build_object('budgetId', budget.id, 'scope', budget.scope, 'limit', budget.cap, 'used', budget.used, 'required', amount);
      return;
    end if;
    places := places || place;
  end loop;
  foreach place in array places loop
    budget := budgets[place];
    budget.used := budget.used + amount;
    budgets[place] := budget;
    counted := counted || budget.id;
  end loop;
end
$$;
comment on function private.apply_budgets(private.job_request, bigint, private.budget_state[]) is
  'Counts an amount in every budget it belongs to, or says which hard one refuses it; then nothing is counted.';

create function private.find_earlier(requests private.job_request[], decisions private.job_decision[], place int) returns int
language plpgsql immutable
set search_path = ''
as $$
begin
  for earlier in 1 .. place - 1 loop
    if requests[earlier].organization_id = requests[place].organization_id
       and (requests[earlier].id = requests[place].id or requests[earlier].idempotency_key = requests[place].idempotency_key)
       and decisions[earlier].outcome in ('created', 'parked', 'replayed') then
      return earlier;
    end if;
  end loop;
  return null;
end
$$;
comment on function private.find_earlier(private.job_request[], private.job_decision[], int) is
  'The accepted request of the same call with the same key or id.';

create function private.decide_jobs(requests private.job_request[], organizations uuid[], available bigint[]) returns private.job_decision[]
language plpgsql
set search_path = ''
as $$
declare
  fact record;
  request private.job_request;
  decision private.job_decision;
  decisions private.job_decision[] := '{}';
  budgets private.budget_state[] := '{}';
  used_quotes uuid[] := '{}';
  earlier int;
  slot int;
  want bigint;
  counted uuid[];
  refusal jsonb;
begin
  if exists (select from public.budgets b where b.organization_id = any (organizations) and b.enabled) then
    budgets := private.find_budgets(requests);
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
        select b.budgets, b.counted, b.refusal into budgets, counted, refusal from private.apply_budgets(request, want, budgets) b;
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
comment on function private.decide_jobs(private.job_request[], uuid[], bigint[]) is
  'Decides about the requests in order. organizations and available are the locked balances.';

create function private.refuse(outcome text, detail jsonb) returns private.job_decision
language plpgsql immutable
set search_path = ''
as $$
begin
  return row(outcome, null, null, null, detail, 0, '{}')::private.job_decision;
end
$$;
comment on function private.refuse(text, jsonb) is 'A decision against a request.';

create function private.append_job_events(requests private.job_request[], decisions private.job_decision[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.insert_events((
    select array_agg(
             row(
               null, r.organization_id,
               case r.outcome when 'parked' then 'job.awaiting_funds' else 'job.queued' end,
               r.id, r.project_id,
               jsonb_build_object('jobId', r.id, 'type', r.type, 'model', r.model, 'status', r.job_status, 'heldCredits', r.amount)
             )::private.new_event
             order by r.ordinality
           )
      from unnest(requests, decisions) with ordinality as r
     where r.outcome in ('created', 'parked', 'resumed')
  ));
end
$$;
comment on function private.append_job_events(private.job_request[], private.job_decision[]) is 'Tells that jobs were accepted.';

create function private.write_jobs(requests private.job_request[], decisions private.job_decision[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_jobs (
    id, organization_id, user_id, api_key_id, project_id, type, model, provider, status, input, price, price_version, quote_id,
    estimated_credits, held_credits, required_credits, max_credits, priority, deadline_at, metadata, webhook_url, fallback_models, test_mode, idempotency_key
  )
  select r.id, r.organization_id, r.user_id, r.api_key_id, r.project_id, r.type, r.model, r.provider, r.job_status,
         coalesce(r.input, '{}'), coalesce(r.price, '{}'), coalesce(r.price_version, 1), r.quote_id,
         coalesce(r.estimated_credits, 0), r.amount, least(r.hold_credits, r.max_credits, q.max_credits), r.max_credits, coalesce(r.priority, 100), r.deadline_at,
         coalesce(r.metadata, '{}'), r.webhook_url, coalesce(r.fallback_models, '{}'), coalesce(r.test_mode, false), r.idempotency_key
    from unnest(requests, decisions) with ordinality as r
    left join public.quotes q on q.id = r.quote_id
   where r.outcome in ('created', 'parked')
   order by r.ordinality;

  -- A key may be there already: taken, for this very request, by whoever guards the operation.
  insert into public.idempotency_keys (organization_id, key, operation, request_hash, resource_id, state)
  select r.organization_id, r.idempotency_key, 'ai.create-job', r.request_hash, r.id, 'done'
    from unnest(requests, decisions) with ordinality as r
   where r.outcome in ('created', 'parked') and r.idempotency_key is not null
   order by r.organization_id, r.idempotency_key
  on conflict (organization_id, key) do update set resource_id = excluded.resource_id;

  update public.quotes q
     set used_by_job = r.id
    from unnest(requests, decisions) with ordinality as r
   where r.outcome in ('created', 'parked') and q.id = r.quote_id;

  perform private.append_job_events(requests, decisions);
end
$$;
comment on function private.write_jobs(private.job_request[], private.job_decision[]) is 'Writes jobs, keys, used quotes and, last, events.';

create function private.hold_for_jobs(requests private.job_request[], decisions private.job_decision[], organizations uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Requests in order and lots in burn order, each laid end to end per organization: where two intervals overlap, the
  -- request takes from the lot.
  with wants as materialized (
    select r.organization_id, r.id as job_id, r.ordinality as place, r.amount, r.budgets,
           (sum(r.amount) over (partition by r.organization_id order by r.ordinality))::bigint as upto
      from unnest(requests, decisions) with ordinality as r
     where r.amount > 0
  ), lots as (
    select g.id, g.organization_id, g.remaining - g.held as free,
           (sum(g.remaining - g.held) over (
             partition by g.organization_id order by g.priority, g.expires_at nulls last, g.created_at, g.id
           ))::bigint as upto
      from public.credit_grants g
     where g.organization_id = any (organizations) and g.closed_at is null and g.remaining > g.held
  ), parts as materialized (
    select w.job_id, l.id as grant_id, l.upto as lot_upto,
           least(w.upto, l.upto) - greatest(w.upto - w.amount, l.upto - l.free) as amount
      from wants w
      join lots l on l.organization_id = w.organization_id and l.upto > w.upto - w.amount and l.upto - l.free < w.upto
  ), moved as (
    update public.credit_grants g
       set held = g.held + p.amount, updated_at = now()
      from (select grant_id, sum(amount)::bigint as amount from parts group by grant_id) p
     where g.id = p.grant_id
  ), held as (
    insert into public.credit_holds (organization_id, job_id, amount, allocation, budgets, budget_period, idempotency_key)
    select w.organization_id, w.job_id, w.amount, a.parts,
           w.budgets,
           case when cardinality(w.budgets) > 0 then (
             select date_trunc('month', now() at time zone o.time_zone)::date from public.organizations o where o.id = w.organization_id
           ) end,
           'hold:' || w.job_id::text
      from wants w
      join (
        select p.job_id, jsonb_agg(jsonb_build_object('grant_id', p.grant_id, 'amount', p.amount) order by p.lot_upto) as parts
          from parts p
         group by p.job_id
      ) a on a.job_id = w.job_id
  ), totals as materialized (
    select organization_id, max(upto) as amount, count(*) as lines from wants group by organization_id
  ), balances as (
    update public.credit_balances b
       set available = b.available - t.amount, held = b.held + t.amount, ledger_sequence = b.ledger_sequence + t.lines, updated_at = now()
      from totals t
     where b.organization_id = t.organization_id
    returning b.organization_id, b.available + t.amount as available, b.held - t.amount as held, b.ledger_sequence - t.lines as sequence
  )
  insert into public.credit_transactions (
    organization_id, sequence, type, amount, available_delta, held_delta, balance_after, held_after, job_id, idempotency_key, description, created_at
  )
  select w.organization_id, b.sequence + row_number() over (partition by w.organization_id order by w.place), 'hold', 0, -w.amount, w.amount,
         b.available - w.upto, b.held + w.upto, w.job_id, 'hold:' || w.job_id::text, 'held for a job', clock_timestamp()
    from wants w
    join balances b on b.organization_id = w.organization_id
   order by w.place;
end
$$;
comment on function private.hold_for_jobs(private.job_request[], private.job_decision[], uuid[]) is
  'Moves the decided amounts from available to held: lots, holds, balances and one ledger line each.';

create function private.reserve_budgets(requests private.job_request[], decisions private.job_decision[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  crossed jsonb;
begin
  with reserved as (
    select b.id, r.organization_id, sum(r.amount)::bigint as amount, date_trunc('month', now() at time zone o.time_zone)::date as period
      from unnest(requests, decisions) with ordinality as r
      join public.budgets b on b.id = any (r.budgets)
      join public.organizations o on o.id = r.organization_id
     group by b.id, r.organization_id, o.time_zone
  ), used as (
    insert into public.budget_usage as u (budget_id, period, organization_id, reserved)
    select x.id, x.period, x.organization_id, x.amount from reserved x order by x.id
    on conflict (budget_id, period) do update set reserved = u.reserved + excluded.reserved, updated_at = now()
    returning u.*
  ), announced as (
    -- The highest threshold reached that was not announced before.
    select u.budget_id, u.period, u.organization_id, u.reserved + u.spent as used, b.monthly_credits, b.scope,
           (select max(t) from unnest(b.alert_percents) t
             where t > u.alerted_percent and (u.reserved + u.spent) * 100 >= b.monthly_credits * t) as percent
      from used u
      join public.budgets b on b.id = u.budget_id
  )
  select jsonb_agg(jsonb_build_object(
           'organization_id', a.organization_id, 'subject_id', a.budget_id, 'period', a.period, 'percent', a.percent,
           'type', case when a.percent >= 100 then 'budget.exceeded' else 'budget.threshold' end,
           'data', jsonb_build_object('budgetId', a.budget_id, 'scope', a.scope, 'percent', a.percent, 'used', a.used, 'limit', a.monthly_credits)
         ))
    into crossed
    from announced a
   where a.percent is not null;

  if crossed is not null then
    update public.budget_usage u
       set alerted_percent = c.percent
      from jsonb_to_recordset(crossed) as c (subject_id uuid, period date, percent smallint)
     where u.budget_id = c.subject_id and u.period = c.period;
    perform public.append_events(crossed);
  end if;
end
$$;
comment on function private.reserve_budgets(private.job_request[], private.job_decision[]) is
  'Counts the held amounts in their budgets, and announces thresholds.';

create function public.create_ai_jobs(requests jsonb)
returns table (ordinal int, outcome text, job_id uuid, job_status public.job_status, created_at timestamptz, detail jsonb)
language plpgsql security definer
set search_path = ''
-- Small sets of parameters against large tables: plans are made once per connection, not per call, and use the indexes
-- whatever the statistics said at that moment. Making them anew took ten times as long as running them.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
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
    select d.ordinality::int, d.outcome, d.job_id, d.job_status, d.created_at, d.detail
      from unnest(decisions) with ordinality as d
     order by d.ordinality;
end
$$;
comment on function public.create_ai_jobs(jsonb) is
  'Holds credits and makes jobs for many requests at once; accepts, in order, exactly those that the balances, budgets and quotes cover. One row per request: created, parked, replayed, idempotency_conflict, insufficient_credits, budget_exceeded, quote_invalid, quote_expired, organization_unavailable, invalid_request. select * from create_ai_jobs(''[{"id": "…", "organization_id": "…", "type": "image", "model": "sandbox/image", "provider": "sandbox", "input": {"prompt": "a fox"}, "price": {}, "price_version": 1, "estimated_credits": 5, "hold_credits": 5}]'');';

create function public.cancel_ai_job(organization uuid, job uuid) returns text
language plpgsql security definer
set search_path = ''
as $$
declare
  found_job public.ai_jobs;
begin
  select j.* into found_job from public.ai_jobs j where j.id = job and j.organization_id = organization for no key update;
  if not found then
    return 'not_found';
  end if;
  if found_job.status = 'processing' then
    update public.ai_jobs j set cancel_requested_at = coalesce(j.cancel_requested_at, now()) where j.id = job;
    return 'requested';
  end if;
  if found_job.status not in ('queued', 'awaiting_funds') then
    return 'ended';
  end if;
  update public.ai_jobs j
     set status = 'canceled', charged_credits = 0, cancel_requested_at = coalesce(j.cancel_requested_at, now()), finished_at = now(),
         error_code = 'ai.canceled', error_message = 'Canceled on request.'
   where j.id = job;
  perform public.release_hold(job, 'ai.canceled');
  perform public.append_events(jsonb_build_array(jsonb_build_object(
    'organization_id', organization, 'type', 'job.canceled', 'subject_id', job, 'project_id', found_job.project_id,
    'data', jsonb_build_object('jobId', job, 'type', found_job.type, 'model', found_job.model, 'status', 'canceled',
                               'error', jsonb_build_object('code', 'ai.canceled', 'message', 'Canceled on request.'),
                               'chargedCredits', 0, 'returnedCredits', found_job.held_credits)
  )));
  return 'canceled';
end
$$;
comment on function public.cancel_ai_job(uuid, uuid) is
  'Cancels a waiting job and returns its hold (canceled), asks the worker to stop a running one (requested), or says ended or not_found. select cancel_ai_job(''<organization>'', ''<job>'');';

create function private.create_quote(
  id uuid, organization uuid, user_id uuid, model text, input_hash text, estimated_credits bigint, max_credits bigint, price jsonb, price_version int
) returns timestamptz
language sql volatile security definer
set search_path = ''
as $$
  insert into public.quotes (id, organization_id, user_id, model, input_hash, estimated_credits, max_credits, price, price_version, expires_at)
  values (id, organization, user_id, model, input_hash, estimated_credits, max_credits, price, price_version, now() + interval '15 minutes')
  returning expires_at
$$;
comment on function private.create_quote(uuid, uuid, uuid, text, text, bigint, bigint, jsonb, int) is
  'Keeps a promise of a price for 15 minutes of the database''s clock; returns its end. Here rather than by a grant, because a quote caps what a job costs.';

create function private.resume_parked_jobs(max_jobs int default 100) returns table (job_id uuid, organization_id uuid)
language plpgsql security definer
set search_path = ''
as $$
declare
  parked private.job_request[];
  decisions private.job_decision[] := '{}';
  organizations uuid[];
  available bigint[];
  budgets private.budget_state[];
  counted uuid[];
  refusal jsonb;
  slot int;
  want bigint;
  accepted boolean;
begin
  select array_agg(jsonb_populate_record(null::private.job_request, to_jsonb(j) || jsonb_build_object('hold_credits', j.required_credits)) order by j.created_at, j.id)
    into parked
    from (
      select x.* from public.ai_jobs x
       where x.status = 'awaiting_funds' and (x.deadline_at is null or x.deadline_at > now())
       order by x.created_at, x.id
       limit max_jobs
         for no key update skip locked
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
  budgets := private.find_budgets(parked);
  for place in 1 .. cardinality(parked) loop
    slot := array_position(organizations, parked[place].organization_id);
    want := parked[place].hold_credits;
    counted := '{}';
    accepted := coalesce(want <= available[slot], false);
    if accepted then
      select b.budgets, b.counted, b.refusal into budgets, counted, refusal from private.apply_budgets(parked[place], want, budgets) b;
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
comment on function private.resume_parked_jobs(int) is 'Queues parked jobs that balances and budgets cover by now, oldest first; returns them. select * from private.resume_parked_jobs();';
