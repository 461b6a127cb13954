/**
 * Credits as one would first write them: a row for the balance, a function that takes from it, inserts the job and a
 * line. No lots, no holds to unwind, no idempotency, no quotes, no budgets, no events, no row security.
 */
export const NAIVE_SCHEMA = `
create schema naive;
create table naive.balance (organization int primary key, available bigint not null check (available >= 0));
create table naive.job (
  id uuid primary key, organization int not null, status text not null, model text not null, input jsonb not null,
  held_credits bigint not null, created_at timestamptz not null default now()
);
create index on naive.job (organization, created_at);
create table naive.ledger (
  id bigint generated always as identity primary key, organization int not null, job_id uuid not null, amount bigint not null,
  balance_after bigint not null, created_at timestamptz not null default now()
);
create index on naive.ledger (organization, id);
create function naive.hold(organization int, amount bigint, model text, input jsonb) returns uuid language plpgsql as $$
declare
  job uuid := gen_random_uuid();
  left_over bigint;
begin
  update naive.balance b set available = b.available - amount
   where b.organization = hold.organization and b.available >= amount
  returning b.available into left_over;
  if not found then
    raise exception 'not enough credits';
  end if;
  insert into naive.job (id, organization, status, model, input, held_credits) values (job, organization, 'queued', model, input, amount);
  insert into naive.ledger (organization, job_id, amount, balance_after) values (organization, job, -amount, left_over);
  return job;
end
$$;
`;

/** One hold, of one of so many organizations. */
export function naiveScript(organizations: number, input: object): string {
  return [
    `\\set organization random(1, ${organizations})`,
    `select naive.hold(:organization, 5, 'sandbox/image', '${JSON.stringify(input).replaceAll("'", "''")}');`,
    '',
  ].join('\n');
}
