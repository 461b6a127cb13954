/**
 * The least that can be called the same work, in a schema of its own: one function call per request holds the credits,
 * writes the job and a ledger line. No idempotency, lots, budgets, quotes, events, row security or audit.
 */
export const BARE_SCHEMA = `
  create schema bare;
  create table bare.balance (
    organization_id uuid primary key,
    available bigint not null check (available >= 0),
    held bigint not null default 0
  );
  create table bare.job (
    id uuid primary key,
    organization_id uuid not null,
    model text not null,
    input jsonb not null,
    status text not null default 'queued',
    held_credits bigint not null,
    created_at timestamptz not null default now()
  );
  create index on bare.job (organization_id, created_at);
  create table bare.ledger (
    id bigint generated always as identity primary key,
    organization_id uuid not null,
    job_id uuid not null,
    amount bigint not null,
    available_after bigint not null,
    held_after bigint not null,
    created_at timestamptz not null default now()
  );
  create index on bare.ledger (organization_id, id);

  create function bare.create_job(job_id uuid, organization uuid, model text, input jsonb, credits bigint) returns boolean
  language plpgsql as $$
  declare
    balance bare.balance;
  begin
    update bare.balance b set available = b.available - credits, held = b.held + credits
     where b.organization_id = organization and b.available >= credits
    returning b.* into balance;
    if not found then
      return false;
    end if;
    insert into bare.job (id, organization_id, model, input, held_credits) values (job_id, organization, model, input, credits);
    insert into bare.ledger (organization_id, job_id, amount, available_after, held_after)
    values (organization, job_id, -credits, balance.available, balance.held);
    return true;
  end
  $$;
`;
