-- Less work for each hold: no trigger where the statements themselves write updated_at, ids whose time is taken once for
-- all rows of a statement, no statement for keys and quotes that nobody sent, and plans that are as good on tables that
-- have grown as on the empty ones they were made for.

drop trigger set_updated_at on public.credit_balances;
drop trigger set_updated_at on public.credit_grants;
drop trigger set_updated_at on public.credit_holds;
drop trigger set_updated_at on public.budget_usage;
drop function private.follow_balance();

create function private.low_since(available bigint, threshold bigint, since timestamptz) returns timestamptz
language sql stable
return case
  when available < threshold then coalesce(since, now())
  when available < threshold + threshold / 10 then since
end;
comment on function private.low_since(bigint, bigint, timestamptz) is 'Since when a balance is low: from below the threshold until a tenth above it. Without a search_path, so that it becomes part of the statement that calls it; its names are bound when it is made.';

create function private.uuid_at(stamp bytea) returns uuid
language sql volatile
return encode(stamp || substring(uuid_send(gen_random_uuid()) from 9 for 8), 'hex')::uuid;
comment on function private.uuid_at(bytea) is 'A new UUID version 7 with the time of another one: its first eight bytes.';

create or replace function private.move_credits(
  organization uuid, kind public.transaction_type, available_change bigint, held_change bigint,
  key text, text_for_people text, job uuid default null, lot uuid default null
) returns public.credit_transactions
language plpgsql
set search_path = ''
as $$
declare
  balance public.credit_balances;
  line public.credit_transactions;
  total bigint := available_change + held_change;
begin
  update public.credit_balances b
     set available = b.available + available_change,
         held = b.held + held_change,
         granted = b.granted + greatest(total, 0),
         spent = b.spent + case when total < 0 and kind <> 'expire' then -total else 0 end,
         expired = b.expired + case when total < 0 and kind = 'expire' then -total else 0 end,
         ledger_sequence = b.ledger_sequence + 1,
         low_since = private.low_since(b.available + available_change, b.low_threshold, b.low_since),
         updated_at = now()
   where b.organization_id = organization
  returning b.* into balance;

  insert into public.credit_transactions (
    organization_id, sequence, type, amount, available_delta, held_delta, balance_after, held_after, job_id, grant_id,
    idempotency_key, description, created_at
  ) values (
    organization, balance.ledger_sequence, kind, total, available_change, held_change, balance.available, balance.held, job, lot,
    key, coalesce(text_for_people, ''), clock_timestamp()
  ) returning * into line;
  return line;
end
$$;

create or replace function private.hold_for_jobs(requests private.job_request[], decisions private.job_decision[], organizations uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  -- The time of a UUID version 7 (RFC 9562), taken once for all rows.
  stamp bytea := substring(uuid_send(private.uuid_v7()) for 8);
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
    insert into public.credit_holds (id, organization_id, job_id, amount, allocation, budgets, budget_period, idempotency_key)
    select private.uuid_at(stamp), w.organization_id, w.job_id, w.amount, a.parts,
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
       set available = b.available - t.amount, held = b.held + t.amount, ledger_sequence = b.ledger_sequence + t.lines, updated_at = now(),
           low_since = private.low_since(b.available - t.amount, b.low_threshold, b.low_since)
      from totals t
     where b.organization_id = t.organization_id
    returning b.organization_id, b.available + t.amount as available, b.held - t.amount as held, b.ledger_sequence - t.lines as sequence
  )
  insert into public.credit_transactions (
    id, organization_id, sequence, type, amount, available_delta, held_delta, balance_after, held_after, job_id, idempotency_key, description, created_at
  )
  select private.uuid_at(stamp), w.organization_id, b.sequence + row_number() over (partition by w.organization_id order by w.place), 'hold', 0, -w.amount, w.amount,
         b.available - w.upto, b.held + w.upto, w.job_id, 'hold:' || w.job_id::text, 'held for a job', clock_timestamp()
    from wants w
    join balances b on b.organization_id = w.organization_id
   order by w.place;
end
$$;

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
    insert into public.events as e (id, organization_id, sequence, type, subject_id, project_id, data, created_at)
    select coalesce(g.id, private.uuid_at(stamp)), g.org,
           s.last_sequence - c.events + row_number() over (partition by g.org order by g.place),
           g.type, g.subject_id, g.project_id, coalesce(g.data, '{}'), clock_timestamp()
      from given g
      join counted c on c.org = g.org
      join sequences s on s.org = g.org
     order by g.place
    returning e.id, e.organization_id, e.sequence;
