-- Prices, subscriptions, the ledger, budgets, invoices, payments.

create table public.pricing (
  id uuid primary key default private.uuid_v7(),
  provider text not null check (length(provider) between 1 and 40),
  model text not null check (length(model) between 1 and 120),
  version int not null default 1 check (version > 0),
  component text not null default 'output' check (component ~ '^[a-z][a-z0-9_]{0,39}$'),
  unit text not null check (unit in ('image', 'second', 'character', 'minute', 'megapixel', 'token', 'run', 'generation')),
  unit_size bigint not null default 1 check (unit_size > 0),
  dimensions jsonb not null default '{}' check (jsonb_typeof(dimensions) = 'object'),
  dimensions_key text generated always as (dimensions::text) stored,
  cost_usd_micros bigint not null check (cost_usd_micros >= 0),
  credits_per_unit bigint check (credits_per_unit >= 0),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  valid_from timestamptz not null default now(),
  valid_to timestamptz check (valid_to > valid_from),
  source text not null default '' check (length(source) <= 300),
  source_date date,
  confidence text check (confidence in ('A', 'B', 'C')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pricing_one_in_force exclude using gist (
    model with =, component with =, dimensions_key with =, tstzrange(valid_from, valid_to) with &&
  )
);
create index pricing_model_idx on public.pricing (model, valid_from desc);
comment on table public.pricing is 'Price list with history; never two rows in force for one model, component and dimensions. A model without a row in force is refused. Public catalogue.';
comment on column public.pricing.model is '<provider>/<model>.';
comment on column public.pricing.component is 'What is counted: output, input_text, input_image, run, …';
comment on column public.pricing.unit_size is 'So many units make one of what cost and credits are for: 1000 characters, 1000000 tokens.';
comment on column public.pricing.dimensions is 'What the price depends on, e.g. {"size": "1024x1024", "quality": "high"}. The most specific match counts.';
comment on column public.pricing.dimensions_key is 'The dimensions as text, for the constraint.';
comment on column public.pricing.cost_usd_micros is 'What the provider asks, per unit_size units, in millionths of a US dollar.';
comment on column public.pricing.credits_per_unit is 'What we ask, per unit_size units. Null: a cost that is watched but not charged by itself.';
comment on column public.pricing.source is 'Where the provider''s figure was read, source_date when, confidence how sure (A two sources or the vendor, B one dated source, C undated).';

create table public.subscriptions (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  plan public.subscription_plan not null references public.plans (id),
  status public.subscription_status not null default 'active',
  driver text not null default 'manual' check (driver in ('manual', 'stripe')),
  external_id text unique check (length(external_id) <= 255),
  external_customer_id text check (length(external_customer_id) <= 255),
  currency text not null default 'BRL' check (currency in ('BRL', 'USD')),
  period_start timestamptz not null default now(),
  period_end timestamptz not null,
  trial_ends_at timestamptz,
  past_due_since timestamptz,
  pending_plan public.subscription_plan references public.plans (id),
  cancel_at_period_end boolean not null default false,
  canceled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (period_end > period_start)
);
create unique index subscriptions_current_key on public.subscriptions (organization_id) where status <> 'canceled';
create index subscriptions_organization_idx on public.subscriptions (organization_id, created_at desc);
create index subscriptions_plan_idx on public.subscriptions (plan);
create index subscriptions_pending_plan_idx on public.subscriptions (pending_plan) where pending_plan is not null;
create index subscriptions_due_idx on public.subscriptions (period_end) where status <> 'canceled';
comment on table public.subscriptions is 'An organization''s subscriptions over time; at most one that is not canceled.';
comment on column public.subscriptions.driver is 'Who collects: stripe, or an operator who marks invoices paid (manual).';
comment on column public.subscriptions.pending_plan is 'A downgrade that applies at period_end.';

create table public.credit_balances (
  organization_id uuid primary key references public.organizations (id) on delete restrict,
  available bigint not null default 0 check (available >= 0),
  held bigint not null default 0 check (held >= 0),
  granted bigint not null default 0 check (granted >= 0),
  spent bigint not null default 0 check (spent >= 0),
  expired bigint not null default 0 check (expired >= 0),
  ledger_sequence bigint not null default 0 check (ledger_sequence >= 0),
  frozen_at timestamptz,
  frozen_reason text check (length(frozen_reason) <= 500),
  updated_at timestamptz not null default now(),
  constraint credit_balances_sum check (granted = available + held + spent + expired)
) with (fillfactor = 50);
comment on table public.credit_balances is 'One row per organization, and the lock under which its money moves. Written by the ledger functions only.';
comment on column public.credit_balances.available is 'Free to hold or spend.';
comment on column public.credit_balances.held is 'Reserved by active holds.';
comment on column public.credit_balances.granted is 'Ever received: available + held + spent + expired.';
comment on column public.credit_balances.expired is 'Gone without being spent: expired or clawed back.';
comment on column public.credit_balances.ledger_sequence is 'Sequence of the newest ledger line.';
comment on column public.credit_balances.frozen_at is 'An invariant was found broken: nothing is held or debited until a person has looked.';

create table public.credit_transactions (
  id uuid not null default private.uuid_v7(),
  organization_id uuid not null,
  sequence bigint not null check (sequence > 0),
  type public.transaction_type not null,
  amount bigint not null,
  available_delta bigint not null,
  held_delta bigint not null,
  balance_after bigint not null check (balance_after >= 0),
  held_after bigint not null check (held_after >= 0),
  job_id uuid,
  grant_id uuid,
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  description text not null default '' check (length(description) <= 500),
  created_at timestamptz not null default now(),
  primary key (id, created_at),
  check (amount = available_delta + held_delta)
) partition by range (created_at);
create table parts.credit_transactions_default partition of public.credit_transactions default;
create index credit_transactions_organization_idx on public.credit_transactions (organization_id, sequence desc);
create index credit_transactions_job_idx on public.credit_transactions (job_id) where job_id is not null;
comment on table public.credit_transactions is 'The ledger: append-only, one line per movement, in the order of sequence without gaps per organization. No foreign keys: lines outlive what they name.';
comment on column public.credit_transactions.amount is 'Change of available + held: positive for credits that came, negative for credits that went, 0 for a hold and its release.';
comment on column public.credit_transactions.available_delta is 'Change of available: a hold takes, a release gives back.';
comment on column public.credit_transactions.balance_after is 'available after this line; held_after likewise.';
comment on column public.credit_transactions.idempotency_key is 'Unique per organization for ever: see credit_transaction_keys; lines of a job''s hold are unique by credit_holds.job_id.';

create table public.credit_transaction_keys (
  organization_id uuid not null references public.organizations (id) on delete restrict,
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  transaction_id uuid not null,
  transaction_created_at timestamptz not null,
  request jsonb not null,
  primary key (organization_id, idempotency_key)
);
comment on table public.credit_transaction_keys is 'Which movement a key already made. Not partitioned, because uniqueness must outlive a partition.';
comment on column public.credit_transaction_keys.request is 'What was asked under the key: asking something else under it is refused.';

create table public.credit_grants (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  source public.transaction_type not null check (source in ('grant', 'purchase', 'refund', 'adjust')),
  amount bigint not null check (amount > 0),
  remaining bigint not null check (remaining >= 0),
  held bigint not null default 0 check (held >= 0),
  spent bigint not null default 0 check (spent >= 0),
  expired bigint not null default 0 check (expired >= 0),
  priority smallint not null default 100,
  effective_at timestamptz not null default now(),
  expires_at timestamptz,
  closed_at timestamptz,
  description text not null default '' check (length(description) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint credit_grants_sum check (amount = remaining + spent + expired),
  check (held <= remaining),
  check (expires_at > effective_at),
  check ((closed_at is not null) = (remaining = 0))
) with (fillfactor = 70);
-- Neither index names a column that a hold changes, so that a hold's update stays in its page (HOT).
create index credit_grants_open_idx on public.credit_grants (organization_id, priority, expires_at, created_at, id) where closed_at is null;
create index credit_grants_expiry_idx on public.credit_grants (expires_at) where closed_at is null and expires_at is not null;
create index credit_grants_organization_idx on public.credit_grants (organization_id, created_at desc);
comment on table public.credit_grants is 'Lots of credits. Burnt by priority, then earliest expiry, then oldest.';
comment on column public.credit_grants.remaining is 'Neither spent nor expired; what holds reserve (held) is part of it.';
comment on column public.credit_grants.priority is 'Lower burns first.';
comment on column public.credit_grants.closed_at is 'When nothing remained.';

create table public.budgets (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  scope public.budget_scope not null,
  user_id uuid references public.users (id) on delete cascade,
  api_key_id uuid references public.api_keys (id) on delete cascade,
  project_id uuid,
  monthly_credits bigint not null check (monthly_credits > 0),
  hard_stop boolean not null default true,
  alert_percents smallint[] not null default '{50,80,100}' check (cardinality(alert_percents) <= 10),
  enabled boolean not null default true,
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (organization_id, project_id) references public.projects (organization_id, id) on delete cascade,
  check ((scope = 'member') = (user_id is not null)),
  check ((scope = 'api_key') = (api_key_id is not null)),
  check ((scope = 'project') = (project_id is not null)),
  unique nulls not distinct (organization_id, scope, user_id, api_key_id, project_id)
);
create index budgets_user_idx on public.budgets (user_id) where user_id is not null;
create index budgets_api_key_idx on public.budgets (api_key_id) where api_key_id is not null;
create index budgets_project_idx on public.budgets (organization_id, project_id);
create index budgets_created_by_idx on public.budgets (created_by) where created_by is not null;
comment on table public.budgets is 'Monthly caps, checked in the statement that holds. Months are the organization''s.';
comment on column public.budgets.hard_stop is 'false: only alerts.';

create table public.budget_usage (
  budget_id uuid not null references public.budgets (id) on delete cascade,
  period date not null,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  reserved bigint not null default 0 check (reserved >= 0),
  spent bigint not null default 0 check (spent >= 0),
  alerted_percent smallint not null default 0,
  updated_at timestamptz not null default now(),
  primary key (budget_id, period)
) with (fillfactor = 50);
create index budget_usage_organization_idx on public.budget_usage (organization_id, period);
comment on table public.budget_usage is 'What a budget has reserved and spent in a month. Written under the lock of the organization''s balance.';
comment on column public.budget_usage.period is 'First day of the month, in the organization''s time zone.';
comment on column public.budget_usage.alerted_percent is 'The highest threshold that was announced.';

create table public.credit_packs (
  id text primary key check (id ~ '^[a-z0-9-]{1,40}$'),
  credits bigint not null check (credits > 0),
  price_brl_cents bigint not null check (price_brl_cents > 0),
  price_usd_cents bigint not null check (price_usd_cents > 0),
  active boolean not null default true,
  sort int not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.credit_packs is 'Top-ups that can be bought.';

create table public.auto_top_ups (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  enabled boolean not null default false,
  threshold_credits bigint not null check (threshold_credits >= 0),
  pack_id text not null references public.credit_packs (id),
  max_per_month int not null default 5 check (max_per_month between 1 and 100),
  last_triggered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index auto_top_ups_pack_idx on public.auto_top_ups (pack_id);
comment on table public.auto_top_ups is 'Buys a pack when the available credits fall below the threshold.';

create table public.billing_profiles (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  legal_name text not null check (length(btrim(legal_name)) between 1 and 200),
  tax_id_kind text check (tax_id_kind in ('cpf', 'cnpj', 'other')),
  tax_id text check (length(tax_id) between 3 and 40),
  email text not null check (length(email) between 3 and 254),
  address jsonb not null default '{}' check (jsonb_typeof(address) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((tax_id is null) = (tax_id_kind is null))
);
comment on table public.billing_profiles is 'Who the invoices are made out to.';
comment on column public.billing_profiles.tax_id is 'Normalized: no punctuation. A CNPJ may hold letters from 2026-07 on.';

create table public.invoice_series (
  organization_id uuid not null references public.organizations (id) on delete restrict,
  series text not null check (series ~ '^[A-Z0-9]{1,10}$'),
  last_number bigint not null default 0 check (last_number >= 0),
  primary key (organization_id, series)
);
comment on table public.invoice_series is 'Counters of invoice numbers, locked by the transaction that issues: no gaps.';

create table public.invoices (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  kind text not null default 'invoice' check (kind in ('invoice', 'credit_note')),
  series text not null default 'A' check (series ~ '^[A-Z0-9]{1,10}$'),
  number bigint check (number > 0),
  status public.invoice_status not null default 'draft',
  currency text not null check (currency in ('BRL', 'USD')),
  subtotal_cents bigint not null check (subtotal_cents >= 0),
  tax_cents bigint not null default 0 check (tax_cents >= 0),
  total_cents bigint not null check (total_cents >= 0),
  lines jsonb not null check (jsonb_typeof(lines) = 'array'),
  customer jsonb not null default '{}' check (jsonb_typeof(customer) = 'object'),
  credit_note_of uuid references public.invoices (id) on delete restrict,
  subscription_id uuid references public.subscriptions (id) on delete restrict,
  period_start timestamptz,
  period_end timestamptz,
  due_at timestamptz,
  issued_at timestamptz,
  paid_at timestamptz,
  voided_at timestamptz,
  driver text not null default 'manual' check (driver in ('manual', 'stripe')),
  external_id text unique check (length(external_id) <= 255),
  pdf_path text check (length(pdf_path) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, series, number),
  check (total_cents = subtotal_cents + tax_cents),
  check ((status = 'draft') = (number is null)),
  check ((kind = 'credit_note') = (credit_note_of is not null))
);
create index invoices_organization_idx on public.invoices (organization_id, created_at desc, id desc);
create index invoices_credit_note_idx on public.invoices (credit_note_of) where credit_note_of is not null;
create index invoices_subscription_idx on public.invoices (subscription_id) where subscription_id is not null;
create index invoices_open_idx on public.invoices (due_at) where status = 'open';
comment on table public.invoices is 'Commercial invoices and credit notes. Once issued, what they say cannot change (trigger).';
comment on column public.invoices.number is 'Gapless per organization and series; given by private.issue_invoice().';
comment on column public.invoices.lines is '[{"description", "quantity", "unit_cents", "total_cents"}]';
comment on column public.invoices.customer is 'The billing profile as it was at issue.';

create table public.payments (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  invoice_id uuid references public.invoices (id) on delete restrict,
  driver text not null check (driver in ('manual', 'stripe')),
  external_id text check (length(external_id) <= 255),
  purpose text not null check (purpose in ('subscription', 'top_up', 'auto_top_up')),
  method text check (length(method) <= 40),
  status public.payment_status not null default 'pending',
  currency text not null check (currency in ('BRL', 'USD')),
  amount_cents bigint not null check (amount_cents > 0),
  refunded_cents bigint not null default 0 check (refunded_cents >= 0),
  pack_id text references public.credit_packs (id) on delete restrict,
  credits bigint check (credits > 0),
  grant_id uuid references public.credit_grants (id) on delete restrict,
  failure_reason text check (length(failure_reason) <= 500),
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (driver, external_id),
  check (refunded_cents <= amount_cents)
);
create index payments_organization_idx on public.payments (organization_id, created_at desc, id desc);
create index payments_invoice_idx on public.payments (invoice_id) where invoice_id is not null;
create index payments_pack_idx on public.payments (pack_id) where pack_id is not null;
create index payments_grant_idx on public.payments (grant_id) where grant_id is not null;
create index payments_created_by_idx on public.payments (created_by) where created_by is not null;
comment on table public.payments is 'Money that came, or was tried.';
comment on column public.payments.grant_id is 'The lot it bought; what a refund or chargeback claws back from.';

create table public.payment_events (
  driver text not null check (driver in ('manual', 'stripe')),
  external_id text not null check (length(external_id) between 1 and 255),
  type text not null check (length(type) between 1 and 120),
  payload jsonb not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  error text check (length(error) <= 2000),
  primary key (driver, external_id)
);
create index payment_events_pending_idx on public.payment_events (received_at) where processed_at is null;
comment on table public.payment_events is 'Webhooks of the payment provider, once each: the row and its effect are one transaction.';
