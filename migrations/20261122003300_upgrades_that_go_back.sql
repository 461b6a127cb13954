-- An upgrade whose money goes back leaves the plan that was there before it.

alter table public.invoices add column plan_before public.subscription_plan references public.plans (id);
create index invoices_plan_before_idx on public.invoices (plan_before) where plan_before is not null;
comment on column public.invoices.plan_before is
  'Of an upgrade: the plan it begins from, which is there again when its money goes back.';
