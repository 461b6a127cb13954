-- What dashboards read. security_invoker: everybody sees through a view what the tables below would show.

create view public.v_credit_summary with (security_invoker = true) as
select b.organization_id, b.available, b.held, b.granted, b.spent, b.expired, b.frozen_at is not null as frozen,
       g.lots, g.next_expiry, g.expiring_next, g.expiring_30_days, b.updated_at
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
comment on view public.v_credit_summary is 'An organization''s credits, and what of them ends when.';

create view public.v_organization_usage with (security_invoker = true) as
select o.id as organization_id, o.name, o.plan, o.status, m.month,
       coalesce(u.jobs_succeeded, 0) as jobs_succeeded, coalesce(u.jobs_failed, 0) as jobs_failed, coalesce(u.jobs_canceled, 0) as jobs_canceled,
       coalesce(u.outputs, 0) as outputs, coalesce(u.credits, 0) as credits_spent,
       coalesce(b.available, 0) as credits_available, coalesce(b.held, 0) as credits_held,
       p.monthly_credits, p.seats, (select count(*) from public.organization_members x where x.organization_id = o.id) as members,
       p.concurrent_jobs,
       (select count(*) from public.ai_jobs j where j.organization_id = o.id and j.status in ('queued', 'processing')) as jobs_running
  from public.organizations o
  join public.plans p on p.id = o.plan
 cross join lateral (select date_trunc('month', now() at time zone o.time_zone)::date as month) m
  left join public.credit_balances b on b.organization_id = o.id
  left join lateral (
    select sum(d.jobs_succeeded)::bigint as jobs_succeeded, sum(d.jobs_failed)::bigint as jobs_failed, sum(d.jobs_canceled)::bigint as jobs_canceled,
           sum(d.outputs)::bigint as outputs, sum(d.credits)::bigint as credits
      from public.usage_daily d
     where d.organization_id = o.id and d.day >= m.month and not d.test_mode
  ) u on true
 where o.deleted_at is null;
comment on view public.v_organization_usage is 'An organization''s current month (its own time zone) beside its limits.';

create view public.v_usage_by_member with (security_invoker = true) as
select u.organization_id, u.day, u.user_id, p.name, p.email, u.job_type, u.model,
       u.jobs_succeeded, u.jobs_failed, u.jobs_canceled, u.outputs, u.credits
  from public.usage_by_user u
  left join public.users p on p.id = u.user_id
 where not u.test_mode;
comment on view public.v_usage_by_member is 'Usage by member and day.';

create view public.v_job_costs with (security_invoker = true) as
select j.organization_id, j.id as job_id, j.type, j.model, j.provider, j.status, j.user_id, j.project_id, j.api_key_id,
       j.estimated_credits, j.held_credits, j.charged_credits, j.cost_usd_micros,
       -- 1 credit is US$0.001 of list price.
       j.charged_credits * 1000 as charged_usd_micros, j.charged_credits * 1000 - j.cost_usd_micros as margin_usd_micros,
       j.created_at, j.finished_at
  from public.ai_jobs j
 where not j.test_mode;
comment on view public.v_job_costs is 'What each job cost the customer (at list price) and us.';

create view public.v_provider_health with (security_invoker = true) as
select p.provider, coalesce(s.state, 'unknown') as state, s.latency_ms, s.checked_at, s.detail,
       p.jobs, p.succeeded, p.failed, p.unknown_outcomes,
       case when p.jobs > 0 then round(100.0 * p.succeeded / p.jobs, 1) end as success_percent, p.median_ms, p.p95_ms
  from (
    select coalesce(j.provider, x.provider) as provider, coalesce(j.jobs, 0) as jobs, coalesce(j.succeeded, 0) as succeeded,
           coalesce(j.failed, 0) as failed, coalesce(j.unknown_outcomes, 0) as unknown_outcomes, j.median_ms, j.p95_ms
      from public.provider_status x
      full join (
        select a.provider, count(*) as jobs, count(*) filter (where a.status = 'succeeded') as succeeded,
               count(*) filter (where a.status = 'failed') as failed, count(*) filter (where a.status = 'outcome_unknown') as unknown_outcomes,
               (percentile_cont(0.5) within group (order by extract(epoch from a.finished_at - a.started_at) * 1000))::bigint as median_ms,
               (percentile_cont(0.95) within group (order by extract(epoch from a.finished_at - a.started_at) * 1000))::bigint as p95_ms
          from public.ai_jobs a
         where a.finished_at > now() - interval '1 hour' and a.status in ('succeeded', 'failed', 'outcome_unknown')
         group by a.provider
      ) j on j.provider = x.provider
  ) p
  left join public.provider_status s on s.provider = p.provider;
comment on view public.v_provider_health is 'Each provider''s last check, and how the jobs of the last hour went.';

create view public.v_margin_daily with (security_invoker = true) as
select d.day, d.provider, d.model, sum(d.jobs_succeeded)::bigint as jobs, sum(d.credits)::bigint as credits,
       (sum(d.credits) * 1000)::bigint as revenue_usd_micros, sum(d.cost_usd_micros)::bigint as cost_usd_micros,
       (sum(d.credits) * 1000 - sum(d.cost_usd_micros))::bigint as margin_usd_micros
  from public.usage_daily d
 where not d.test_mode
 group by d.day, d.provider, d.model;
comment on view public.v_margin_daily is 'Revenue at list price against providers'' cost, by day and model.';

create index ai_jobs_finished_idx on public.ai_jobs (finished_at) where finished_at is not null;
