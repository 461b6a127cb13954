-- The ledger's verbs. Every movement: lock the balance, move lots, write one line. SQLSTATEs of class BA are listed in
-- docs/database.md.

create function private.lock_balance(organization uuid) returns public.credit_balances
language plpgsql
set search_path = ''
as $$
declare
  balance public.credit_balances;
begin
  select b.* into balance from public.credit_balances b where b.organization_id = organization for no key update;
  if found then
    return balance;
  end if;
  if not exists (select from public.organizations o where o.id = organization) then
    raise exception 'there is no organization %', organization using errcode = 'BA002', hint = 'Nothing was changed.';
  end if;
  insert into public.credit_balances (organization_id) values (organization) on conflict do nothing;
  select b.* into balance from public.credit_balances b where b.organization_id = organization for no key update;
  return balance;
end
$$;
comment on function private.lock_balance(uuid) is 'The balance of an organization, locked until commit; made when missing.';

create function private.move_credits(
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
comment on function private.move_credits(uuid, public.transaction_type, bigint, bigint, text, text, uuid, uuid) is
  'Changes the locked balance and writes the ledger line. The caller has moved the lots.';

create function private.find_movement(organization uuid, key text, asked jsonb) returns public.credit_transactions
language plpgsql stable
set search_path = ''
as $$
declare
  known public.credit_transaction_keys;
  line public.credit_transactions;
begin
  select k.* into known from public.credit_transaction_keys k where k.organization_id = organization and k.idempotency_key = key;
  if not found then
    return null;
  end if;
  if known.request is distinct from asked then
    raise exception 'the idempotency key "%" was already used for another movement', key
      using errcode = 'BA004', hint = 'Use a new key for a new movement; nothing was changed.',
            detail = format('first: %s, now: %s', known.request, asked);
  end if;
  select t.* into line
    from public.credit_transactions t
   where t.id = known.transaction_id and t.created_at = known.transaction_created_at;
  return line;
end
$$;
comment on function private.find_movement(uuid, text, jsonb) is 'The line that a key already made; null: none. Another request under the same key is refused.';

create function private.remember_movement(organization uuid, key text, asked jsonb, line public.credit_transactions) returns void
language sql
set search_path = ''
as $$
  insert into public.credit_transaction_keys (organization_id, idempotency_key, transaction_id, transaction_created_at, request)
  values (organization, key, line.id, line.created_at, asked)
$$;
comment on function private.remember_movement(uuid, text, jsonb, public.credit_transactions) is 'Takes a key for ever.';

create function private.check_movement(name text, organization uuid, amount bigint, key text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if organization is null then
    raise exception '%: the organization is missing', name using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  if amount is null or amount <= 0 then
    raise exception '%: the amount must be a positive number of credits, not %', name, coalesce(amount::text, 'null')
      using errcode = 'BA001', hint = 'Nothing was changed.';
  end if;
  if key is null or length(key) not between 1 and 255 then
    raise exception '%: the idempotency key must have 1 to 255 characters', name using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  -- The lines of holds made by create_ai_jobs, and of settles and releases, are named after their job.
  if key ~ '^(hold|settle|release|expire):' then
    raise exception '%: keys beginning with hold:, settle:, release: or expire: are taken by the ledger itself', name
      using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
end
$$;
comment on function private.check_movement(text, uuid, bigint, text) is 'Refuses what no movement may be.';

create function private.expire_due_grants(organizations uuid[]) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  lot record;
  gone bigint := 0;
begin
  -- The balances are locked by the caller. The part under a hold waits until the hold is resolved.
  for lot in
    select g.id, g.organization_id, g.remaining - g.held as free
      from public.credit_grants g
     where g.organization_id = any (organizations) and g.closed_at is null and g.expires_at <= now() and g.remaining > g.held
     order by g.organization_id, g.expires_at, g.id
  loop
    update public.credit_grants g
       set remaining = g.held, expired = g.expired + lot.free, closed_at = case when g.held = 0 then now() end, updated_at = now()
     where g.id = lot.id;
    perform private.move_credits(
      lot.organization_id, 'expire', -lot.free, 0, 'expire:' || private.uuid_v7()::text, 'expired', null, lot.id
    );
    gone := gone + lot.free;
  end loop;
  return gone;
end
$$;
comment on function private.expire_due_grants(uuid[]) is 'Takes back what expired unspent, for organizations whose balance the caller has locked. Returns the credits.';

create function private.allocate(organization uuid, amount bigint) returns jsonb
language sql stable
set search_path = ''
as $$
  -- Lots in burn order laid end to end; the request covers the first `amount` of them.
  select coalesce(
    jsonb_agg(jsonb_build_object('grant_id', id, 'amount', least(upto, amount) - (upto - free)) order by priority, expires_at nulls last, created_at, id),
    '[]'
  )
  from (
    select g.id, g.priority, g.expires_at, g.created_at, g.remaining - g.held as free,
           (sum(g.remaining - g.held) over (order by g.priority, g.expires_at nulls last, g.created_at, g.id))::bigint as upto
      from public.credit_grants g
     where g.organization_id = organization and g.closed_at is null and g.remaining > g.held
  ) lots
  where upto - free < amount
$$;
comment on function private.allocate(uuid, bigint) is 'Which lots an amount comes from: priority, then earliest expiry, then oldest.';

create function public.credit_credits(
  organization uuid, amount bigint, kind public.transaction_type, idempotency_key text, description text default '',
  expires_at timestamptz default null, priority int default 100
) returns public.credit_transactions
language plpgsql security definer
set search_path = ''
as $$
declare
  asked jsonb := jsonb_build_object('verb', 'credit', 'amount', amount, 'kind', kind, 'expires_at', expires_at);
  line public.credit_transactions;
  lot uuid;
begin
  perform private.check_movement('credit_credits', organization, amount, idempotency_key);
  if kind is null or kind not in ('grant', 'purchase', 'refund', 'adjust') then
    raise exception 'credit_credits: credits come as grant, purchase, refund or adjust, not %', coalesce(kind::text, 'null') using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  perform private.lock_balance(organization);
  line := private.find_movement(organization, idempotency_key, asked);
  if line.id is not null then
    return line;
  end if;
  if expires_at <= now() then
    raise exception 'credit_credits: the grant would already be expired (%)', expires_at
      using errcode = 'BA006', hint = 'Give a time in the future, or null for credits that do not expire.';
  end if;
  insert into public.credit_grants as g (organization_id, source, amount, remaining, priority, expires_at, description)
  values (organization, kind, credit_credits.amount, credit_credits.amount, credit_credits.priority, credit_credits.expires_at, coalesce(credit_credits.description, ''))
  returning g.id into lot;
  line := private.move_credits(organization, kind, amount, 0, idempotency_key, description, null, lot);
  perform private.remember_movement(organization, idempotency_key, asked, line);
  return line;
end
$$;
comment on function public.credit_credits(uuid, bigint, public.transaction_type, text, text, timestamptz, int) is
  'Gives an organization credits as a new lot and returns the ledger line; a key seen before returns its first line. select * from credit_credits(''<organization>'', 5000, ''purchase'', ''order-1042'', ''5,000 credits'');';

create function public.debit_credits(organization uuid, amount bigint, idempotency_key text, description text default '')
returns public.credit_transactions
language plpgsql security definer
set search_path = ''
as $$
declare
  asked jsonb := jsonb_build_object('verb', 'debit', 'amount', amount);
  balance public.credit_balances;
  line public.credit_transactions;
begin
  perform private.check_movement('debit_credits', organization, amount, idempotency_key);
  balance := private.lock_balance(organization);
  line := private.find_movement(organization, idempotency_key, asked);
  if line.id is not null then
    return line;
  end if;
  perform private.require_open(balance);
  perform private.expire_due_grants(array[organization]);
  perform private.require_available(organization, amount);
  update public.credit_grants g
     set remaining = g.remaining - part.amount, spent = g.spent + part.amount,
         closed_at = case when g.remaining = part.amount then now() end, updated_at = now()
    from jsonb_to_recordset(private.allocate(organization, debit_credits.amount)) as part (grant_id uuid, amount bigint)
   where g.id = part.grant_id;
  line := private.move_credits(organization, 'adjust', -amount, 0, idempotency_key, description);
  perform private.remember_movement(organization, idempotency_key, asked, line);
  return line;
end
$$;
comment on function public.debit_credits(uuid, bigint, text, text) is
  'Takes credits at once, without a hold, and returns the ledger line; a key seen before returns its first line. select * from debit_credits(''<organization>'', 250, ''correction-7'', ''Correction agreed by mail'');';

create function private.require_open(balance public.credit_balances) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if balance.frozen_at is not null then
    raise exception 'the credits of organization % are frozen: %', balance.organization_id, coalesce(balance.frozen_reason, 'no reason given')
      using errcode = 'BA011', hint = 'An invariant was found broken; a person must look first.';
  end if;
end
$$;
comment on function private.require_open(public.credit_balances) is 'Refuses frozen credits.';

create function private.require_available(organization uuid, amount bigint) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  free bigint;
begin
  select b.available into free from public.credit_balances b where b.organization_id = organization;
  if free < amount then
    raise exception 'organization % has % credits available, % are needed', organization, free, amount
      using errcode = 'BA003', hint = 'Nothing was changed.', detail = json_build_object('available', free, 'required', amount)::text;
  end if;
end
$$;
comment on function private.require_available(uuid, bigint) is 'Refuses to go below zero.';

create function public.hold_credits(organization uuid, job uuid, amount bigint, idempotency_key text, expires_at timestamptz default null)
returns public.credit_holds
language plpgsql security definer
set search_path = ''
as $$
declare
  balance public.credit_balances;
  hold public.credit_holds;
  parts jsonb;
  owner uuid;
begin
  perform private.check_movement('hold_credits', organization, amount, idempotency_key);
  if job is null then
    raise exception 'hold_credits: the job is missing' using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  if expires_at <= now() then
    raise exception 'hold_credits: the hold would already be expired (%)', expires_at using errcode = 'BA006', hint = 'Nothing was changed; give a time in the future.';
  end if;
  select j.organization_id into owner from public.ai_jobs j where j.id = job for no key update;
  if owner <> organization then
    raise exception 'hold_credits: there is no job % in organization %', job, organization using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  balance := private.lock_balance(organization);
  select h.* into hold from public.credit_holds h where h.job_id = job;
  if found then
    if hold.organization_id = organization and hold.amount = hold_credits.amount and hold.idempotency_key = hold_credits.idempotency_key then
      return hold;
    end if;
    raise exception 'hold_credits: job % already has a hold of % credits (%)', job, hold.amount, hold.state
      using errcode = 'BA014', hint = 'A job has one hold; nothing was changed.';
  end if;
  -- The key names this hold for ever, so that it cannot name another movement.
  perform private.find_movement(organization, idempotency_key, null);
  perform private.require_open(balance);
  perform private.expire_due_grants(array[organization]);
  perform private.require_available(organization, amount);
  parts := private.allocate(organization, amount);
  update public.credit_grants g
     set held = g.held + part.amount, updated_at = now()
    from jsonb_to_recordset(parts) as part (grant_id uuid, amount bigint)
   where g.id = part.grant_id;
  insert into public.credit_holds as h (organization_id, job_id, amount, allocation, idempotency_key, expires_at)
  values (organization, job, hold_credits.amount, parts, hold_credits.idempotency_key, hold_credits.expires_at)
  returning h.* into hold;
  update public.ai_jobs j set held_credits = hold.amount where j.id = job;
  perform private.remember_movement(
    organization, idempotency_key, jsonb_build_object('verb', 'hold', 'job', job, 'amount', amount),
    private.move_credits(organization, 'hold', -amount, amount, idempotency_key, 'held for a job', job)
  );
  return hold;
end
$$;
comment on function public.hold_credits(uuid, uuid, bigint, text, timestamptz) is
  'Reserves credits for a job: what it can cost at most. One hold per job; the same call again returns it. select * from hold_credits(''<organization>'', ''<job>'', 40, ''hold-of-job-1'');';

create function private.lock_hold(job uuid) returns public.credit_holds
language plpgsql
set search_path = ''
as $$
declare
  hold public.credit_holds;
begin
  -- In the order that everybody takes: job, balance, hold.
  perform from public.ai_jobs j where j.id = job for no key update;
  perform private.lock_balance(h.organization_id) from public.credit_holds h where h.job_id = job;
  select h.* into hold from public.credit_holds h where h.job_id = job for no key update;
  if not found and not exists (select from public.ai_jobs j where j.id = job) then
    raise exception 'there is no job %', job using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  return hold;
end
$$;
comment on function private.lock_hold(uuid) is 'A job''s hold, locked until commit; null for a job that has none.';

create function private.resolve_budgets(hold public.credit_holds, charged bigint) returns void
language sql
set search_path = ''
as $$
  update public.budget_usage u
     set reserved = greatest(u.reserved - hold.amount, 0), spent = u.spent + charged, updated_at = now()
   where u.budget_id = any (hold.budgets) and u.period = hold.budget_period
$$;
comment on function private.resolve_budgets(public.credit_holds, bigint) is 'Turns what a hold reserved in its budgets into what it cost.';

create function public.settle_hold(job uuid, actual_credits bigint, idempotency_key text default null)
returns public.credit_holds
language plpgsql security definer
set search_path = ''
as $$
declare
  hold public.credit_holds;
  charged bigint;
begin
  if actual_credits is null or actual_credits < 0 then
    raise exception 'settle_hold: the credits must not be negative' using errcode = 'BA001', hint = 'Nothing was changed.';
  end if;
  hold := private.lock_hold(job);
  if hold.id is null or hold.state <> 'active' then
    return hold;
  end if;
  charged := least(actual_credits, hold.amount);
  -- The actual cost burns the first part of the allocation; the rest goes back to the lots it came from.
  update public.credit_grants g
     set held = g.held - part.amount,
         remaining = g.remaining - part.charged,
         spent = g.spent + part.charged,
         closed_at = case when g.remaining = part.charged then now() end,
         updated_at = now()
    from (
      select p.grant_id, p.amount, greatest(least(charged - (sum(p.amount) over (order by p.place) - p.amount), p.amount), 0)::bigint as charged
        from rows from (jsonb_to_recordset(hold.allocation) as (grant_id uuid, amount bigint)) with ordinality as p (grant_id, amount, place)
    ) part
   where g.id = part.grant_id;
  update public.credit_holds h
     set state = 'settled', settled_amount = charged, resolved_at = now(), updated_at = now()
   where h.id = hold.id
  returning h.* into hold;
  perform private.resolve_budgets(hold, charged);
  if hold.amount > 0 then
    perform private.move_credits(
      hold.organization_id, 'settle', hold.amount - charged, -hold.amount, coalesce(idempotency_key, 'settle:' || job::text), 'charged for a job', job
    );
  end if;
  if actual_credits > hold.amount and not exists (select from public.ai_jobs j where j.id = job and j.test_mode) then
    insert into public.credit_overruns (job_id, organization_id, held_credits, actual_credits)
    values (job, hold.organization_id, hold.amount, actual_credits);
  end if;
  update public.ai_jobs j set charged_credits = charged where j.id = job and j.charged_credits <> charged;
  return hold;
end
$$;
comment on function public.settle_hold(uuid, bigint, text) is
  'Charges a job''s actual cost, never more than its hold, and returns the rest; an overrun is recorded as the platform''s loss. A hold that is resolved already is returned as it is. select * from settle_hold(''<job>'', 31);';

create function public.release_hold(job uuid, reason text, idempotency_key text default null)
returns public.credit_holds
language plpgsql security definer
set search_path = ''
as $$
declare
  hold public.credit_holds;
begin
  hold := private.lock_hold(job);
  if hold.id is null or hold.state <> 'active' then
    return hold;
  end if;
  update public.credit_grants g
     set held = g.held - part.amount, updated_at = now()
    from jsonb_to_recordset(hold.allocation) as part (grant_id uuid, amount bigint)
   where g.id = part.grant_id;
  update public.credit_holds h
     set state = 'released', reason = left(release_hold.reason, 500), resolved_at = now(), updated_at = now()
   where h.id = hold.id
  returning h.* into hold;
  perform private.resolve_budgets(hold, 0);
  if hold.amount > 0 then
    perform private.move_credits(
      hold.organization_id, 'release', hold.amount, -hold.amount, coalesce(idempotency_key, 'release:' || job::text), left(reason, 500), job
    );
  end if;
  return hold;
end
$$;
comment on function public.release_hold(uuid, text, text) is
  'Returns a job''s whole hold. A hold that is resolved already is returned as it is. select * from release_hold(''<job>'', ''provider_failed'');';

create function public.expire_grants(now_limit int default 1000) returns int
language plpgsql security definer
set search_path = ''
as $$
declare
  due uuid[];
begin
  if now_limit is null or now_limit < 1 then
    raise exception 'expire_grants: the limit must be positive' using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  select array_agg(organization_id order by organization_id) into due
    from (
      select distinct g.organization_id
        from public.credit_grants g
       where g.closed_at is null and g.expires_at <= now() and g.remaining > g.held
       limit now_limit
    ) organizations;
  perform from public.credit_balances b where b.organization_id = any (due) order by b.organization_id for no key update;
  perform private.expire_due_grants(due);
  return coalesce(cardinality(due), 0);
end
$$;
comment on function public.expire_grants(int) is
  'Takes back what expired unspent, for at most so many organizations. Returns how many had any. select expire_grants(1000);';

create function private.claw_back_grant(lot uuid, idempotency_key text, reason text) returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  taken bigint;
  organization uuid;
  asked jsonb := jsonb_build_object('verb', 'claw_back', 'grant', lot);
  line public.credit_transactions;
begin
  select g.organization_id into organization from public.credit_grants g where g.id = lot;
  if not found then
    raise exception 'claw_back_grant: there is no grant %', lot using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  perform private.check_movement('claw_back_grant', organization, 1, idempotency_key);
  perform private.lock_balance(organization);
  line := private.find_movement(organization, idempotency_key, asked);
  if line.id is not null then
    return -line.amount;
  end if;
  -- What is held now belongs to running jobs; it is spent, or comes back and can be clawed back later under another key.
  update public.credit_grants g
     set remaining = g.held, expired = g.expired + before.free, closed_at = case when g.held = 0 then now() end, updated_at = now()
    from (select x.id, x.remaining - x.held as free from public.credit_grants x where x.id = lot for no key update) before
   where g.id = before.id and before.free > 0
  returning before.free into taken;
  if taken is null then
    return 0;
  end if;
  line := private.move_credits(organization, 'expire', -taken, 0, idempotency_key, reason, null, lot);
  perform private.remember_movement(organization, idempotency_key, asked, line);
  return taken;
end
$$;
comment on function private.claw_back_grant(uuid, text, text) is
  'After a refund or chargeback: takes back what a lot still has free. Returns the credits taken. select private.claw_back_grant(''<grant>'', ''chargeback-9'', ''Chargeback'');';

create function private.freeze_credits(organization uuid, reason text) returns void
language sql security definer
set search_path = ''
as $$
  update public.credit_balances set frozen_at = coalesce(frozen_at, now()), frozen_reason = left(reason, 500) where organization_id = organization
$$;
comment on function private.freeze_credits(uuid, text) is 'Stops holds and debits of an organization whose books are wrong. Nothing mends itself.';

create function private.unfreeze_credits(organization uuid) returns void
language sql security definer
set search_path = ''
as $$
  update public.credit_balances set frozen_at = null, frozen_reason = null where organization_id = organization
$$;
comment on function private.unfreeze_credits(uuid) is 'After a person has looked.';

create function public.check_ledger(organization uuid default null)
returns table (organization_id uuid, invariant text, expected bigint, actual bigint)
language sql stable security definer
set search_path = ''
as $$
  with books as (
    select b.organization_id, b.available, b.held, b.granted, b.spent, b.expired, b.ledger_sequence,
           coalesce(t.amount, 0) as t_amount, coalesce(t.available, 0) as t_available, coalesce(t.held, 0) as t_held,
           coalesce(t.lines, 0) as t_lines, coalesce(t.last_sequence, 0) as t_last,
           coalesce(t.last_balance, 0) as t_last_balance, coalesce(t.last_held, 0) as t_last_held,
           coalesce(g.amount, 0) as g_amount, coalesce(g.remaining, 0) as g_remaining, coalesce(g.held, 0) as g_held,
           coalesce(g.spent, 0) as g_spent, coalesce(g.expired, 0) as g_expired,
           coalesce(h.amount, 0) as h_amount
      from public.credit_balances b
      left join (
        select x.organization_id, sum(x.amount)::bigint as amount, sum(x.available_delta)::bigint as available,
               sum(x.held_delta)::bigint as held, count(*) as lines, max(x.sequence) as last_sequence,
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
           ('granted = sum of the grants', b.g_amount, b.granted),
           ('spent = spent of the grants', b.g_spent, b.spent),
           ('expired = expired of the grants', b.g_expired, b.expired),
           ('granted = available + held + spent + expired', b.granted, b.available + b.held + b.spent + b.expired),
           ('the ledger has no gaps', b.ledger_sequence, b.t_lines),
           ('the newest line is the balance''s', b.ledger_sequence, b.t_last),
           ('available = balance after the newest line', b.t_last_balance, b.available),
           ('held = held after the newest line', b.t_last_held, b.held)
         ) as c (invariant, expected, actual)
   where c.expected <> c.actual
   order by b.organization_id, c.invariant
$$;
comment on function public.check_ledger(uuid) is
  'Every broken invariant of one organization, or of all. No rows: the books are right. select * from check_ledger();';
