-- A balance says by itself what came as grants, as purchases, as refunds of jobs and by adjustments, and what was charged:
-- a refund is no grant, and what an operator takes was not spent.

alter table public.credit_balances
  add column purchased bigint not null default 0 check (purchased >= 0),
  add column refunded bigint not null default 0 check (refunded >= 0),
  add column adjusted bigint not null default 0,
  drop constraint credit_balances_sum;

update public.credit_balances b
   set granted = told.granted, purchased = told.purchased, refunded = told.refunded, adjusted = told.adjusted, spent = told.spent
  from (
    select t.organization_id,
           coalesce(sum(t.amount) filter (where t.type = 'grant'), 0)::bigint as granted,
           coalesce(sum(t.amount) filter (where t.type = 'purchase'), 0)::bigint as purchased,
           coalesce(sum(t.amount) filter (where t.type = 'refund' and t.amount > 0), 0)::bigint as refunded,
           coalesce(sum(t.amount) filter (where t.type = 'adjust'), 0)::bigint as adjusted,
           -coalesce(sum(t.amount) filter (where t.type = 'settle'), 0)::bigint as spent
      from public.credit_transactions t
     group by t.organization_id
  ) told
 where b.organization_id = told.organization_id;

alter table public.credit_balances
  add constraint credit_balances_sum check (granted + purchased + refunded + adjusted = available + held + spent + expired);
comment on column public.credit_balances.granted is 'Ever given: by plans, as gifts. granted + purchased + refunded + adjusted = available + held + spent + expired.';
comment on column public.credit_balances.purchased is 'Ever bought.';
comment on column public.credit_balances.refunded is 'Ever given back of what jobs were charged.';
comment on column public.credit_balances.adjusted is 'What operators added by corrections, less what they took; below zero where they took more.';
comment on column public.credit_balances.spent is 'Ever charged by jobs; what was refunded of it is not taken off.';

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
         granted = b.granted + case when kind = 'grant' then total else 0 end,
         purchased = b.purchased + case when kind = 'purchase' then total else 0 end,
         refunded = b.refunded + case when kind = 'refund' then greatest(total, 0) else 0 end,
         adjusted = b.adjusted + case when kind = 'adjust' then total else 0 end,
         spent = b.spent - case when kind = 'settle' then total else 0 end,
         expired = b.expired + case when total < 0 and kind in ('expire', 'refund') then -total else 0 end,
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

