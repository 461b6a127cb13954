-- Plans, subscriptions, invoices and payments: what the books lacked for money to come in and go back.

alter table public.plans
  add column trial_days int not null default 0 check (trial_days between 0 and 90),
  add column trial_credits bigint not null default 0 check (trial_credits >= 0);
comment on column public.plans.trial_days is 'How long it can be tried without paying, once; 0: not at all.';
comment on column public.plans.trial_credits is 'Granted for the trial instead of the monthly credits.';
update public.plans set trial_days = 7, trial_credits = 2000 where id = 'starter';
update public.plans set trial_days = 14, trial_credits = 5000 where id = 'pro';

-- What an invoice is for decides what happens when it is paid. It is frozen with the invoice.
alter table public.invoices
  add column purpose text check (purpose in ('subscription', 'upgrade', 'renewal', 'top_up', 'auto_top_up')),
  add column plan public.subscription_plan references public.plans (id),
  add column pack_id text references public.credit_packs (id) on delete restrict,
  add column credits bigint check (credits > 0),
  add column issuer jsonb not null default '{}' check (jsonb_typeof(issuer) = 'object'),
  add check ((purpose in ('subscription', 'upgrade', 'renewal')) = (plan is not null)),
  add check ((purpose in ('top_up', 'auto_top_up')) = (pack_id is not null));
create index invoices_plan_idx on public.invoices (plan) where plan is not null;
create index invoices_pack_idx on public.invoices (pack_id) where pack_id is not null;
create index invoices_due_collection_idx on public.invoices (subscription_id, period_start) where status in ('open', 'paid') and purpose = 'renewal';
comment on column public.invoices.purpose is 'What is given once it is paid. Null: a credit note, or an invoice of an operator''s own.';
comment on column public.invoices.plan is 'The plan that is paid for.';
comment on column public.invoices.credits is 'What an upgrade or a pack gives once paid.';
comment on column public.invoices.issuer is 'Who issued it, as it was then.';

alter table public.payments
  add column reference text check (length(reference) <= 200),
  add column clawed_back_credits bigint not null default 0 check (clawed_back_credits >= 0),
  add column to_return boolean not null default false;
create index payments_to_return_idx on public.payments (created_at) where to_return;
comment on column public.payments.to_return is 'Came for an invoice that was void or paid already: it buys nothing and goes back.';
comment on column public.payments.reference is 'What an operator found on the bank statement.';
comment on column public.payments.clawed_back_credits is 'Credits taken back for refunds and chargebacks, debts included.';

