-- Accounts that are asked for and not proved yet. Nothing else exists of them until the link in the mail is opened.

create table identity.registrations (
  id uuid primary key default private.uuid_v7(),
  email text not null check (length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 120),
  locale text not null check (length(locale) between 2 and 35),
  password_hash text not null check (length(password_hash) between 20 and 500),
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index registrations_email_idx on identity.registrations (lower(email), created_at desc);
create index registrations_expiry_idx on identity.registrations (expires_at);
comment on table identity.registrations is
  'Wishes for an account, each with its own link and password: opening a link makes the account with the password that was chosen with it. Expired ones are deleted by the next.';

alter table identity.registrations enable row level security;
create policy issuer on identity.registrations for all to base_api using (true) with check (true);
revoke all on identity.registrations from public, anon, authenticated, service_role, base_worker, base_operator;
grant select, insert, update, delete on identity.registrations to base_api;
