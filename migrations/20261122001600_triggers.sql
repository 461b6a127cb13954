-- updated_at on every table that has it.
do $$
declare
  found_table record;
begin
  for found_table in
    select n.nspname, c.relname
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
     where n.nspname in ('public', 'identity') and c.relkind in ('r', 'p')
     order by 1, 2
  loop
    execute format(
      'create trigger set_updated_at before update on %I.%I for each row execute function private.set_updated_at()',
      found_table.nspname, found_table.relname
    );
  end loop;
end
$$;

-- public.users follows auth.users, whoever writes that.
create function private.follow_auth_user() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Accounts without an address (phone, anonymous) are no people here.
  if new.email is null or new.email = '' then
    return new;
  end if;
  insert into public.users as u (id, email, email_verified_at, name, locale)
  values (
    new.id, new.email, new.email_confirmed_at,
    -- User metadata is what people say about themselves: names and languages, never rights.
    left(coalesce(new.raw_user_meta_data ->> 'name', new.raw_user_meta_data ->> 'full_name', ''), 120),
    case when new.raw_user_meta_data ->> 'locale' ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then left(new.raw_user_meta_data ->> 'locale', 35) else 'pt-BR' end
  )
  on conflict (id) do update set email = excluded.email, email_verified_at = excluded.email_verified_at;
  return new;
end
$$;
comment on function private.follow_auth_user() is 'Trigger: an account there is a person here; addresses follow.';
create trigger base_follow_auth_user after insert or update of email, email_confirmed_at on auth.users
  for each row execute function private.follow_auth_user();

-- The plan in effect is the subscription's.
create function private.follow_subscription() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.organizations o
     set plan = coalesce(
           (select s.plan from public.subscriptions s where s.organization_id = new.organization_id and s.status <> 'canceled'), 'free')
   where o.id = new.organization_id;
  return null;
end
$$;
comment on function private.follow_subscription() is 'Trigger: organizations.plan is the running subscription''s, or free.';
create trigger follow_subscription after insert or update of plan, status on public.subscriptions
  for each row execute function private.follow_subscription();

create function private.check_organization() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform now() at time zone new.time_zone;
  return new;
exception
  when invalid_parameter_value then
    raise exception 'there is no time zone "%"', new.time_zone using errcode = 'BA001', hint = 'Use an IANA name such as America/Sao_Paulo.';
end
$$;
comment on function private.check_organization() is 'Trigger: usage days and budget months need a time zone that exists.';
create trigger check_organization before insert or update of time_zone on public.organizations
  for each row execute function private.check_organization();

-- An organization keeps an owner.
create function private.keep_an_owner() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if old.role <> 'owner' or (tg_op = 'UPDATE' and new.role = 'owner' and new.organization_id = old.organization_id) then
    return null;
  end if;
  -- Two owners leaving at once must not both see the other: they take turns here.
  perform from public.organizations o where o.id = old.organization_id and o.deleted_at is null for no key update;
  if found and not exists (
    select from public.organization_members m where m.organization_id = old.organization_id and m.role = 'owner'
  ) then
    raise exception 'the last owner of an organization cannot leave or step down'
      using errcode = 'BA009', hint = 'Make somebody else an owner first, or delete the organization.';
  end if;
  return null;
end
$$;
comment on function private.keep_an_owner() is 'Trigger: refuses the loss of the last owner.';
create trigger keep_an_owner after update or delete on public.organization_members
  for each row execute function private.keep_an_owner();

-- A key's monthly cap is a budget.
create function private.follow_key_cap() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if new.monthly_cap_credits is null then
    delete from public.budgets b where b.api_key_id = new.id and b.scope = 'api_key';
  else
    insert into public.budgets (organization_id, scope, api_key_id, monthly_credits, created_by)
    values (new.organization_id, 'api_key', new.id, new.monthly_cap_credits, new.created_by)
    on conflict (organization_id, scope, user_id, api_key_id, project_id)
      do update set monthly_credits = excluded.monthly_credits, enabled = true, hard_stop = true;
  end if;
  return null;
end
$$;
comment on function private.follow_key_cap() is 'Trigger: api_keys.monthly_cap_credits is enforced as a budget.';
create trigger follow_key_cap_insert after insert on public.api_keys
  for each row when (new.monthly_cap_credits is not null) execute function private.follow_key_cap();
create trigger follow_key_cap_update after update of monthly_cap_credits on public.api_keys
  for each row when (new.monthly_cap_credits is distinct from old.monthly_cap_credits) execute function private.follow_key_cap();

-- Books and logs are append-only, for everybody.
create function private.refuse_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception '% is append-only', tg_table_name
    using errcode = 'BA008', hint = 'Write a new line that corrects the old one.';
end
$$;
comment on function private.refuse_change() is 'Trigger: no line is ever changed.';
create trigger refuse_change before update or delete on public.credit_transactions
  for each row execute function private.refuse_change();
