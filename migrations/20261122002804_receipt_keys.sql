-- Keys that sign receipts. Apart from those of access tokens: a receipt is shown years later, so its key is published for
-- ever, whoever issues the tokens.

create table identity.receipt_keys (
  kid text primary key check (length(kid) between 1 and 100),
  public_jwk jsonb not null check (jsonb_typeof(public_jwk) = 'object'),
  private_jwk_encrypted text not null check (length(private_jwk_encrypted) between 1 and 8192),
  created_at timestamptz not null default now()
);
comment on table identity.receipt_keys is 'Keys that sign receipts of jobs, newest in use. Never deleted: every receipt ever given must verify.';
alter table identity.receipt_keys enable row level security;
create policy receipts_select on identity.receipt_keys for select to base_api using (true);
create policy receipts_insert on identity.receipt_keys for insert to base_api with check (true);
revoke all on identity.receipt_keys from public, anon, authenticated, service_role, base_worker, base_operator;
grant select, insert on identity.receipt_keys to base_api;
