-- What happens to an organization's credits is told: events of credits that came, expired, run low or are used up.

alter table public.credit_balances
  add column low_threshold bigint not null default 100 check (low_threshold >= 0),
  add column low_since timestamptz;
comment on column public.credit_balances.low_threshold is 'Below this many available credits, credits.low is told. 0: never.';
comment on column public.credit_balances.low_since is 'Since when available is below the threshold; null again once it is a tenth above it, so that holds that come and go tell it once.';

create function private.follow_balance() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  if new.available < new.low_threshold then
    new.low_since := coalesce(old.low_since, now());
  elsif new.available >= new.low_threshold + new.low_threshold / 10 then
    new.low_since := null;
  end if;
  return new;
end
$$;
comment on function private.follow_balance() is 'Trigger: updated_at, and since when a balance is low.';
drop trigger set_updated_at on public.credit_balances;
create trigger set_updated_at before update on public.credit_balances for each row execute function private.follow_balance();

create function private.tell_low_credits() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  data jsonb := jsonb_build_object('available', new.available, 'held', new.held, 'threshold', new.low_threshold);
begin
  if old.low_since is null and new.low_since is not null then
    perform private.insert_events(array[row(null, new.organization_id, 'credits.low', new.organization_id, null, data)::private.new_event]);
  end if;
  if old.available > 0 and new.available = 0 then
    perform private.insert_events(array[row(null, new.organization_id, 'credits.exhausted', new.organization_id, null, data)::private.new_event]);
  end if;
  return null;
end
$$;
comment on function private.tell_low_credits() is 'Trigger: a balance that fell below its threshold, or to nothing, is told.';
-- At the commit, because the counter of events is locked last.
create constraint trigger tell_low_credits after update on public.credit_balances
  deferrable initially deferred
  for each row
  when ((old.low_since is null and new.low_since is not null) or (old.available > 0 and new.available = 0))
  execute function private.tell_low_credits();

create function private.set_low_threshold(organization uuid, threshold bigint) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if threshold is null or threshold < 0 then
    raise exception 'set_low_threshold: the threshold must not be negative' using errcode = 'BA001', hint = 'Nothing was changed.';
  end if;
  perform private.lock_balance(organization);
  update public.credit_balances b set low_threshold = threshold where b.organization_id = organization;
end
$$;
comment on function private.set_low_threshold(uuid, bigint) is
  'Says below how many available credits credits.low is told; 0: never. select private.set_low_threshold(''<organization>'', 500);';
revoke all on function private.follow_balance(), private.tell_low_credits(), private.set_low_threshold(uuid, bigint) from public;
grant execute on function private.set_low_threshold(uuid, bigint) to base_api, base_worker, service_role;

create or replace function private.expire_due_grants(organizations uuid[]) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  lot record;
  gone bigint := 0;
  told private.new_event[] := '{}';
begin
  -- The balances are locked by the caller. The part under a hold waits until the hold is resolved.
  for lot in
    select g.id, g.organization_id, g.remaining - g.held as free, g.expires_at
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
    told := told || row(
      null, lot.organization_id, 'credits.expired', lot.id, null,
      jsonb_build_object('grantId', lot.id, 'amount', lot.free, 'expiredAt', lot.expires_at)
    )::private.new_event;
  end loop;
  if gone > 0 then
    perform private.insert_events(told);
  end if;
  return gone;
end
$$;

create or replace function public.credit_credits(
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
  perform private.insert_events(array[row(
    null, organization, 'credits.granted', lot, null,
    jsonb_build_object('grantId', lot, 'amount', amount, 'source', kind, 'expiresAt', credit_credits.expires_at,
                       'available', line.balance_after)
  )::private.new_event]);
  return line;
end
$$;
