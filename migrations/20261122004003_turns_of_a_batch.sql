-- Places in the line are taken by the statement that writes jobs, once for each line of a batch, and not by a trigger row by
-- row: that was a third of what a hold cost.

create function private.next_turns(organizations uuid[], kinds public.job_type[])
returns table (organization_id uuid, kind public.job_type, first_turn bigint, step int)
language plpgsql stable
set search_path = ''
-- The ends of a line are read off its index, whatever the statistics say at that moment.
set enable_sort = off
set enable_bitmapscan = off
as $$
begin
  -- Start-time fair queueing (Goyal, Vin, Cheng 1996): behind the last of its own line, but never before who is next now.
  return query
    with lines as materialized (
      select distinct l.organization_id, l.kind from unnest(organizations, kinds) as l (organization_id, kind)
    ), heads as materialized (
      select k.kind, (
               select j.turn
                 from public.ai_jobs j
                where j.type = k.kind and j.status = 'queued' and j.started_at is null
                order by j.turn
                limit 1
             ) as now_serving
        from (select distinct l.kind from lines l) k
    )
    select l.organization_id, l.kind, greatest(h.now_serving, own.last_turn + s.step, 0), s.step
      from lines l
      join heads h on h.kind = l.kind
     -- A job takes 12 steps of the line, fewer by its plan's share.
     cross join lateral (
       select 12 / p.share as step from public.organizations o join public.plans p on p.id = o.plan where o.id = l.organization_id offset 0
     ) s
     cross join lateral (
       select max(last.turn) as last_turn
         from (values (50::smallint), (100::smallint), (200::smallint)) as known (priority)
        cross join lateral (
          select j.turn
            from public.ai_jobs j
           where j.organization_id = l.organization_id and j.type = l.kind and j.priority = known.priority
             and j.status = 'queued' and j.started_at is null
           order by j.turn desc
           limit 1
        ) last
     ) own;
end
$$;
comment on function private.next_turns(uuid[], public.job_type[]) is
  'The places in the line of all organizations that their next waiting jobs get: the first one, and how far apart they are.';

create or replace function private.take_turn() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  select t.first_turn into new.turn from private.next_turns(array[new.organization_id], array[new.type]) t;
  return new;
end
$$;
drop trigger take_turn on public.ai_jobs;

create or replace function private.write_jobs(requests private.job_request[], decisions private.job_decision[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  with accepted as materialized (
    select r.*, row_number() over (partition by r.organization_id, r.type, r.job_status order by r.ordinality) - 1 as behind
      from unnest(requests, decisions) with ordinality as r
     where r.outcome in ('created', 'parked')
  ), turns as materialized (
    select t.*
      from (select array_agg(a.organization_id) as organizations, array_agg(a.type) as kinds from accepted a where a.job_status = 'queued') waiting,
           lateral private.next_turns(waiting.organizations, waiting.kinds) t
  )
  insert into public.ai_jobs (
    id, organization_id, user_id, api_key_id, project_id, type, model, provider, status, input, price, price_version, quote_id,
    estimated_credits, held_credits, required_credits, max_credits, priority, turn, deadline_at, metadata, webhook_url, fallback_models, test_mode, idempotency_key
  )
  select r.id, r.organization_id, r.user_id, r.api_key_id, r.project_id, r.type, r.model, r.provider, r.job_status,
         coalesce(r.input, '{}'), coalesce(r.price, '{}'), coalesce(r.price_version, 1), r.quote_id,
         coalesce(r.estimated_credits, 0), r.amount, least(r.hold_credits, r.max_credits, q.max_credits), r.max_credits, coalesce(r.priority, 100),
         case when r.job_status = 'queued' then t.first_turn + t.step * r.behind else 0 end,
         r.deadline_at, coalesce(r.metadata, '{}'), r.webhook_url, coalesce(r.fallback_models, '{}'), coalesce(r.test_mode, false), r.idempotency_key
    from accepted r
    left join lateral (select x.max_credits from public.quotes x where x.id = r.quote_id offset 0) q on true
    left join turns t on t.organization_id = r.organization_id and t.kind = r.type
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
revoke all on function private.next_turns(uuid[], public.job_type[]) from public;
