-- A job says what was given back of its charge, and not the ledger alone.

alter table public.ai_jobs add column refunded_credits bigint not null default 0 check (refunded_credits >= 0);
comment on column public.ai_jobs.refunded_credits is 'What operators gave back of charged_credits since; the sum of its ledger lines of type refund.';

update public.ai_jobs j
   set refunded_credits = given.credits
  from (
    select t.job_id, sum(t.amount)::bigint as credits
      from public.credit_transactions t
     where t.type = 'refund' and t.job_id is not null
     group by t.job_id
  ) given
 where j.id = given.job_id;

create or replace function private.refund_job(organization uuid, job uuid, amount bigint, idempotency_key text, reason text)
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
  update public.ai_jobs j set refunded_credits = j.refunded_credits + refund_job.amount where j.id = refund_job.job;
  perform private.insert_events(array[row(
    null, organization, 'credits.granted', lot, null,
    jsonb_build_object('grantId', lot, 'amount', amount, 'source', 'refund', 'jobId', job, 'expiresAt', null, 'available', line.balance_after)
  )::private.new_event]);
  return line;
end
$$;
