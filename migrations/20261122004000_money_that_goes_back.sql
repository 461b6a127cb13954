-- Credits that go with money that went back are `refund` lines: neither expired nor spent.

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
         spent = b.spent + case when total < 0 and kind not in ('expire', 'refund') then -total else 0 end,
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
comment on column public.credit_balances.expired is 'Gone without being spent: expired, or taken back with money that was returned.';

drop function private.allocate(uuid, bigint);
create function private.allocate(organization uuid, amount bigint, first_lot uuid default null) returns jsonb
language sql stable
set search_path = ''
as $$
  -- Lots in burn order laid end to end; the request covers the first `amount` of them.
  select coalesce(
    jsonb_agg(jsonb_build_object('grant_id', id, 'amount', least(upto, amount) - (upto - free)) order by upto),
    '[]'
  )
  from (
    select g.id, g.remaining - g.held as free,
           (sum(g.remaining - g.held) over (
             order by g.id = first_lot desc nulls last, g.priority, g.expires_at nulls last, g.created_at, g.id
           ))::bigint as upto
      from public.credit_grants g
     where g.organization_id = organization and g.closed_at is null and g.remaining > g.held
  ) lots
  where upto - free < amount
$$;
comment on function private.allocate(uuid, bigint, uuid) is
  'Which lots an amount comes from: the one that is named, then by priority, earliest expiry, oldest.';

create function private.take_back(organization uuid, wanted bigint, key text, reason text, lot uuid default null) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  balance public.credit_balances := private.lock_balance(organization);
  taken bigint;
begin
  if balance.frozen_at is not null then
    return 0;
  end if;
  perform private.expire_due_grants(array[organization]);
  select least(b.available, wanted) into taken from public.credit_balances b where b.organization_id = organization;
  if taken = 0 then
    return 0;
  end if;
  update public.credit_grants g
     set remaining = g.remaining - part.amount, expired = g.expired + part.amount,
         closed_at = case when g.remaining = part.amount then now() end, updated_at = now()
    from jsonb_to_recordset(private.allocate(organization, taken, lot)) as part (grant_id uuid, amount bigint)
   where g.id = part.grant_id;
  perform private.remember_movement(
    organization, key, jsonb_build_object('verb', 'take_back', 'amount', wanted),
    private.move_credits(organization, 'refund', -taken, 0, key, left(reason, 500), null, lot)
  );
  return taken;
end
$$;
comment on function private.take_back(uuid, bigint, text, text, uuid) is
  'Takes what is free of an amount whose money went back: from the lot that was bought with it, then in burn order. What jobs hold is theirs. Of frozen credits nothing. Returns the credits.';

create or replace function private.claw_back_payment(payment uuid, amount bigint, idempotency_key text, reason text)
returns table (taken bigint, owed bigint)
language plpgsql security definer
set search_path = ''
as $$
declare
  paid public.payments;
begin
  select p.* into paid from public.payments p where p.id = payment;
  if not found then
    raise exception 'claw_back_payment: there is no payment %', payment using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  perform private.check_movement('claw_back_payment', paid.organization_id, amount, idempotency_key);
  taken := private.take_back(paid.organization_id, amount, idempotency_key, reason, paid.grant_id);
  owed := amount - taken;
  if owed > 0 then
    insert into public.credit_debts (organization_id, payment_id, amount, remaining, reason)
    values (paid.organization_id, payment, owed, owed, left(reason, 500));
  end if;
  update public.payments p set clawed_back_credits = p.clawed_back_credits + claw_back_payment.amount where p.id = payment;
  return next;
end
$$;

create or replace function private.collect_debts(organization uuid) returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  debt public.credit_debts;
  part bigint;
  collected bigint := 0;
begin
  if not exists (select from public.credit_debts d where d.organization_id = organization and d.remaining > 0) then
    return 0;
  end if;
  perform private.lock_balance(organization);
  for debt in select d.* from public.credit_debts d where d.organization_id = organization and d.remaining > 0 order by d.id for no key update loop
    part := private.take_back(organization, debt.remaining, 'debt-' || debt.id::text || '-' || debt.remaining::text, debt.reason);
    exit when part = 0;
    update public.credit_debts d set remaining = d.remaining - part where d.id = debt.id;
    collected := collected + part;
  end loop;
  return collected;
end
$$;

-- Nobody claws back a lot by itself: what goes back is a payment.
drop function private.claw_back_grant(uuid, text, text);

-- The free plan's credits pay debts like any others.
create or replace function private.grant_monthly_credits(max_subscriptions int default 500) returns int
language plpgsql security definer
set search_path = ''
as $$
declare
  due record;
  ends timestamptz;
  done int := 0;
begin
  -- Only what costs nothing rolls over by itself; paid periods begin when they are paid.
  for due in
    select s.id, s.organization_id, s.created_at, s.period_end
      from public.subscriptions s
     where s.status = 'active' and s.plan = 'free' and s.period_end <= now()
     order by s.organization_id
     limit max_subscriptions
       for no key update skip locked
  loop
    ends := private.next_period_end(due.created_at, now());
    update public.subscriptions s
       set period_start = greatest(due.period_end, ends - interval '1 month'), period_end = ends
     where s.id = due.id;
    perform private.grant_plan_credits(due.organization_id);
    perform private.collect_debts(due.organization_id);
    done := done + 1;
  end loop;
  return done;
end
$$;

revoke all on function private.allocate(uuid, bigint, uuid), private.take_back(uuid, bigint, text, text, uuid) from public;