create table public.credit_debts (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  payment_id uuid not null references public.payments (id) on delete restrict,
  amount bigint not null check (amount > 0),
  remaining bigint not null check (remaining >= 0),
  reason text not null check (length(reason) between 1 and 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (remaining <= amount)
);
create index credit_debts_organization_idx on public.credit_debts (organization_id, id);
create index credit_debts_payment_idx on public.credit_debts (payment_id);
comment on table public.credit_debts is
  'Credits that were spent before the money for them went back. Balances never go below zero: what comes next pays the debt first.';
create trigger set_updated_at before update on public.credit_debts for each row execute function private.set_updated_at();
alter table public.credit_debts enable row level security;
create policy tenant_select on public.credit_debts for select to authenticated
  using (organization_id = any (array(select private.my_orgs_as('owner', 'admin', 'billing'))));
create policy worker on public.credit_debts for select to base_worker using (true);
create policy billing on public.credit_debts for select to base_api using (true);
create policy operator_select on public.credit_debts for select to base_operator using ((select private.is_operator()));
revoke all on public.credit_debts from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant select on public.credit_debts to authenticated, base_api, base_worker, base_operator, service_role;

-- A person's free credits and trial are the person's, not the organization's: closing one and making another gives nothing.
create table identity.free_credit_claims (
  user_id uuid primary key references public.users (id) on delete cascade,
  organization_id uuid unique references public.organizations (id) on delete set null,
  granted_until timestamptz,
  trial_started_at timestamptz
);
comment on table identity.free_credit_claims is
  'Which of a person''s organizations gets the free plan''s monthly credits, and until when they were given. Functions only.';
alter table identity.free_credit_claims enable row level security;
create policy functions_only on identity.free_credit_claims for select to base_api using (false);
revoke all on identity.free_credit_claims from public, anon, authenticated, service_role, base_api, base_worker, base_operator;

insert into identity.free_credit_claims (user_id, organization_id, granted_until)
select distinct on (m.user_id) m.user_id, m.organization_id, s.period_end
  from public.organization_members m
  join public.organizations o on o.id = m.organization_id and o.deleted_at is null
  left join public.subscriptions s on s.organization_id = o.id and s.status <> 'canceled'
 where m.role = 'owner'
 order by m.user_id, m.created_at
    on conflict do nothing;

-- The service that takes payments writes its rows itself: a webhook comes before any tenant is known, and its event and
-- effect are one transaction. No deletes.
create policy billing on public.subscriptions for all to base_api using (true) with check (true);
create policy billing on public.invoices for all to base_api using (true) with check (true);
create policy billing on public.payments for all to base_api using (true) with check (true);
create policy billing on public.auto_top_ups for all to base_api using (true) with check (true);
create policy billing on public.billing_profiles for all to base_api using (true) with check (true);
drop policy api_insert on public.payment_events;
create policy api_insert on public.payment_events for insert to base_api with check (true);
grant select, insert, update on
  public.subscriptions, public.invoices, public.payments, public.auto_top_ups, public.billing_profiles
to base_api;

-- Periods.

create function private.next_period_end(anchor timestamptz, after timestamptz) returns timestamptz
language sql stable
set search_path = ''
as $$
  -- Counted from the anchor, so that a subscription of the 31st is not moved to the 28th by one February.
  select min(boundary)
    from generate_series(
           greatest(1, (extract(year from after) - extract(year from anchor))::int * 12 + (extract(month from after) - extract(month from anchor))::int - 1),
           greatest(1, (extract(year from after) - extract(year from anchor))::int * 12 + (extract(month from after) - extract(month from anchor))::int - 1) + 3
         ) as months (n),
         lateral (select (anchor at time zone 'UTC' + make_interval(months => n)) at time zone 'UTC' as boundary) b
   where boundary > after
$$;
comment on function private.next_period_end(timestamptz, timestamptz) is
  'The first whole number of months after the anchor that is later than a moment. select private.next_period_end(''2026-01-31'', ''2026-03-01'');';

create or replace function private.grant_plan_credits(organization uuid) returns public.credit_transactions
language plpgsql security definer
set search_path = ''
as $$
declare
  current_one record;
  line public.credit_transactions;
  period_key text;
begin
  select s.id, s.status, s.period_start, s.period_end, p.id as plan,
         case when s.status = 'trialing' then p.trial_credits else p.monthly_credits end as credits
    into current_one
    from public.subscriptions s
    join public.plans p on p.id = s.plan
   where s.organization_id = organization and s.status in ('active', 'trialing');
  if not found then
    raise exception 'grant_plan_credits: organization % has no running subscription', organization using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if current_one.credits = 0 or current_one.period_end <= now() then
    return null;
  end if;
  period_key := 'period-' || current_one.id::text || '-' || to_char(current_one.period_start at time zone 'UTC', 'YYYYMMDDHH24MISSUS');
  -- The period has its credits, whatever plan it has by now: an upgrade brings its own.
  select t.* into line
    from public.credit_transaction_keys k
    join public.credit_transactions t on t.id = k.transaction_id and t.created_at = k.transaction_created_at
   where k.organization_id = organization and k.idempotency_key = period_key;
  if found then
    return line;
  end if;
  if current_one.plan = 'free' then
    update identity.free_credit_claims c
       set granted_until = current_one.period_end
     where c.organization_id = organization and (c.granted_until is null or c.granted_until <= current_one.period_start);
    if not found then
      return null;
    end if;
  end if;
  return public.credit_credits(
    organization, current_one.credits, 'grant', period_key,
    case when current_one.status = 'trialing' then 'Credits of the trial of the plan ' else 'Monthly credits of the plan ' end || current_one.plan::text,
    current_one.period_end, 50
  );
end
$$;
comment on function private.grant_plan_credits(uuid) is
  'Grants the current period''s credits, once per period whatever is replayed, and those of the free plan once a month per person. Null: none are due. select * from private.grant_plan_credits(''<organization>'');';

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
    done := done + 1;
  end loop;
  return done;
end
$$;
comment on function private.grant_monthly_credits(int) is 'Starts due periods of free subscriptions and grants their credits. Returns how many. select private.grant_monthly_credits();';

create or replace function private.create_organization(
  organization_id uuid, user_id uuid, name text, slug text,
  country text default null, currency text default null, locale text default null, time_zone text default null
) returns public.organizations
language plpgsql security definer
set search_path = ''
as $$
declare
  made public.organizations;
begin
  if not exists (select from public.users u where u.id = create_organization.user_id and u.deleted_at is null) then
    raise exception 'create_organization: there is no user %', create_organization.user_id using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  insert into public.organizations as o (id, name, slug, country, currency, locale, time_zone)
  values (
    create_organization.organization_id, btrim(create_organization.name), create_organization.slug,
    coalesce(create_organization.country, 'BR'), coalesce(create_organization.currency, 'BRL'),
    coalesce(create_organization.locale, 'pt-BR'), coalesce(create_organization.time_zone, 'America/Sao_Paulo')
  )
  returning o.* into made;
  insert into public.organization_members (organization_id, user_id, role) values (made.id, create_organization.user_id, 'owner');
  insert into public.credit_balances (organization_id) values (made.id);
  insert into public.event_sequences (organization_id) values (made.id);
  insert into public.subscriptions (organization_id, plan, currency, period_start, period_end)
  values (made.id, 'free', made.currency, now(), private.next_period_end(now(), now()));
  -- One organization of a person gets free credits; another takes its place when it was closed, not its past month again.
  insert into identity.free_credit_claims as c (user_id, organization_id)
  values (create_organization.user_id, made.id)
  on conflict on constraint free_credit_claims_pkey do update set organization_id = made.id
   where c.organization_id is null
      or exists (select from public.organizations o where o.id = c.organization_id and o.deleted_at is not null);
  perform private.grant_plan_credits(made.id);
  return made;
end
$$;
comment on function private.create_organization(uuid, uuid, text, text, text, text, text, text) is
  'An organization with its owner, balance, event counter and free subscription; the free credits of a month go to one organization of a person. A slug that is taken raises 23505 on organizations_slug_key. select * from private.create_organization(gen_random_uuid(), ''<user>'', ''Estúdio Aurora'', ''estudio-aurora'');';

create function private.take_trial(organization uuid, user_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from public.subscriptions s where s.organization_id = organization and s.trial_ends_at is not null) then
    return false;
  end if;
  insert into identity.free_credit_claims as c (user_id, trial_started_at)
  values (take_trial.user_id, now())
  on conflict on constraint free_credit_claims_pkey do update set trial_started_at = now() where c.trial_started_at is null;
  return found;
end
$$;
comment on function private.take_trial(uuid, uuid) is
  'Uses up the trial of a person and an organization; false: one of them had it. select private.take_trial(''<organization>'', ''<user>'');';

-- Money that goes back.

create function private.claw_back_payment(payment uuid, amount bigint, idempotency_key text, reason text)
returns table (taken bigint, owed bigint)
language plpgsql security definer
set search_path = ''
as $$
declare
  paid public.payments;
  balance public.credit_balances;
  free bigint := 0;
  part bigint;
begin
  select p.* into paid from public.payments p where p.id = payment;
  if not found then
    raise exception 'claw_back_payment: there is no payment %', payment using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  perform private.check_movement('claw_back_payment', paid.organization_id, amount, idempotency_key);
  balance := private.lock_balance(paid.organization_id);
  -- First what the payment's own lot has left, then whatever else is free, then a debt. What jobs hold is theirs.
  update public.credit_grants g
     set remaining = g.remaining - before.part, expired = g.expired + before.part,
         closed_at = case when g.remaining = before.part then now() end, updated_at = now()
    from (select x.id, least(x.remaining - x.held, claw_back_payment.amount) as part
            from public.credit_grants x where x.id = paid.grant_id for no key update) before
   where g.id = before.id and before.part > 0
  returning before.part into free;
  taken := coalesce(free, 0);
  if taken > 0 then
    perform private.remember_movement(
      paid.organization_id, idempotency_key, jsonb_build_object('verb', 'claw_back_payment', 'payment', payment, 'amount', taken),
      private.move_credits(paid.organization_id, 'expire', -taken, 0, idempotency_key, reason, null, paid.grant_id)
    );
  end if;
  select b.available into free from public.credit_balances b where b.organization_id = paid.organization_id;
  part := least(amount - taken, free);
  if part > 0 and balance.frozen_at is null then
    perform public.debit_credits(paid.organization_id, part, idempotency_key || ':rest', reason);
    taken := taken + part;
  end if;
  owed := amount - taken;
  if owed > 0 then
    insert into public.credit_debts (organization_id, payment_id, amount, remaining, reason)
    values (paid.organization_id, payment, owed, owed, left(reason, 500));
  end if;
  update public.payments p set clawed_back_credits = p.clawed_back_credits + claw_back_payment.amount where p.id = payment;
  return next;
end
$$;
comment on function private.claw_back_payment(uuid, bigint, text, text) is
  'Takes credits back after a refund or chargeback: from the payment''s lot, then from what else is free; the rest becomes a debt. select * from private.claw_back_payment(''<payment>'', 10000, ''refund-7'', ''Refund'');';

create function private.collect_debts(organization uuid) returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
  balance public.credit_balances;
  debt public.credit_debts;
  part bigint;
  collected bigint := 0;
begin
  if not exists (select from public.credit_debts d where d.organization_id = organization and d.remaining > 0) then
    return 0;
  end if;
  balance := private.lock_balance(organization);
  if balance.frozen_at is not null then
    return 0;
  end if;
  for debt in select d.* from public.credit_debts d where d.organization_id = organization and d.remaining > 0 order by d.id for no key update loop
    select least(b.available, debt.remaining) into part from public.credit_balances b where b.organization_id = organization;
    exit when part = 0;
    perform public.debit_credits(organization, part, 'debt-' || debt.id::text || '-' || debt.remaining::text, debt.reason);
    update public.credit_debts d set remaining = d.remaining - part where d.id = debt.id;
    collected := collected + part;
  end loop;
  return collected;
end
$$;
comment on function private.collect_debts(uuid) is
  'Pays an organization''s debts from what is free, the oldest first. Returns the credits. select private.collect_debts(''<organization>'');';

-- What charging an organization needs to know about it, asked before there is a tenant.
create function private.find_billing_party(organization uuid)
returns table (
  name text, locale text, currency text, country text, closed boolean, members int,
  legal_name text, tax_id_kind text, tax_id text, email text, address jsonb, external_customer_id text
)
language sql stable security definer
set search_path = ''
as $$
  select o.name, o.locale, o.currency, o.country, o.deleted_at is not null,
         (select count(*)::int from public.organization_members m where m.organization_id = o.id),
         b.legal_name, b.tax_id_kind, b.tax_id,
         coalesce(b.email, (select u.email from public.organization_members m join public.users u on u.id = m.user_id
                             where m.organization_id = o.id and m.role = 'owner' order by m.created_at limit 1)),
         coalesce(b.address, '{}'),
         (select s.external_customer_id from public.subscriptions s
           where s.organization_id = o.id and s.external_customer_id is not null order by s.created_at desc limit 1)
    from public.organizations o
    left join public.billing_profiles b on b.organization_id = o.id
   where o.id = organization
$$;
comment on function private.find_billing_party(uuid) is
  'Who is charged: the billing profile, else the organization and its first owner. select * from private.find_billing_party(''<organization>'');';

-- While a payment is overdue, the limits are the free plan's; seats, storage and retention stay, nothing is lost.
create or replace function private.find_api_key(key_id text)
returns table (
  id uuid, organization_id uuid, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, name text, mode text, secret_hash bytea, scopes text[],
  created_by uuid, expires_at timestamptz, revoked_at timestamptz, ip_allow cidr[], monthly_cap_credits bigint
)
language sql stable security definer
set search_path = ''
as $$
  select k.id, k.organization_id, o.status, o.plan, l.requests_per_minute, l.concurrent_jobs, k.name, k.mode,
         k.secret_hash, k.scopes, k.created_by, k.expires_at, k.revoked_at, k.ip_allow, k.monthly_cap_credits
    from public.api_keys k
    join public.organizations o on o.id = k.organization_id and o.deleted_at is null
    join public.plans l on l.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
   where k.key_id = find_api_key.key_id
$$;

create or replace function private.find_membership(user_id uuid, organization_id uuid)
returns table (
  role public.user_role, organization_status text, plan public.subscription_plan,
  requests_per_minute int, concurrent_jobs int, seats int, storage_bytes bigint, is_operator boolean
)
language sql stable security definer
set search_path = ''
as $$
  select m.role, o.status, o.plan, l.requests_per_minute, l.concurrent_jobs, p.seats, p.storage_bytes, u.is_operator
    from public.organization_members m
    join public.organizations o on o.id = m.organization_id and o.deleted_at is null
    join public.users u on u.id = m.user_id and u.deleted_at is null
    join public.plans p on p.id = o.plan
    join public.plans l on l.id = case
           when exists (select from public.subscriptions s where s.organization_id = o.id and s.status = 'past_due') then 'free' else o.plan
         end
   where m.user_id = find_membership.user_id and m.organization_id = find_membership.organization_id
$$;

revoke all on function
  private.next_period_end(timestamptz, timestamptz), private.take_trial(uuid, uuid),
  private.claw_back_payment(uuid, bigint, text, text), private.collect_debts(uuid), private.find_billing_party(uuid)
from public;
grant execute on function
  private.next_period_end(timestamptz, timestamptz), private.take_trial(uuid, uuid),
  private.claw_back_payment(uuid, bigint, text, text), private.collect_debts(uuid), private.find_billing_party(uuid)
to base_api, base_worker, service_role;
