-- Organizations, people, keys.

create table public.plans (
  id public.subscription_plan primary key,
  name text not null check (length(name) between 1 and 60),
  monthly_credits bigint not null check (monthly_credits >= 0),
  requests_per_minute int not null check (requests_per_minute > 0),
  concurrent_jobs int not null check (concurrent_jobs > 0),
  seats int not null check (seats > 0),
  storage_bytes bigint not null check (storage_bytes > 0),
  retention_days int not null check (retention_days > 0),
  price_brl_cents bigint not null check (price_brl_cents >= 0),
  price_usd_cents bigint not null check (price_usd_cents >= 0),
  features jsonb not null default '{}' check (jsonb_typeof(features) = 'object'),
  sort int not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.plans is 'What an organization can subscribe to. Public catalogue.';
comment on column public.plans.monthly_credits is 'Granted once per period; 1 credit = US$0.001 of list price.';
comment on column public.plans.retention_days is 'How long events, deliveries and audit lines are kept.';
comment on column public.plans.features is 'Further limits and switches, by name.';
comment on column public.plans.sort is 'Order of display.';

create table public.organizations (
  id uuid primary key default private.uuid_v7(),
  name text not null check (length(btrim(name)) between 1 and 120),
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  plan public.subscription_plan not null default 'free' references public.plans (id),
  status text not null default 'active' check (status in ('active', 'suspended')),
  country text not null default 'BR' check (country ~ '^[A-Z]{2}$'),
  currency text not null default 'BRL' check (currency in ('BRL', 'USD')),
  locale text not null default 'pt-BR' check (length(locale) between 2 and 35),
  time_zone text not null default 'America/Sao_Paulo' check (length(time_zone) between 1 and 64),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index organizations_plan_idx on public.organizations (plan);
comment on table public.organizations is 'A tenant. Almost every other row belongs to one.';
comment on column public.organizations.plan is 'The plan in effect; follows public.subscriptions by trigger.';
comment on column public.organizations.status is 'suspended: nothing new is generated, everything stays readable.';
comment on column public.organizations.country is 'ISO 3166-1 alpha-2.';
comment on column public.organizations.currency is 'ISO 4217; what invoices are in.';
comment on column public.organizations.time_zone is 'IANA name; usage days and budget months follow it.';
comment on column public.organizations.deleted_at is 'Closed: invisible to its members, kept for the books.';

create table public.users (
  id uuid primary key references auth.users (id) on delete cascade,
  email text not null check (length(email) between 3 and 254),
  email_verified_at timestamptz,
  name text not null default '' check (length(name) <= 120),
  avatar_path text check (length(avatar_path) <= 500),
  locale text not null default 'pt-BR' check (length(locale) between 2 and 35),
  time_zone text not null default 'America/Sao_Paulo' check (length(time_zone) between 1 and 64),
  is_operator boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index users_email_key on public.users (lower(email));
comment on table public.users is 'People. Follows auth.users by trigger.';
comment on column public.users.avatar_path is 'Path in the storage.';
comment on column public.users.is_operator is 'Works for the platform: may use /api/admin. Not a role in any organization.';

create table public.organization_members (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  role public.user_role not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index organization_members_user_idx on public.organization_members (user_id, organization_id);
comment on table public.organization_members is 'Who belongs to which organization. The truth about membership; tokens are not asked.';

create table public.invitations (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  email text not null check (length(email) between 3 and 254),
  role public.user_role not null check (role <> 'owner'),
  token_hash bytea not null unique check (length(token_hash) = 32),
  invited_by uuid references public.users (id) on delete set null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references public.users (id) on delete set null,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index invitations_open_key on public.invitations (organization_id, lower(email))
  where accepted_at is null and revoked_at is null;
create index invitations_organization_idx on public.invitations (organization_id, created_at desc);
create index invitations_invited_by_idx on public.invitations (invited_by) where invited_by is not null;
create index invitations_accepted_by_idx on public.invitations (accepted_by) where accepted_by is not null;
comment on table public.invitations is 'Offers of membership by mail; one open offer per address and organization.';
comment on column public.invitations.token_hash is 'SHA-256 of the token in the link.';

create table public.projects (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 120),
  description text not null default '' check (length(description) <= 2000),
  cover_generation_id uuid,
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  unique (organization_id, id)
);
create index projects_created_by_idx on public.projects (created_by) where created_by is not null;
comment on table public.projects is 'Boards that collect generations and assets.';
comment on column public.projects.cover_generation_id is 'Shown on the board''s card.';

create table public.api_keys (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 120),
  key_id text not null unique check (length(key_id) between 6 and 64),
  secret_hash bytea not null check (length(secret_hash) = 32),
  mode text not null check (mode in ('live', 'test')),
  scopes text[] not null default '{}' check (cardinality(scopes) <= 64),
  created_by uuid references public.users (id) on delete set null,
  expires_at timestamptz,
  ip_allow cidr[] check (cardinality(ip_allow) <= 100),
  monthly_cap_credits bigint check (monthly_cap_credits > 0),
  last_used_at timestamptz,
  last_used_ip inet,
  revoked_at timestamptz,
  rotated_from uuid references public.api_keys (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index api_keys_organization_idx on public.api_keys (organization_id, created_at desc);
create index api_keys_created_by_idx on public.api_keys (created_by) where created_by is not null;
create index api_keys_rotated_from_idx on public.api_keys (rotated_from) where rotated_from is not null;
comment on table public.api_keys is 'Keys of programs. The secret is shown once and never stored.';
comment on column public.api_keys.key_id is 'The public part of the key, by which it is found.';
comment on column public.api_keys.secret_hash is 'SHA-256 of the 256-bit secret; readable through private.find_api_key() only.';
comment on column public.api_keys.mode is 'test: everything runs on the sandbox and moves no credits.';
comment on column public.api_keys.scopes is 'Permissions; empty means none.';
comment on column public.api_keys.ip_allow is 'Networks the key may be used from; null means anywhere.';
comment on column public.api_keys.monthly_cap_credits is 'Mirrored by trigger into a budget of scope api_key, which is what stops a job.';
comment on column public.api_keys.last_used_at is 'Written in batches: up to a minute behind.';
comment on column public.api_keys.rotated_from is 'The key that this one replaces; both work during the overlap.';

create table public.provider_api_keys (
  id uuid primary key default private.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  provider text not null check (length(provider) between 1 and 40),
  name text not null default '' check (length(name) <= 120),
  ciphertext bytea not null check (length(ciphertext) between 17 and 8192),
  nonce bytea not null check (length(nonce) = 12),
  wrapped_key bytea not null check (length(wrapped_key) between 32 and 512),
  key_version text not null check (length(key_version) between 1 and 40),
  masked text not null check (length(masked) between 1 and 40),
  enabled boolean not null default true,
  last_tested_at timestamptz,
  last_test_error text check (length(last_test_error) <= 500),
  created_by uuid references public.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, provider, name)
);
create index provider_api_keys_created_by_idx on public.provider_api_keys (created_by) where created_by is not null;
create index provider_api_keys_version_idx on public.provider_api_keys (key_version);
comment on table public.provider_api_keys is 'An organization''s own keys at the providers, encrypted (AES-256-GCM under a data key that a key-encryption key wraps).';
comment on column public.provider_api_keys.wrapped_key is 'The data key, wrapped by the key-encryption key of key_version.';
comment on column public.provider_api_keys.masked is 'What a person may see of it for ever after.';
