-- Strangers who guess at an account use up the allowance of strangers, not that of its owner.

create table identity.known_places (
  account text not null check (length(account) between 1 and 100),
  place text not null check (length(place) between 1 and 100),
  used_at timestamptz not null default now(),
  primary key (account, place)
);
create index known_places_age_idx on identity.known_places (used_at);
comment on table identity.known_places is
  'From where an account was signed in to: hashes of the account''s and the network''s address. Each has an allowance of wrong passwords of its own.';
comment on column identity.known_places.place is 'HMAC of account and network address under a key derived from APP_SECRET.';
alter table identity.known_places enable row level security;
create policy issuer on identity.known_places for all to base_api using (true) with check (true);
revoke all on identity.known_places from public, anon, authenticated, service_role, base_api, base_worker, base_operator;
grant select, insert, update, delete on identity.known_places to base_api;
