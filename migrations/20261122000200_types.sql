create type public.user_role as enum ('owner', 'admin', 'billing', 'creator', 'viewer');
comment on type public.user_role is 'What a member may do in an organization.';

create type public.subscription_plan as enum ('free', 'starter', 'pro', 'business', 'enterprise');

create type public.subscription_status as enum ('trialing', 'active', 'past_due', 'canceled');
comment on type public.subscription_status is 'past_due: payment failed, grace runs with reduced limits.';

create type public.job_status as enum (
  'queued', 'processing', 'succeeded', 'failed', 'canceled', 'expired', 'awaiting_funds', 'outcome_unknown'
);
comment on type public.job_status is
  'queued and processing are on their way, awaiting_funds is parked, the others are ends. outcome_unknown: the provider may have accepted the request before the connection broke; the customer pays nothing.';

create type public.job_type as enum ('image', 'video', 'audio');

create type public.transaction_type as enum (
  'grant', 'purchase', 'hold', 'settle', 'release', 'refund', 'expire', 'adjust'
);
comment on type public.transaction_type is 'Kinds of ledger lines.';

create type public.hold_state as enum ('active', 'settled', 'released');

create type public.webhook_status as enum ('pending', 'delivered', 'failed', 'discarded');
comment on type public.webhook_status is
  'Of a delivery. failed: every attempt was used up; discarded: the endpoint was disabled or removed before.';

create type public.budget_scope as enum ('organization', 'member', 'api_key', 'project');

create type public.invoice_status as enum ('draft', 'open', 'paid', 'void');

create type public.payment_status as enum ('pending', 'succeeded', 'failed', 'refunded', 'disputed');

create type public.asset_kind as enum ('reference', 'logo', 'font', 'other');
