-- The audit log and what operators look at.

create table public.audit_logs (
  id uuid not null default private.uuid_v7(),
  organization_id uuid,
  actor_type text not null check (actor_type in ('user', 'api_key', 'operator', 'system', 'anonymous')),
  actor_id uuid,
  action text not null check (length(action) between 1 and 120),
  outcome text not null default 'success' check (outcome in ('success', 'denied', 'failed')),
  target_type text check (length(target_type) <= 60),
  target_id text check (length(target_id) <= 255),
  before jsonb,
  after jsonb,
  metadata jsonb not null default '{}',
  address inet,
  agent text check (length(agent) <= 500),
  request_id text check (length(request_id) <= 128),
  created_at timestamptz not null default now(),
  seal_sequence bigint,
  row_hash bytea,
  chain_hash bytea,
  primary key (id, created_at)
) partition by range (created_at);
create table parts.audit_logs_default partition of public.audit_logs default;
create index audit_logs_organization_idx on public.audit_logs (organization_id, created_at desc, id desc);
create index audit_logs_actor_idx on public.audit_logs (actor_id, created_at desc) where actor_id is not null;
create index audit_logs_chain_idx on public.audit_logs (organization_id, seal_sequence) where seal_sequence is not null;
create index audit_logs_unsealed_idx on public.audit_logs (created_at) where seal_sequence is null;
comment on table public.audit_logs is 'Every change and every denial, written in its own transaction through private.append_audit(). Append-only; the sealer chains the rows per organization.';
comment on column public.audit_logs.organization_id is 'Null: the platform itself.';
comment on column public.audit_logs.before is 'Redacted; after likewise.';
comment on column public.audit_logs.seal_sequence is 'Place in the organization''s chain, given by private.seal_audit_logs().';
comment on column public.audit_logs.row_hash is 'SHA-256 of the row''s content.';
comment on column public.audit_logs.chain_hash is 'SHA-256 of the previous row''s chain_hash and this row_hash.';

create table public.audit_chains (
  chain uuid primary key,
  last_sequence bigint not null,
  last_hash bytea not null,
  updated_at timestamptz not null default now()
);
comment on table public.audit_chains is 'The end of each organization''s chain (the nil UUID for the platform): a row cut off at the end is noticed.';

create table public.provider_status (
  provider text primary key check (length(provider) between 1 and 40),
  state text not null check (state in ('healthy', 'degraded', 'down', 'unknown')),
  latency_ms int check (latency_ms >= 0),
  detail text check (length(detail) <= 1000),
  checked_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
comment on table public.provider_status is 'Each provider''s last health check.';

create table public.dead_letters (
  id uuid primary key default private.uuid_v7(),
  queue text not null check (length(queue) between 1 and 60),
  name text not null check (length(name) between 1 and 120),
  payload jsonb not null,
  error text not null check (length(error) <= 4000),
  attempts jsonb not null default '[]' check (jsonb_typeof(attempts) = 'array'),
  redriven_at timestamptz,
  redriven_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now()
);
create index dead_letters_open_idx on public.dead_letters (created_at desc) where redriven_at is null;
create index dead_letters_redriven_by_idx on public.dead_letters (redriven_by) where redriven_by is not null;
comment on table public.dead_letters is 'Messages that failed for good: ids, never secrets, and the history of attempts.';

create table public.ledger_checks (
  id uuid primary key default private.uuid_v7(),
  organizations bigint not null default 0,
  violations jsonb not null default '[]' check (jsonb_typeof(violations) = 'array'),
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on table public.ledger_checks is 'Runs of the invariant check.';

create table public.reconciliations (
  id uuid primary key default private.uuid_v7(),
  kind text not null check (kind in ('provider_costs', 'payments')),
  day date not null,
  provider text check (length(provider) <= 40),
  expected bigint not null,
  actual bigint not null,
  drift bigint generated always as (actual - expected) stored,
  detail jsonb not null default '{}',
  created_at timestamptz not null default now(),
  unique nulls not distinct (kind, day, provider)
);
comment on table public.reconciliations is 'What should be against what is, by day: drift is a report and an alert.';

create table public.impersonations (
  id uuid primary key default private.uuid_v7(),
  operator_id uuid not null references public.users (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid references public.users (id) on delete cascade,
  reason text not null check (length(btrim(reason)) between 3 and 500),
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  check (expires_at <= created_at + interval '4 hours')
);
create index impersonations_operator_idx on public.impersonations (operator_id, created_at desc);
create index impersonations_organization_idx on public.impersonations (organization_id, created_at desc);
create index impersonations_user_idx on public.impersonations (user_id) where user_id is not null;
comment on table public.impersonations is 'When an operator looked through a customer''s eyes, and why. The organization sees it.';

create table public.outbound_mails (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid references public.organizations (id) on delete cascade,
  recipient text not null check (length(recipient) between 3 and 254),
  template text not null check (length(template) between 1 and 60),
  locale text not null default 'pt-BR' check (length(locale) between 2 and 35),
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  attempts int not null default 0,
  next_attempt_at timestamptz default now(),
  sent_at timestamptz,
  error text check (length(error) <= 1000),
  created_at timestamptz not null default now()
);
create index outbound_mails_due_idx on public.outbound_mails (next_attempt_at) where sent_at is null;
create index outbound_mails_organization_idx on public.outbound_mails (organization_id) where organization_id is not null;
comment on table public.outbound_mails is 'Mails to be sent, written in the transaction that wants them.';
comment on column public.outbound_mails.data is 'What the template needs; removed once sent, because links are secrets.';
