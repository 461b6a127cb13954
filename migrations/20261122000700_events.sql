-- The event log and what is delivered from it.

create table public.event_sequences (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  last_sequence bigint not null default 0 check (last_sequence >= 0)
) with (fillfactor = 50);
comment on table public.event_sequences is 'The newest sequence per organization. Locked by the transaction that appends, so that the order of sequences is the order of commits; always the last lock taken.';

create table public.events (
  id uuid not null default private.uuid_v7(),
  organization_id uuid not null,
  sequence bigint not null check (sequence > 0),
  type text not null check (type ~ '^[a-z_]+\.[a-z_]+$' and length(type) <= 60),
  subject_id uuid,
  project_id uuid,
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  created_at timestamptz not null default now(),
  primary key (id, created_at)
) partition by range (created_at);
create table parts.events_default partition of public.events default;
create index events_organization_idx on public.events (organization_id, sequence);
create index events_subject_idx on public.events (subject_id, sequence) where subject_id is not null;
comment on table public.events is 'The one event log: SSE, webhooks and GET /api/events read it. Written through append_events() and create_ai_jobs() only. No foreign keys: events outlive what they name.';
comment on column public.events.sequence is 'Counts per organization without gaps.';
comment on column public.events.subject_id is 'The job, invoice, member … it is about.';

create table public.webhooks (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  url text not null check (length(url) between 8 and 2000),
  description text not null default '' check (length(description) <= 500),
  event_types text[] not null default '{}' check (cardinality(event_types) <= 60),
  enabled boolean not null default true,
  secret_encrypted bytea not null check (length(secret_encrypted) between 16 and 1024),
  previous_secret_encrypted bytea check (length(previous_secret_encrypted) between 16 and 1024),
  previous_secret_expires_at timestamptz,
  failing_since timestamptz,
  warned_at timestamptz,
  disabled_at timestamptz,
  disabled_reason text check (length(disabled_reason) <= 500),
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  check ((previous_secret_encrypted is null) = (previous_secret_expires_at is null))
);
create index webhooks_organization_idx on public.webhooks (organization_id, created_at desc) where deleted_at is null;
create index webhooks_all_idx on public.webhooks (organization_id);
create index webhooks_created_by_idx on public.webhooks (created_by) where created_by is not null;
comment on table public.webhooks is 'Endpoints that events are sent to (Standard Webhooks).';
comment on column public.webhooks.event_types is 'Empty means all.';
comment on column public.webhooks.previous_secret_encrypted is 'Signs as well until previous_secret_expires_at, while receivers change over.';
comment on column public.webhooks.failing_since is 'Nothing but failures since then.';

create table public.webhook_cursors (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  last_sequence bigint not null default 0,
  updated_at timestamptz not null default now()
);
comment on table public.webhook_cursors is 'Up to which event deliveries have been made for an organization.';

create table public.webhook_deliveries (
  id uuid not null default private.uuid_v7(),
  organization_id uuid not null,
  webhook_id uuid not null,
  event_id uuid not null,
  event_type text not null check (length(event_type) <= 60),
  payload jsonb not null default '{}',
  status public.webhook_status not null default 'pending',
  attempts int not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz,
  claim_token uuid,
  lease_expires_at timestamptz,
  last_status int check (last_status between 100 and 599),
  last_error text check (length(last_error) <= 1000),
  replay_of uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (id, created_at)
) partition by range (created_at);
create table parts.webhook_deliveries_default partition of public.webhook_deliveries default;
create index webhook_deliveries_webhook_idx on public.webhook_deliveries (webhook_id, created_at desc);
create index webhook_deliveries_organization_idx on public.webhook_deliveries (organization_id, created_at desc);
create index webhook_deliveries_due_idx on public.webhook_deliveries (next_attempt_at) where status = 'pending';
create index webhook_deliveries_event_idx on public.webhook_deliveries (event_id);
comment on table public.webhook_deliveries is 'One event on its way to one endpoint. The id is the webhook-id header, stable over retries.';
comment on column public.webhook_deliveries.replay_of is 'The delivery that a person asked to repeat; replays do not count for disabling.';

create table public.webhook_delivery_keys (
  webhook_id uuid not null references public.webhooks (id) on delete cascade,
  event_id uuid not null,
  delivery_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (webhook_id, event_id)
);
create index webhook_delivery_keys_age_idx on public.webhook_delivery_keys (created_at);
comment on table public.webhook_delivery_keys is 'Which events were already fanned out to an endpoint: at most one first delivery each.';

create table public.webhook_attempts (
  id uuid not null default private.uuid_v7(),
  organization_id uuid not null,
  delivery_id uuid not null,
  attempt int not null check (attempt > 0),
  request_headers jsonb not null default '{}',
  response_status int check (response_status between 100 and 599),
  response_headers jsonb,
  response_body text check (length(response_body) <= 2048),
  error text check (length(error) <= 1000),
  duration_ms int check (duration_ms >= 0),
  created_at timestamptz not null default now(),
  primary key (id, created_at)
) partition by range (created_at);
create table parts.webhook_attempts_default partition of public.webhook_attempts default;
create index webhook_attempts_delivery_idx on public.webhook_attempts (delivery_id, attempt);
create index webhook_attempts_organization_idx on public.webhook_attempts (organization_id, created_at);
comment on table public.webhook_attempts is 'Every try of a delivery: what was sent and what came back (first 2 KB).';
