-- A job may move on to another model before any provider has accepted it.

alter table public.ai_jobs
  add column requested_model text check (length(requested_model) between 1 and 120),
  add column fallback_next smallint not null default 1 check (fallback_next between 1 and 11);
comment on column public.ai_jobs.requested_model is 'The model that was asked for, when another one runs or ran.';
comment on column public.ai_jobs.fallback_models is 'Models to try when no provider has accepted the request, in their order.';
comment on column public.ai_jobs.fallback_next is 'Which of fallback_models is tried next.';
