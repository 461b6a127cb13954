-- Quotes, jobs, holds, outputs, costs, usage.

create table public.quotes (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid references public.users (id) on delete set null,
  model text not null check (length(model) between 1 and 120),
  input_hash text not null check (length(input_hash) between 1 and 128),
  estimated_credits bigint not null check (estimated_credits >= 0),
  max_credits bigint not null check (max_credits >= 0),
  price jsonb not null default '{}',
  price_version int not null default 1,
  expires_at timestamptz not null,
  used_by_job uuid,
  created_at timestamptz not null default now(),
  check (estimated_credits <= max_credits)
);
create index quotes_organization_idx on public.quotes (organization_id, created_at desc);
create index quotes_user_idx on public.quotes (user_id) where user_id is not null;
create index quotes_expiry_idx on public.quotes (expires_at) where used_by_job is null;
comment on table public.quotes is 'Promises of a price. A job made with one can never cost more than max_credits.';
comment on column public.quotes.input_hash is 'Of the normalized model input: the promise is for this input only.';
comment on column public.quotes.price is 'The price rows it was computed from.';
comment on column public.quotes.used_by_job is 'A quote serves once.';

create table public.ai_jobs (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  user_id uuid references public.users (id) on delete set null,
  api_key_id uuid references public.api_keys (id) on delete set null,
  project_id uuid,
  type public.job_type not null,
  model text not null check (length(model) between 1 and 120),
  provider text not null check (length(provider) between 1 and 40),
  status public.job_status not null default 'queued',
  input jsonb not null default '{}',
  price jsonb not null default '{}',
  price_version int not null default 1,
  quote_id uuid references public.quotes (id) on delete set null,
  estimated_credits bigint not null default 0 check (estimated_credits >= 0),
  held_credits bigint not null default 0 check (held_credits >= 0),
  required_credits bigint not null default 0 check (required_credits >= 0),
  charged_credits bigint not null default 0 check (charged_credits >= 0),
  max_credits bigint check (max_credits >= 0),
  cost_usd_micros bigint not null default 0 check (cost_usd_micros >= 0),
  priority smallint not null default 100,
  deadline_at timestamptz,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  webhook_url text check (length(webhook_url) <= 2000),
  fallback_models text[] not null default '{}' check (cardinality(fallback_models) <= 10),
  test_mode boolean not null default false,
  idempotency_key text check (length(idempotency_key) between 1 and 255),
  progress smallint not null default 0 check (progress between 0 and 100),
  attempt int not null default 0 check (attempt >= 0),
  claim_token uuid,
  lease_expires_at timestamptz,
  enqueued_at timestamptz,
  submit_started_at timestamptz,
  external_id text check (length(external_id) <= 500),
  next_poll_at timestamptz,
  cancel_requested_at timestamptz,
  error_code text check (length(error_code) <= 120),
  error_message text check (length(error_message) <= 2000),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  foreign key (organization_id, project_id) references public.projects (organization_id, id) on delete set null (project_id)
) with (fillfactor = 80);
create index ai_jobs_organization_idx on public.ai_jobs (organization_id, id desc);
create index ai_jobs_project_idx on public.ai_jobs (organization_id, project_id, created_at desc) where project_id is not null;
create index ai_jobs_user_idx on public.ai_jobs (user_id, created_at desc) where user_id is not null;
create index ai_jobs_api_key_idx on public.ai_jobs (api_key_id, created_at desc) where api_key_id is not null;
create index ai_jobs_quote_idx on public.ai_jobs (quote_id) where quote_id is not null;
-- Small, because jobs leave it when they end: for sweepers, limits and queues alike.
create index ai_jobs_open_idx on public.ai_jobs (organization_id, status, created_at) where status in ('queued', 'processing', 'awaiting_funds');
create index ai_jobs_external_idx on public.ai_jobs (external_id) where external_id is not null;
comment on table public.ai_jobs is 'A generation asked for, from acceptance to its end. The row is the truth and its own outbox; the queue only delivers. Every change of status is one guarded update.';
comment on column public.ai_jobs.input is 'Validated against the model''s schema.';
comment on column public.ai_jobs.price is 'The price rows, frozen when it was accepted.';
comment on column public.ai_jobs.held_credits is 'What its hold reserved: the most it can cost.';
comment on column public.ai_jobs.required_credits is 'What its hold needs; a parked job waits for this much.';
comment on column public.ai_jobs.max_credits is 'What the caller would pay at most.';
comment on column public.ai_jobs.cost_usd_micros is 'What the provider charged us.';
comment on column public.ai_jobs.priority is 'Lower first.';
comment on column public.ai_jobs.test_mode is 'Runs on the sandbox and moves no credits.';
comment on column public.ai_jobs.claim_token is 'Names the worker that has it: every later write of that worker is guarded by it.';
comment on column public.ai_jobs.lease_expires_at is 'After this, the sweeper gives the job to another worker.';
comment on column public.ai_jobs.enqueued_at is 'When it was last handed to the queue; null or old means that the sweeper hands it over.';
comment on column public.ai_jobs.submit_started_at is 'Set before the provider is called: a crash after it must not submit again.';
comment on column public.ai_jobs.external_id is 'The provider''s name for it.';