create trigger refuse_truncate before truncate on public.credit_transactions
  for each statement execute function private.refuse_change();
create trigger refuse_change before update or delete on public.credit_transaction_keys
  for each row execute function private.refuse_change();
create trigger refuse_change before update on public.events
  for each row execute function private.refuse_change();
-- The sealer fills the three columns once; nothing else of an audit line ever changes.
create trigger refuse_change before update on public.audit_logs
  for each row when (old.seal_sequence is not null or new.seal_sequence is null) execute function private.refuse_change();

create function private.keep_invoice() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  may_change text[] := array['status', 'paid_at', 'voided_at', 'pdf_path', 'external_id', 'updated_at'];
begin
  if tg_op = 'DELETE' then
    raise exception 'invoice % was issued and cannot be deleted', old.number using errcode = 'BA010', hint = 'Issue a credit note.';
  end if;
  if to_jsonb(new) - may_change <> to_jsonb(old) - may_change then
    raise exception 'invoice % was issued and cannot be changed', old.number using errcode = 'BA010', hint = 'Issue a credit note.';
  end if;
  if old.status in ('paid', 'void') and new.status <> old.status then
    raise exception 'invoice % is %', old.number, old.status using errcode = 'BA010', hint = 'Issue a credit note.';
  end if;
  return new;
end
$$;
comment on function private.keep_invoice() is 'Trigger: an issued invoice says for ever what it said.';
create trigger keep_invoice before update or delete on public.invoices
  for each row when (old.status <> 'draft') execute function private.keep_invoice();

-- Usage, counted in the transaction that ends a job. Deferred to its commit, so that the outputs, the charge and the cost
-- are counted in whatever order the transaction wrote them, and the counters are locked for a moment only.
create function private.count_usage() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  job record;
begin
  select j.organization_id, j.type, j.model, j.provider, j.project_id, j.api_key_id, j.user_id, j.test_mode, j.charged_credits, j.cost_usd_micros,
         (coalesce(j.finished_at, now()) at time zone o.time_zone)::date as day,
         (j.status = 'succeeded')::int as succeeded,
         (j.status in ('failed', 'expired', 'outcome_unknown'))::int as failed,
         (j.status = 'canceled')::int as canceled,
         (select count(*) from public.generations g where g.job_id = j.id) as outputs,
         greatest(extract(epoch from j.finished_at - j.started_at) * 1000, 0)::bigint as processing_ms
    into job
    from public.ai_jobs j
    join public.organizations o on o.id = j.organization_id
   where j.id = new.id;
  if not found then
    return null;
  end if;

  insert into public.usage_daily as u (
    organization_id, day, job_type, model, provider, project_id, api_key_id, test_mode,
    jobs_succeeded, jobs_failed, jobs_canceled, outputs, credits, cost_usd_micros, processing_ms
  ) values (
    job.organization_id, job.day, job.type, job.model, job.provider, job.project_id, job.api_key_id, job.test_mode,
    job.succeeded, job.failed, job.canceled, job.outputs, job.charged_credits, job.cost_usd_micros, coalesce(job.processing_ms, 0)
  )
  on conflict (organization_id, day, job_type, model, provider, project_id, api_key_id, test_mode) do update
    set jobs_succeeded = u.jobs_succeeded + excluded.jobs_succeeded, jobs_failed = u.jobs_failed + excluded.jobs_failed,
        jobs_canceled = u.jobs_canceled + excluded.jobs_canceled, outputs = u.outputs + excluded.outputs,
        credits = u.credits + excluded.credits, cost_usd_micros = u.cost_usd_micros + excluded.cost_usd_micros,
        processing_ms = u.processing_ms + excluded.processing_ms;

  insert into public.usage_by_user as u (
    organization_id, day, user_id, job_type, model, test_mode, jobs_succeeded, jobs_failed, jobs_canceled, outputs, credits
  ) values (
    job.organization_id, job.day, job.user_id, job.type, job.model, job.test_mode, job.succeeded, job.failed, job.canceled, job.outputs, job.charged_credits
  )
  on conflict (organization_id, day, user_id, job_type, model, test_mode) do update
    set jobs_succeeded = u.jobs_succeeded + excluded.jobs_succeeded, jobs_failed = u.jobs_failed + excluded.jobs_failed,
        jobs_canceled = u.jobs_canceled + excluded.jobs_canceled, outputs = u.outputs + excluded.outputs, credits = u.credits + excluded.credits;
  return null;
end
$$;
comment on function private.count_usage() is 'Trigger: a finished job enters usage_daily and usage_by_user, at the commit that finishes it.';
create constraint trigger count_usage after update of status on public.ai_jobs
  deferrable initially deferred
  for each row
  when (
    old.status in ('queued', 'processing', 'awaiting_funds')
    and new.status in ('succeeded', 'failed', 'canceled', 'expired', 'outcome_unknown')
  )
  execute function private.count_usage();
