-- What the billing services ask for: budgets of subjects that exist, refunds of jobs.

create function private.find_budget_subject(organization uuid, scope public.budget_scope, subject uuid) returns uuid
language sql stable security definer
set search_path = ''
as $$
  select case scope
    when 'member' then (select m.user_id from public.organization_members m where m.organization_id = organization and m.user_id = subject)
    when 'api_key' then (
      select private.oldest_key(k.id)
        from public.api_keys k
       where k.organization_id = organization and k.id = subject and k.revoked_at is null
    )
    when 'project' then (
      select p.id from public.projects p where p.organization_id = organization and p.id = subject and p.deleted_at is null
    )
  end
$$;
comment on function private.find_budget_subject(uuid, public.budget_scope, uuid) is
  'Under which id a budget of a member, key or project is kept; null when the organization has no such one. Here rather than by grants, because not everybody who manages budgets may read keys.';

create function private.follow_budget_cap() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.budget_usage u
     set alerted_percent = coalesce((
           select max(t) from unnest(new.alert_percents) t
            where t <= u.alerted_percent and (u.reserved + u.spent) * 100 >= new.monthly_credits * t
         ), 0)
   where u.budget_id = new.id and u.alerted_percent > 0;
  return null;
end
$$;
comment on function private.follow_budget_cap() is 'Trigger: under a higher cap, thresholds are ahead again.';
create trigger follow_budget_cap after update of monthly_credits, alert_percents on public.budgets
  for each row when (new.monthly_credits <> old.monthly_credits or new.alert_percents <> old.alert_percents)
  execute function private.follow_budget_cap();

create function private.refund_job(organization uuid, job uuid, amount bigint, idempotency_key text, reason text)
returns public.credit_transactions
language plpgsql security definer
set search_path = ''
as $$
declare
  asked jsonb := jsonb_build_object('verb', 'refund', 'job', job, 'amount', amount);
  hold public.credit_holds;
  line public.credit_transactions;
  refunded bigint;
  lot uuid;
begin
  perform private.check_movement('refund_job', organization, amount, idempotency_key);
  hold := private.lock_hold(job);
  line := private.find_movement(organization, idempotency_key, asked);
  if line.id is not null then
    return line;
  end if;
  if hold.id is null or hold.organization_id <> organization then
    raise exception 'refund_job: organization % was charged for no job %', organization, job using errcode = 'BA007', hint = 'Nothing was changed.';
  end if;
  select coalesce(sum(t.amount), 0)::bigint into refunded
    from public.credit_transactions t
   where t.job_id = job and t.organization_id = organization and t.type = 'refund';
  if refunded + amount > hold.settled_amount then
    raise exception 'refund_job: job % was charged % credits, % of them were refunded already', job, hold.settled_amount, refunded
      using errcode = 'BA001', hint = 'Refund at most what is left; nothing was changed.';
  end if;
  insert into public.credit_grants as g (organization_id, source, amount, remaining, description)
  values (organization, 'refund', refund_job.amount, refund_job.amount, left(coalesce(reason, ''), 500))
  returning g.id into lot;
  line := private.move_credits(organization, 'refund', amount, 0, idempotency_key, left(reason, 500), job, lot);
  perform private.remember_movement(organization, idempotency_key, asked, line);
  perform private.insert_events(array[row(
    null, organization, 'credits.granted', lot, null,
    jsonb_build_object('grantId', lot, 'amount', amount, 'source', 'refund', 'jobId', job, 'expiresAt', null, 'available', line.balance_after)
  )::private.new_event]);
  return line;
end
$$;
comment on function private.refund_job(uuid, uuid, bigint, text, text) is
  'Gives back what a job was charged, in whole or in part, never more; a key seen before returns its first line. select * from private.refund_job(''<organization>'', ''<job>'', 12, ''refund-7'', ''The file was damaged'');';

revoke all on function
  private.find_budget_subject(uuid, public.budget_scope, uuid), private.follow_budget_cap(),
  private.refund_job(uuid, uuid, bigint, text, text)
from public;
grant execute on function
  private.find_budget_subject(uuid, public.budget_scope, uuid), private.refund_job(uuid, uuid, bigint, text, text)
to base_api, base_worker, service_role;
