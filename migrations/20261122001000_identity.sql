-- What the local issuer keeps. Reached by base_api only; nothing here belongs to an organization.

create table identity.credentials (
  user_id uuid primary key references public.users (id) on delete cascade,
  password_hash text not null check (length(password_hash) between 20 and 500),
  updated_at timestamptz not null default now()
);
comment on table identity.credentials is 'Passwords, as argon2id in PHC form.';

create table identity.sessions (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  family uuid not null default private.uuid_v7(),
  user_agent text check (length(user_agent) <= 500),
  ip inet,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_user_idx on identity.sessions (user_id, created_at desc);
create index sessions_family_idx on identity.sessions (family);
create index sessions_expiry_idx on identity.sessions (expires_at);
comment on table identity.sessions is 'Logins. A reused refresh token ends the whole family.';

create table identity.refresh_tokens (
  id uuid primary key default private.uuid_v7(),
  session_id uuid not null references identity.sessions (id) on delete cascade,
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  used_at timestamptz,
  expires_at timestamptz not null
);
create index refresh_tokens_session_idx on identity.refresh_tokens (session_id, created_at desc);
create index refresh_tokens_expiry_idx on identity.refresh_tokens (expires_at);
comment on table identity.refresh_tokens is 'Rotating tokens, as SHA-256; each is good once.';

create table identity.one_time_tokens (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.users (id) on delete cascade,
  purpose text not null check (purpose ~ '^[a-z_]{3,40}$'),
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index one_time_tokens_user_idx on identity.one_time_tokens (user_id, purpose);
create index one_time_tokens_expiry_idx on identity.one_time_tokens (expires_at);
comment on table identity.one_time_tokens is 'Links in mails: verify an address, reset a password, and the like.';

create table identity.totp_factors (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null unique references public.users (id) on delete cascade,
  secret_encrypted bytea not null check (length(secret_encrypted) between 16 and 512),
  confirmed_at timestamptz,
  last_used_step bigint,
  recovery_code_hashes bytea[] not null default '{}' check (cardinality(recovery_code_hashes) <= 20),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table identity.totp_factors is 'Second factors (RFC 6238).';
comment on column identity.totp_factors.last_used_step is 'A code is good once: its time step must be later than this.';

create table identity.signing_keys (
  kid text primary key check (length(kid) between 1 and 100),
  algorithm text not null check (algorithm in ('ES256', 'RS256')),
  public_jwk jsonb not null check (jsonb_typeof(public_jwk) = 'object'),
  private_jwk_encrypted text not null check (length(private_jwk_encrypted) between 1 and 8192),
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
comment on table identity.signing_keys is 'Keys that sign access tokens; a retired one still verifies until its last token ends.';

create table identity.login_attempts (
  bucket text primary key check (length(bucket) between 1 and 255),
  failures int not null default 0 check (failures >= 0),
  locked_until timestamptz,
  updated_at timestamptz not null default now()
);
create index login_attempts_age_idx on identity.login_attempts (updated_at);
comment on table identity.login_attempts is 'Failed logins by account and by address, to slow guessing down.';
