-- Accounts, organizations, invoices, limits and housekeeping.

create function private.create_local_user(id uuid, email text, name text, locale text default 'pt-BR') returns uuid
language plpgsql security definer
set search_path = ''
as $$
begin
  if not private.is_plain_postgres() then
    raise exception 'create_local_user: accounts of this database belong to Supabase Auth' using errcode = 'BA012', hint = 'Nothing was changed.';
  end if;
  insert into auth.users (id, email, raw_user_meta_data)
  values (create_local_user.id, lower(btrim(create_local_user.email)),
          jsonb_build_object('name', coalesce(create_local_user.name, ''), 'locale', coalesce(create_local_user.locale, 'pt-BR')));
  return create_local_user.id;
exception
  when unique_violation then
    raise exception 'create_local_user: the address or the id is taken' using errcode = 'BA013', hint = 'Nothing was changed.';
end
$$;
comment on function private.create_local_user(uuid, text, text, text) is
  'An account of the local issuer; public.users follows by trigger. select private.create_local_user(gen_random_uuid(), ''ana@example.com'', ''Ana'', ''pt-BR'');';

create function private.update_local_user(user_id uuid, email text default null, email_confirmed boolean default null) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  if not private.is_plain_postgres() then
    raise exception 'update_local_user: accounts of this database belong to Supabase Auth' using errcode = 'BA012', hint = 'Nothing was changed.';
  end if;
  update auth.users u
     set email = coalesce(lower(btrim(update_local_user.email)), u.email),
         email_confirmed_at = case when email_confirmed then coalesce(u.email_confirmed_at, now()) when not email_confirmed then null else u.email_confirmed_at end,
         updated_at = now()
   where u.id = user_id;
  return found;
exception
  when unique_violation then
    raise exception 'update_local_user: the address is taken' using errcode = 'BA013', hint = 'Nothing was changed.';
end
$$;
comment on function private.update_local_user(uuid, text, boolean) is
  'Changes or confirms the address of a local account; nulls leave it as it is. select private.update_local_user(''<user>'', email_confirmed => true);';