create table public.credit_holds (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null,
  job_id uuid not null unique,
  amount bigint not null check (amount >= 0),
  settled_amount bigint not null default 0 check (settled_amount between 0 and amount),
  allocation jsonb not null default '[]' check (jsonb_typeof(allocation) = 'array'),
  budgets uuid[] not null default '{}',
  budget_period date,
  state public.hold_state not null default 'active',
  reason text check (length(reason) <= 500),
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  updated_at timestamptz not null default now(),
  check ((state = 'active') = (resolved_at is null))
);
create index credit_holds_active_idx on public.credit_holds (organization_id) where state = 'active';
create index credit_holds_expiry_idx on public.credit_holds (expires_at) where state = 'active' and expires_at is not null;
comment on table public.credit_holds is 'Credits reserved for a job; resolved at most once. No foreign keys: it is written under the lock of the organization''s balance, and by hand it may come before its job.';
comment on column public.credit_holds.allocation is 'From which grants, in burn order: [{"grant_id", "amount"}]. A release unwinds exactly this.';
comment on column public.credit_holds.budgets is 'The budgets that count it, in budget_period.';
comment on column public.credit_holds.reason is 'Why it was released.';
comment on column public.credit_holds.expires_at is 'When a sweeper may release it, after it asked the provider.';

create table public.credit_overruns (
  job_id uuid primary key,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  held_credits bigint not null check (held_credits >= 0),
  actual_credits bigint not null,
  overrun_credits bigint generated always as (actual_credits - held_credits) stored,
  created_at timestamptz not null default now(),
  check (actual_credits > held_credits)
);
create index credit_overruns_organization_idx on public.credit_overruns (organization_id, created_at desc);
comment on table public.credit_overruns is 'Jobs that cost more than was held: the customer paid the hold, the rest is the platform''s loss.';