end
$$;

create or replace function private.find_facts(requests private.job_request[])
returns table (
  place int, unavailable text, job_id uuid, job_status public.job_status, job_created_at timestamptz, key_known boolean,
  key_conflicts boolean, same_as_earlier boolean, quote_problem text, quote_max bigint, fault text
)
language plpgsql stable
set search_path = ''
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
    -- Each looked up by its id, row by row (`offset 0` keeps the planner from joining whole tables): plans are kept, and
    -- one that was made when a table was empty must still be right when it is large. The organizations are compared above.
    left join lateral (select x.id, x.status, x.deleted_at from public.organizations x where x.id = r.organization_id offset 0) o on true
    left join lateral (
      select x.organization_id, x.frozen_at from public.credit_balances x where x.organization_id = r.organization_id offset 0
    ) b on true
    left join lateral (
      select x.key, x.request_hash, x.resource_id
        from public.idempotency_keys x
       where x.organization_id = r.organization_id and x.key = r.idempotency_key
      offset 0
    ) k on true
    -- The job that this key made, or that was made under this id by a call whose answer was lost.
    left join lateral (
      select x.id, x.organization_id, x.status, x.created_at from public.ai_jobs x where x.id = coalesce(k.resource_id, r.id) offset 0
    ) j on true
    left join lateral (
      select x.id, x.organization_id, x.used_by_job, x.model, x.input_hash, x.expires_at, x.max_credits
        from public.quotes x
       where x.id = r.quote_id
      offset 0
    ) q on true
    left join lateral (select x.organization_id, x.deleted_at from public.projects x where x.id = r.project_id offset 0) p on true
    left join lateral (select x.organization_id from public.api_keys x where x.id = r.api_key_id offset 0) a on true
    left join lateral (select x.id from public.users x where x.id = r.user_id offset 0) u on true
   order by r.ordinality;
end
$$;

create or replace function private.write_jobs(requests private.job_request[], decisions private.job_decision[]) returns void
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
    left join lateral (select x.max_credits from public.quotes x where x.id = r.quote_id offset 0) q on true
   where r.outcome in ('created', 'parked')
   order by r.ordinality;

  if exists (select from unnest(requests) r where r.idempotency_key is not null) then
    -- A key may be there already: taken, for this very request, by whoever guards the operation.
    insert into public.idempotency_keys (organization_id, key, operation, request_hash, resource_id, state)
    select r.organization_id, r.idempotency_key, 'ai.create-job', r.request_hash, r.id, 'done'
      from unnest(requests, decisions) with ordinality as r
     where r.outcome in ('created', 'parked') and r.idempotency_key is not null
     order by r.organization_id, r.idempotency_key
    on conflict (organization_id, key) do update set resource_id = excluded.resource_id;
  end if;

  if exists (select from unnest(requests) r where r.quote_id is not null) then
    update public.quotes q
       set used_by_job = r.id
      from unnest(requests, decisions) with ordinality as r
     where r.outcome in ('created', 'parked') and q.id = r.quote_id;
  end if;

  perform private.append_job_events(requests, decisions);
end
$$;

create or replace function private.freeze_credits(organization uuid, reason text) returns void
language sql security definer
set search_path = ''
as $$
  update public.credit_balances set frozen_at = coalesce(frozen_at, now()), frozen_reason = left(reason, 500), updated_at = now() where organization_id = organization
$$;

create or replace function private.unfreeze_credits(organization uuid) returns void
language sql security definer
set search_path = ''
as $$
  update public.credit_balances set frozen_at = null, frozen_reason = null, updated_at = now() where organization_id = organization
$$;

create or replace function private.set_low_threshold(organization uuid, threshold bigint) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if threshold is null or threshold < 0 then
    raise exception 'set_low_threshold: the threshold must not be negative' using errcode = 'BA001', hint = 'Nothing was changed.';
  end if;
  perform private.lock_balance(organization);
  update public.credit_balances b
     set low_threshold = threshold, low_since = private.low_since(b.available, threshold, b.low_since), updated_at = now()
   where b.organization_id = organization;
end
$$;

revoke all on function private.low_since(bigint, bigint, timestamptz), private.uuid_at(bytea) from public;
alter function public.create_ai_jobs(jsonb) set enable_material = off;