create function private.erase_user(user_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Memberships go with the trigger that protects last owners: an organization never loses its last owner this way.
  delete from public.organization_members m where m.user_id = erase_user.user_id;
  delete from public.users u where u.id = erase_user.user_id;
  if private.is_plain_postgres() then
    delete from auth.users u where u.id = erase_user.user_id;
  end if;
  return found;
end
$$;
comment on function private.erase_user(uuid) is
  'Erasure on request (LGPD): the account and what is personal goes, jobs and books stay without a name. On Supabase, delete the auth user afterwards.';

create function private.create_organization(
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
  values (made.id, 'free', made.currency, now(), now() + interval '1 month');
  perform private.grant_plan_credits(made.id);
  perform private.append_audit(jsonb_build_array(jsonb_build_object(
    'organization_id', made.id, 'actor_type', 'user', 'actor_id', create_organization.user_id, 'action', 'organization.create',
    'target_type', 'organization', 'target_id', made.id::text, 'after', jsonb_build_object('name', made.name, 'slug', made.slug)
  )));
  return made;
end
$$;
comment on function private.create_organization(uuid, uuid, text, text, text, text, text, text) is
  'An organization with its owner, balance, event counter, free subscription and first monthly credits. A slug that is taken raises 23505 on organizations_slug_key. select * from private.create_organization(gen_random_uuid(), ''<user>'', ''Estúdio Aurora'', ''estudio-aurora'');';

create function private.accept_invitation(token_hash bytea, user_id uuid) returns public.organization_members
language plpgsql security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  membership public.organization_members;
begin
  select i.* into invitation from public.invitations i where i.token_hash = accept_invitation.token_hash for update;
  if not found or invitation.revoked_at is not null or invitation.accepted_at is not null then
    raise exception 'accept_invitation: there is no such open invitation' using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if invitation.expires_at <= now() then
    raise exception 'accept_invitation: the invitation expired on %', invitation.expires_at using errcode = 'BA006', hint = 'Ask for a new one.';
  end if;
  if not exists (
    select from public.users u
     where u.id = accept_invitation.user_id and u.deleted_at is null and lower(u.email) = lower(invitation.email)
  ) then
    raise exception 'accept_invitation: the invitation is for another address' using errcode = 'BA012', hint = 'Nothing was changed.';
  end if;
  insert into public.organization_members as m (organization_id, user_id, role)
  values (invitation.organization_id, accept_invitation.user_id, invitation.role)
  on conflict on constraint organization_members_pkey do update set updated_at = now()
  returning m.* into membership;
  update public.invitations i set accepted_at = now(), accepted_by = accept_invitation.user_id where i.id = invitation.id;
  return membership;
end
$$;
comment on function private.accept_invitation(bytea, uuid) is 'Makes the invited person a member; an existing member keeps the role. select * from private.accept_invitation(''\x…'', ''<user>'');';

create function private.delete_organization(organization_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.organizations o set deleted_at = now(), slug = left(o.slug, 26) || '-' || replace(o.id::text, '-', '')
   where o.id = delete_organization.organization_id and o.deleted_at is null;
  if not found then
    return false;
  end if;
  update public.api_keys k set revoked_at = now() where k.organization_id = delete_organization.organization_id and k.revoked_at is null;
  update public.webhooks w set enabled = false, disabled_at = now(), disabled_reason = 'organization closed'
   where w.organization_id = delete_organization.organization_id and w.enabled;
  update public.subscriptions s set status = 'canceled', canceled_at = now()
   where s.organization_id = delete_organization.organization_id and s.status <> 'canceled';
  return true;
end
$$;
comment on function private.delete_organization(uuid) is 'Closes an organization: invisible, keys dead, webhooks off, subscription canceled, slug free again. The books stay. select private.delete_organization(''<organization>'');';

create function private.grant_monthly_credits(max_subscriptions int default 500) returns int
language plpgsql security definer
set search_path = ''
as $$
declare
  due record;
  started timestamptz;
  done int := 0;
begin
  -- Free and manual subscriptions roll over by themselves; those of a payment provider when it says they were paid.
  for due in
    select s.id, s.organization_id, s.plan, s.pending_plan, s.cancel_at_period_end, s.period_end
      from public.subscriptions s
     where s.status in ('active', 'trialing') and s.period_end <= now() and (s.plan = 'free' or s.driver = 'manual')
     order by s.organization_id
     limit max_subscriptions
       for no key update skip locked
  loop
    started := greatest(due.period_end, now() - interval '1 month');
    if due.cancel_at_period_end then
      update public.subscriptions s set status = 'canceled', canceled_at = now() where s.id = due.id;
      insert into public.subscriptions (organization_id, plan, period_start, period_end)
      values (due.organization_id, 'free', started, started + interval '1 month');
    else
      update public.subscriptions s
         set plan = coalesce(s.pending_plan, s.plan), pending_plan = null, period_start = started, period_end = started + interval '1 month'
       where s.id = due.id;
    end if;
    perform private.grant_plan_credits(due.organization_id);
    done := done + 1;
  end loop;
  return done;
end
$$;
comment on function private.grant_monthly_credits(int) is 'Starts due periods of free and manual subscriptions and grants their credits. Returns how many. select private.grant_monthly_credits();';

create function private.grant_plan_credits(organization uuid) returns public.credit_transactions
language plpgsql security definer
set search_path = ''
as $$
declare
  current_one record;
begin
  select s.id, s.period_start, s.period_end, p.id as plan, p.monthly_credits into current_one
    from public.subscriptions s
    join public.plans p on p.id = s.plan
   where s.organization_id = organization and s.status in ('active', 'trialing');
  if not found then
    raise exception 'grant_plan_credits: organization % has no running subscription', organization using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if current_one.monthly_credits = 0 or current_one.period_end <= now() then
    return null;
  end if;
  return public.credit_credits(
    organization, current_one.monthly_credits, 'grant',
    'period-' || current_one.id::text || '-' || to_char(current_one.period_start at time zone 'UTC', 'YYYYMMDDHH24MISSUS'),
    'Monthly credits of the plan ' || current_one.plan::text, current_one.period_end, 50
  );
end
$$;
comment on function private.grant_plan_credits(uuid) is 'Grants the current period''s credits, once per period whatever is replayed. select * from private.grant_plan_credits(''<organization>'');';

create function private.set_plan(organization uuid, plan text, period_end timestamptz default null) returns public.subscriptions
language plpgsql security definer
set search_path = ''
as $$
declare
  wanted public.subscription_plan;
  changed public.subscriptions;
begin
  select p.id into wanted from public.plans p where p.id::text = set_plan.plan;
  if not found then
    raise exception 'set_plan: there is no plan "%"', set_plan.plan
      using errcode = 'BA005', hint = 'Plans: ' || (select string_agg(p.id::text, ', ' order by p.sort) from public.plans p);
  end if;
  if not exists (select from public.organizations o where o.id = organization) then
    raise exception 'set_plan: there is no organization %', organization using errcode = 'BA002', hint = 'Nothing was changed.';
  end if;
  update public.subscriptions s
     set plan = wanted, status = 'active', pending_plan = null, cancel_at_period_end = false, past_due_since = null,
         period_start = now(), period_end = coalesce(set_plan.period_end, now() + interval '1 month')
   where s.organization_id = organization and s.status <> 'canceled'
  returning s.* into changed;
  if not found then
    insert into public.subscriptions as s (organization_id, plan, period_end)
    values (organization, wanted, coalesce(set_plan.period_end, now() + interval '1 month'))
    returning s.* into changed;
  end if;
  return changed;
end
$$;
comment on function private.set_plan(uuid, text, timestamptz) is 'Puts an organization on a plan from now on, without credits: see grant_plan_credits(). select * from private.set_plan(''<organization>'', ''pro'');';

create function private.issue_invoice(invoice uuid) returns public.invoices
language plpgsql security definer
set search_path = ''
as $$
declare
  issued public.invoices;
  next_number bigint;
begin
  select i.* into issued from public.invoices i where i.id = invoice for update;
  if not found then
    raise exception 'issue_invoice: there is no invoice %', invoice using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  if issued.status <> 'draft' then
    return issued;
  end if;
  insert into public.invoice_series as s (organization_id, series, last_number)
  values (issued.organization_id, issued.series, 1)
  on conflict (organization_id, series) do update set last_number = s.last_number + 1
  returning s.last_number into next_number;
  update public.invoices i
     set number = next_number, status = 'open', issued_at = now(),
         customer = coalesce((select to_jsonb(b) - 'organization_id' - 'created_at' - 'updated_at'
                                from public.billing_profiles b where b.organization_id = i.organization_id), i.customer)
   where i.id = invoice
  returning i.* into issued;
  return issued;
end
$$;
comment on function private.issue_invoice(uuid) is 'Gives a draft its number, without gaps per organization and series, and freezes it. Issued already: returned as it is. select * from private.issue_invoice(''<invoice>'');';

-- Limits.

create function public.check_rate_limit(bucket text, limit_count int, window_seconds int, cost int default 1)
returns table (allowed boolean, remaining int, reset_at timestamptz, retry_after_ms int)
language plpgsql security definer
set search_path = ''
as $$
declare
  asked_at timestamptz := clock_timestamp();
  -- GCRA: every unit takes one interval; a bucket may run ahead of the clock by one window.
  one_unit interval;
  whole_window interval;
  arrival timestamptz;
begin
  if bucket is null or length(bucket) not between 1 and 255 or limit_count is null or limit_count < 1
     or window_seconds is null or window_seconds < 1 or cost is null or cost < 1 or cost > limit_count then
    raise exception 'check_rate_limit: bucket of 1 to 255 characters, limit and window of at least 1, cost of 1 to the limit'
      using errcode = 'BA001', hint = 'A cost above the limit could never be allowed.';
  end if;
  whole_window := make_interval(secs => window_seconds);
  one_unit := whole_window / limit_count;

  insert into public.rate_limits as r (bucket, theoretical_arrival)
  values (check_rate_limit.bucket, asked_at + one_unit * cost)
  on conflict on constraint rate_limits_pkey do update
     set theoretical_arrival = greatest(r.theoretical_arrival, asked_at) + one_unit * cost
   where greatest(r.theoretical_arrival, asked_at) + one_unit * cost <= asked_at + whole_window
  returning r.theoretical_arrival into arrival;

  allowed := found;
  if not allowed then
    select r.theoretical_arrival into arrival from public.rate_limits r where r.bucket = check_rate_limit.bucket;
  end if;
  remaining := greatest(floor(extract(epoch from asked_at + whole_window - greatest(arrival, asked_at)) / extract(epoch from one_unit) + 1e-6), 0);
  reset_at := greatest(arrival, asked_at);
  retry_after_ms := case when allowed then 0 else ceil(extract(epoch from arrival + one_unit * cost - whole_window - asked_at) * 1000) end;
  return next;
end
$$;
comment on function public.check_rate_limit(text, int, int, int) is
  'Takes cost from a bucket that refills to limit_count per window_seconds (GCRA, the database''s clock, one round trip): allowed; remaining now; when the bucket is full again; how long to wait when refused. select * from check_rate_limit(''org:42'', 60, 60);';

create function public.acquire_slot(bucket text, holder uuid, max_slots int, lease_seconds int) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  if bucket is null or holder is null or coalesce(max_slots, 0) < 1 or coalesce(lease_seconds, 0) < 1 then
    raise exception 'acquire_slot: bucket, holder, and at least one slot and one second' using errcode = 'BA001', hint = 'Nothing was changed; see the comment of the function for an example.';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(bucket, 1));
  delete from public.slots s where s.bucket = acquire_slot.bucket and s.expires_at <= clock_timestamp();
  if (select count(*) from public.slots s where s.bucket = acquire_slot.bucket and s.holder <> acquire_slot.holder) >= max_slots then
    return false;
  end if;
  insert into public.slots as s (bucket, holder, expires_at)
  values (acquire_slot.bucket, acquire_slot.holder, clock_timestamp() + make_interval(secs => lease_seconds))
  on conflict on constraint slots_pkey do update set expires_at = excluded.expires_at;
  return true;
end
$$;
comment on function public.acquire_slot(text, uuid, int, int) is
  'Takes or renews one of max_slots leased places; false: all are taken. A lease ends by itself. select acquire_slot(''jobs:<organization>'', ''<job>'', 5, 60);';

create function public.release_slot(bucket text, holder uuid) returns void
language sql security definer
set search_path = ''
as $$
  delete from public.slots s where s.bucket = release_slot.bucket and s.holder = release_slot.holder
$$;
comment on function public.release_slot(text, uuid) is 'Gives a place back. select release_slot(''jobs:<organization>'', ''<job>'');';

-- Housekeeping, for a scheduled job.

create function private.default_partition_rows() returns table (partition text, row_count bigint)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  leaf record;
begin
  for leaf in
    select c.relname from pg_catalog.pg_class c
     where c.relnamespace = 'parts'::regnamespace and c.relname like '%\_default' and c.relkind = 'r'
     order by 1
  loop
    partition := leaf.relname;
    execute format('select count(*) from (select from parts.%I limit 1000) few', leaf.relname) into row_count;
    return next;
  end loop;
end
$$;
comment on function private.default_partition_rows() is 'Rows (at most 1000 are counted) that found no partition of their month: anything above 0 is an alert. select * from private.default_partition_rows();';

create function private.apply_retention(max_rows int default 10000) returns table (what text, deleted bigint)
language plpgsql security definer
set search_path = ''
as $$
declare
  parent text;
  leaf text;
  longest int;
begin
  select max(p.retention_days) into longest from public.plans p;
  -- The ledger is kept; what may go is what plans limit.
  foreach parent in array array['audit_logs', 'events', 'webhook_attempts', 'webhook_deliveries'] loop
    for leaf in
      select c.relname
        from pg_catalog.pg_inherits i
        join pg_catalog.pg_class c on c.oid = i.inhrelid
       where i.inhparent = format('public.%I', parent)::regclass
         and c.relname ~ '_\d{4}_\d{2}$'
         and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' < now() - make_interval(days => longest)
       order by 1
    loop
      execute format('drop table parts.%I', leaf);
      what := 'partition ' || leaf;
      deleted := 1;
      return next;
    end loop;
    execute format(
      'with doomed as (
         select x.tableoid, x.ctid
           from public.organizations o
           join public.plans p on p.id = o.plan
           join public.%1$I x on x.organization_id = o.id and x.created_at < now() - make_interval(days => p.retention_days)
          limit %2$s
       ), gone as (
         delete from public.%1$I x using doomed d where x.tableoid = d.tableoid and x.ctid = d.ctid returning 1
       ) select count(*) from gone',
      parent, greatest(max_rows, 1)
    ) into deleted;
    what := parent;
    return next;
  end loop;

  with gone as (delete from public.idempotency_keys k where k.created_at < now() - interval '48 hours' and k.resource_id is null returning 1)
  select 'idempotency_keys', count(*) into what, deleted from gone;
  return next;
  with gone as (delete from public.rate_limits r where r.theoretical_arrival < now() - interval '1 day' returning 1)
  select 'rate_limits', count(*) into what, deleted from gone;
  return next;
  with gone as (delete from public.webhook_delivery_keys k where k.created_at < now() - make_interval(days => longest) returning 1)
  select 'webhook_delivery_keys', count(*) into what, deleted from gone;
  return next;
  with gone as (delete from public.quotes q where q.expires_at < now() - interval '7 days' and q.used_by_job is null returning 1)
  select 'quotes', count(*) into what, deleted from gone;
  return next;
  with gone as (delete from identity.one_time_tokens t where t.expires_at < now() - interval '7 days' returning 1)
  select 'one_time_tokens', count(*) into what, deleted from gone;
  return next;
  with gone as (delete from identity.sessions s where s.expires_at < now() - interval '30 days' returning 1)
  select 'sessions', count(*) into what, deleted from gone;
  return next;
  with gone as (delete from identity.login_attempts a where a.updated_at < now() - interval '7 days' returning 1)
  select 'login_attempts', count(*) into what, deleted from gone;
  return next;
end
$$;
comment on function private.apply_retention(int) is
  'Deletes what is older than the plans keep it, at most so many rows of each kind: call it until it deletes nothing. Whole old partitions are dropped. select * from private.apply_retention();';