create or replace function public.check_ledger(organization uuid default null)
returns table (organization_id uuid, invariant text, expected bigint, actual bigint)
language sql stable security definer
set search_path = ''
as $$
  with books as (
    select b.organization_id, b.available, b.held, b.granted, b.purchased, b.refunded, b.adjusted, b.spent, b.expired, b.ledger_sequence,
           coalesce(t.amount, 0) as t_amount, coalesce(t.available, 0) as t_available, coalesce(t.held, 0) as t_held,
           coalesce(t.lines, 0) as t_lines, coalesce(t.last_sequence, 0) as t_last,
           coalesce(t.granted, 0) as t_granted, coalesce(t.purchased, 0) as t_purchased, coalesce(t.refunded, 0) as t_refunded,
           coalesce(t.adjusted, 0) as t_adjusted, coalesce(t.adjusted_down, 0) as t_adjusted_down,
           coalesce(t.last_balance, 0) as t_last_balance, coalesce(t.last_held, 0) as t_last_held,
           coalesce(g.amount, 0) as g_amount, coalesce(g.remaining, 0) as g_remaining, coalesce(g.held, 0) as g_held,
           coalesce(g.spent, 0) as g_spent, coalesce(g.expired, 0) as g_expired,
           coalesce(h.amount, 0) as h_amount
      from public.credit_balances b
      left join (
        select x.organization_id, sum(x.amount)::bigint as amount, sum(x.available_delta)::bigint as available,
               sum(x.held_delta)::bigint as held, count(*) as lines, max(x.sequence) as last_sequence,
               sum(x.amount) filter (where x.type = 'grant')::bigint as granted,
               sum(x.amount) filter (where x.type = 'purchase')::bigint as purchased,
               sum(x.amount) filter (where x.type = 'refund' and x.amount > 0)::bigint as refunded,
               sum(x.amount) filter (where x.type = 'adjust')::bigint as adjusted,
               -sum(x.amount) filter (where x.type = 'adjust' and x.amount < 0)::bigint as adjusted_down,
               (array_agg(x.balance_after order by x.sequence desc))[1] as last_balance,
               (array_agg(x.held_after order by x.sequence desc))[1] as last_held
          from public.credit_transactions x
         where check_ledger.organization is null or x.organization_id = check_ledger.organization
         group by x.organization_id
      ) t on t.organization_id = b.organization_id
      left join (
        select x.organization_id, sum(x.amount)::bigint as amount, sum(x.remaining)::bigint as remaining, sum(x.held)::bigint as held,
               sum(x.spent)::bigint as spent, sum(x.expired)::bigint as expired
          from public.credit_grants x
         where check_ledger.organization is null or x.organization_id = check_ledger.organization
         group by x.organization_id
      ) g on g.organization_id = b.organization_id
      left join (
        select x.organization_id, sum(x.amount)::bigint as amount
          from public.credit_holds x
         where x.state = 'active' and (check_ledger.organization is null or x.organization_id = check_ledger.organization)
         group by x.organization_id
      ) h on h.organization_id = b.organization_id
     where check_ledger.organization is null or b.organization_id = check_ledger.organization
  )
  select b.organization_id, c.invariant, c.expected, c.actual
    from books b,
         lateral (values
           ('available + held = sum of the ledger', b.t_amount, b.available + b.held),
           ('available = sum of the ledger''s available', b.t_available, b.available),
           ('held = sum of the ledger''s held', b.t_held, b.held),
           ('available + held = remainders of the grants', b.g_remaining, b.available + b.held),
           ('held = held of the grants', b.g_held, b.held),
           ('held = sum of active holds', b.h_amount, b.held),
           ('granted = the ledger''s grants', b.t_granted, b.granted),
           ('purchased = the ledger''s purchases', b.t_purchased, b.purchased),
           ('refunded = the ledger''s refunds of jobs', b.t_refunded, b.refunded),
           ('adjusted = the ledger''s adjustments', b.t_adjusted, b.adjusted),
           ('granted + purchased + refunded + adjusted up = sum of the grants', b.g_amount, b.granted + b.purchased + b.refunded + b.adjusted + b.t_adjusted_down),
           ('spent + adjusted down = spent of the grants', b.g_spent, b.spent + b.t_adjusted_down),
           ('expired = expired of the grants', b.g_expired, b.expired),
           ('granted + purchased + refunded + adjusted = available + held + spent + expired', b.granted + b.purchased + b.refunded + b.adjusted, b.available + b.held + b.spent + b.expired),
           ('the ledger has no gaps', b.ledger_sequence, b.t_lines),
           ('the newest line is the balance''s', b.ledger_sequence, b.t_last),
           ('available = balance after the newest line', b.t_last_balance, b.available),
           ('held = held after the newest line', b.t_last_held, b.held)
         ) as c (invariant, expected, actual)
   where c.expected <> c.actual
   order by b.organization_id, c.invariant
$$;

create or replace view public.v_credit_summary with (security_invoker = true) as
select b.organization_id, b.available, b.held, b.granted, b.spent, b.expired, b.frozen_at is not null as frozen,
       g.lots, g.next_expiry, g.expiring_next, g.expiring_30_days, b.updated_at,
       b.purchased, b.refunded, b.adjusted
  from public.credit_balances b
  left join lateral (
    select count(*) as lots, min(x.expires_at) as next_expiry,
           (sum(x.remaining - x.held) filter (where x.expires_at = (
             select min(y.expires_at) from public.credit_grants y where y.organization_id = b.organization_id and y.closed_at is null
           )))::bigint as expiring_next,
           coalesce(sum(x.remaining - x.held) filter (where x.expires_at < now() + interval '30 days'), 0)::bigint as expiring_30_days
      from public.credit_grants x
     where x.organization_id = b.organization_id and x.closed_at is null
  ) g on true;