create table public.generations (
  id uuid primary key default private.uuid_v7(),
  job_id uuid not null references public.ai_jobs (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  user_id uuid references public.users (id) on delete set null,
  project_id uuid,
  ordinal smallint not null check (ordinal >= 0),
  type public.job_type not null,
  mime_type text not null check (length(mime_type) between 3 and 100),
  bytes bigint not null check (bytes >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  storage_path text not null check (length(storage_path) between 1 and 500),
  thumbnail_path text check (length(thumbnail_path) <= 500),
  width int check (width > 0),
  height int check (height > 0),
  duration_ms int check (duration_ms >= 0),
  seed bigint,
  prompt text check (length(prompt) <= 32000),
  search tsvector generated always as (
    to_tsvector('pg_catalog.portuguese', coalesce(prompt, '')) || to_tsvector('pg_catalog.english', coalesce(prompt, ''))
  ) stored,
  model text not null check (length(model) between 1 and 120),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  unique (job_id, ordinal),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references public.projects (organization_id, id) on delete set null (project_id)
);
create index generations_gallery_idx on public.generations (organization_id, created_at desc, id desc) where deleted_at is null;
create index generations_project_idx on public.generations (organization_id, project_id, created_at desc, id desc) where project_id is not null;
create index generations_user_idx on public.generations (user_id, created_at desc) where user_id is not null;
create index generations_search_idx on public.generations using gin (search);
create index generations_deleted_idx on public.generations (deleted_at) where deleted_at is not null;
comment on table public.generations is 'Files that jobs made.';
comment on column public.generations.ordinal is 'Place among the job''s outputs, from 0.';
comment on column public.generations.storage_path is 'Begins with the organization.';
comment on column public.generations.search is 'Words of the prompt, Portuguese and English.';
comment on column public.generations.deleted_at is 'In the bin: the file is removed later by a worker.';

alter table public.projects
  add foreign key (organization_id, cover_generation_id) references public.generations (organization_id, id)
  on delete set null (cover_generation_id);
create index projects_cover_idx on public.projects (organization_id, cover_generation_id);

create table public.provider_costs (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid references public.organizations (id) on delete restrict,
  job_id uuid references public.ai_jobs (id) on delete set null,
  provider text not null check (length(provider) between 1 and 40),
  model text not null check (length(model) between 1 and 120),
  kind text not null check (kind in ('job', 'failed', 'outcome_unknown', 'adjustment')),
  cost_usd_micros bigint not null,
  quantity bigint check (quantity >= 0),
  unit text check (length(unit) <= 40),
  own_key boolean not null default false,
  external_id text check (length(external_id) <= 500),
  incurred_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index provider_costs_day_idx on public.provider_costs (provider, incurred_at);
create index provider_costs_organization_idx on public.provider_costs (organization_id, incurred_at desc) where organization_id is not null;
create index provider_costs_job_idx on public.provider_costs (job_id) where job_id is not null;
comment on table public.provider_costs is 'What providers charge us, or may have charged (outcome_unknown): the other side of reconciliation.';
comment on column public.provider_costs.own_key is 'Paid by the organization itself, with its own provider key.';

create table public.idempotency_keys (
  organization_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  operation text not null check (length(operation) between 1 and 120),
  request_hash text not null check (length(request_hash) between 1 and 128),
  resource_id uuid,
  response_status int check (response_status between 100 and 599),
  response_body jsonb,
  state text not null default 'done' check (state in ('in_progress', 'done')),
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (organization_id, key)
);
create index idempotency_keys_age_idx on public.idempotency_keys using brin (created_at);
comment on table public.idempotency_keys is 'What a client''s Idempotency-Key already did. No foreign key: it is written beside every job.';
comment on column public.idempotency_keys.request_hash is 'Of the request: another one under the same key is refused.';
comment on column public.idempotency_keys.resource_id is 'What it made (a job).';
comment on column public.idempotency_keys.locked_until is 'While in_progress: after this, the first holder is taken for dead.';

create table public.usage_daily (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  day date not null,
  job_type public.job_type not null,
  model text not null check (length(model) between 1 and 120),
  provider text not null check (length(provider) between 1 and 40),
  project_id uuid,
  api_key_id uuid,
  test_mode boolean not null default false,
  jobs_succeeded bigint not null default 0,
  jobs_failed bigint not null default 0,
  jobs_canceled bigint not null default 0,
  outputs bigint not null default 0,
  credits bigint not null default 0,
  cost_usd_micros bigint not null default 0,
  processing_ms bigint not null default 0,
  updated_at timestamptz not null default now(),
  unique nulls not distinct (organization_id, day, job_type, model, provider, project_id, api_key_id, test_mode)
) with (fillfactor = 70);
comment on table public.usage_daily is 'Finished jobs by day of the organization''s time zone. Written by trigger in the transaction that ends a job. Names of projects and keys outlive them, hence no foreign keys.';
comment on column public.usage_daily.jobs_failed is 'failed, expired and outcome_unknown.';
comment on column public.usage_daily.processing_ms is 'Sum of the time from start to end.';

create table public.usage_by_user (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  day date not null,
  user_id uuid,
  job_type public.job_type not null,
  model text not null check (length(model) between 1 and 120),
  test_mode boolean not null default false,
  jobs_succeeded bigint not null default 0,
  jobs_failed bigint not null default 0,
  jobs_canceled bigint not null default 0,
  outputs bigint not null default 0,
  credits bigint not null default 0,
  updated_at timestamptz not null default now(),
  unique nulls not distinct (organization_id, day, user_id, job_type, model, test_mode)
) with (fillfactor = 70);
comment on table public.usage_by_user is 'The same by member; a null user_id is what keys without a member did.';

create unlogged table public.rate_limits (
  bucket text primary key check (length(bucket) between 1 and 255),
  theoretical_arrival timestamptz not null
) with (fillfactor = 50);
create index rate_limits_age_idx on public.rate_limits (theoretical_arrival);
comment on table public.rate_limits is 'State of check_rate_limit() (GCRA): one time per bucket. Unlogged: a crash of the server forgets limits, nothing else.';

create unlogged table public.slots (
  bucket text not null check (length(bucket) between 1 and 255),
  holder uuid not null,
  expires_at timestamptz not null,
  primary key (bucket, holder)
);
comment on table public.slots is 'Leased places (concurrent jobs): a crash cannot leak one, because a lease ends by itself.';
