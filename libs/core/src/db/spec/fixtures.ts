import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { newId } from '#core/crypto';

const INT8 = 20;
const defaultParser = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

export const ROLES = ['owner', 'admin', 'billing', 'creator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** An organization with a member of every role, a key, and a row in every tenant table. */
export interface Tenant {
  id: string;
  users: Record<Role, string>;
  apiKeyId: string;
}

/** A connection of its own; `int8` arrives as bigint, as in the services. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    types: {
      getTypeParser: (oid: number, format?: string) =>
        oid === INT8 && format !== 'binary' ? BigInt : defaultParser(oid, format),
    },
  });
  await client.connect();
  return client;
}

export async function rows<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(sql, values)).rows;
}

export async function one<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  sql: string,
  values: unknown[] = [],
): Promise<Row> {
  const [row] = await rows<Row>(client, sql, values);
  if (!row) throw new Error(`No row: ${sql}`);
  return row;
}

/** The SQLSTATE that a statement fails with; undefined when it works. */
export async function sqlState(
  client: pg.ClientBase,
  sql: string,
  values: unknown[] = [],
): Promise<string | undefined> {
  try {
    await client.query(sql, values);
    return undefined;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code;
    throw error;
  }
}

export async function createUser(client: pg.ClientBase, name: string): Promise<string> {
  const id = randomUUID();
  await client.query(`select private.create_local_user($1, $2, $3)`, [id, `${name}-${id}@example.com`, name]);
  return id;
}

/** An organization with its owner and, on top of the free plan's 1,000, so many credits. */
export async function createOrganization(client: pg.ClientBase, credits = 0): Promise<{ id: string; owner: string }> {
  const id = randomUUID();
  const owner = await createUser(client, 'owner');
  await client.query(`select private.create_organization($1, $2, 'Organization', $3)`, [id, owner, `org-${id}`]);
  await client.query(`select debit_credits($1, 1000, 'empty')`, [id]);
  if (credits > 0) await client.query(`select credit_credits($1, $2, 'purchase', 'start')`, [id, credits]);
  return { id, owner };
}

/** A request as create_ai_jobs takes it. */
export function jobRequest(organizationId: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: newId(),
    organization_id: organizationId,
    type: 'image',
    model: 'sandbox/image',
    provider: 'sandbox',
    input: { prompt: 'a fox' },
    price: {},
    price_version: 1,
    estimated_credits: '5',
    hold_credits: '5',
    request_hash: 'hash',
    ...overrides,
  };
}

export interface Created {
  ordinal: number;
  outcome: string;
  job_id: string | null;
  job_status: string | null;
  created_at: Date | null;
  detail: Record<string, unknown>;
}

export function createJobs(client: pg.ClientBase | pg.Pool, requests: Record<string, unknown>[]): Promise<Created[]> {
  return client
    .query<Created>('select * from create_ai_jobs($1)', [JSON.stringify(requests)])
    .then((result) => result.rows);
}

/** Every broken invariant of the ledger; empty when the books are right. */
export function brokenInvariants(client: pg.ClientBase | pg.Pool): Promise<unknown[]> {
  return client.query('select * from check_ledger()').then((result) => result.rows as unknown[]);
}

/** The sequence of an organization's newest event; `client` is the API's or the owner's. */
export async function eventPosition(client: pg.ClientBase, organizationId: string): Promise<bigint> {
  const { last_sequence } = await one<{ last_sequence: bigint }>(
    client,
    'select last_sequence from private.list_event_positions($1)',
    [[organizationId]],
  );
  return last_sequence;
}

/** Becomes a tenant until the transaction ends, as the API does. */
export async function become(client: pg.ClientBase, role: string, claims: object | undefined): Promise<void> {
  await client.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
    role,
    claims === undefined ? '' : JSON.stringify(claims),
  ]);
}

/** Makes a tenant that has something in every table. `client` is the owner of the database. */
export async function seedTenant(client: pg.ClientBase): Promise<Tenant> {
  const id = randomUUID();
  const users = {} as Record<Role, string>;
  for (const role of ROLES) users[role] = await createUser(client, role);
  await client.query(`select private.create_organization($1, $2, 'Organization', $3)`, [id, users.owner, `org-${id}`]);
  for (const role of ROLES.slice(1)) {
    await client.query(`insert into organization_members (organization_id, user_id, role) values ($1, $2, $3)`, [
      id,
      users[role],
      role,
    ]);
  }
  const { rows: keys } = await client.query<{ id: string }>(
    `insert into api_keys (organization_id, name, key_id, secret_hash, mode, created_by)
     values ($1, 'key', $2, sha256('secret'), 'live', $3) returning id`,
    [id, id.slice(0, 13), users.owner],
  );
  const apiKeyId = keys[0]?.id ?? '';
  await client.query('select private.set_key_cap($1, $2, 900)', [id, apiKeyId]);
  const job = jobRequest(id, { user_id: users.creator, api_key_id: apiKeyId, idempotency_key: 'seed' });
  await createJobs(client, [job, jobRequest(id, { user_id: users.creator })]);
  await client.query(EVERYTHING, []);
  await client.query(`select pg_temp.seed_everything($1, $2, $3, $4)`, [id, users.owner, users.creator, job['id']]);
  return { id, users, apiKeyId };
}

/** A row in every tenant table that creating the organization and two jobs has not filled. */
const EVERYTHING = `
create or replace function pg_temp.seed_everything(org uuid, owner uuid, creator uuid, job uuid) returns void language plpgsql as $body$
declare
  project uuid; generation uuid; asset uuid; link uuid; hook uuid; delivery uuid; invoice uuid; lot uuid; data_key uuid; payment uuid;
begin
  insert into projects (organization_id, name, created_by) values (org, 'project', creator) returning id into project;
  insert into generations (job_id, organization_id, user_id, project_id, ordinal, type, mime_type, bytes, sha256, storage_path, prompt, model)
  values (job, org, creator, project, 0, 'image', 'image/png', 10, repeat('a', 64), org || '/a.png', 'a fox', 'sandbox/image') returning id into generation;
  update ai_jobs set status = 'succeeded', project_id = project, started_at = now(), finished_at = now() where id = job;
  perform settle_hold(job, 3);
  insert into assets (organization_id, project_id, user_id, name, mime_type, bytes, sha256, storage_path)
  values (org, project, creator, 'logo', 'image/png', 10, repeat('b', 64), org || '/b.png') returning id into asset;
  insert into favorites (organization_id, user_id, generation_id) values (org, creator, generation);
  insert into presets (organization_id, user_id, name, job_type) values (org, creator, 'preset', 'image');
  insert into brand_kits (organization_id, name, logo_asset_id, created_by) values (org, 'kit', asset, creator);
  insert into share_links (organization_id, token_hash, created_by) values (org, sha256(org::text::bytea), creator) returning id into link;
  insert into download_links (organization_id, token_hash, generation_ids, created_by, expires_at) values (org, sha256(('d' || org)::bytea), array[generation], creator, now());
  insert into share_link_items (organization_id, share_link_id, generation_id) values (org, link, generation);
  insert into invitations (organization_id, email, role, token_hash, invited_by, expires_at)
  values (org, 'guest@example.com', 'viewer', sha256(('i' || org)::bytea), owner, now() + interval '1 day');
  insert into organization_data_keys (organization_id, wrapped_key, key_version) values (org, decode(repeat('00', 60), 'hex'), '1') returning id into data_key;
  insert into provider_api_keys (organization_id, provider, ciphertext, nonce, data_key_id, masked, created_by)
  values (org, 'openai', decode(repeat('00', 32), 'hex'), decode(repeat('00', 12), 'hex'), data_key, '…1234', owner);
  insert into budgets (organization_id, scope, monthly_credits, created_by) values (org, 'organization', 100000, owner);
  insert into auto_top_ups (organization_id, threshold_credits, pack_id) values (org, 100, 'pack-10k');
  insert into billing_profiles (organization_id, legal_name, email) values (org, 'Organization Ltda', 'billing@example.com');
  insert into invoices (organization_id, currency, subtotal_cents, total_cents, lines) values (org, 'BRL', 100, 100, '[]') returning id into invoice;
  perform private.issue_invoice(invoice);
  select g.id into lot from credit_grants g where g.organization_id = org limit 1;
  insert into payments (organization_id, invoice_id, driver, purpose, currency, amount_cents, grant_id) values (org, invoice, 'manual', 'top_up', 'BRL', 100, lot) returning id into payment;
  insert into credit_debts (organization_id, payment_id, amount, remaining, reason) values (org, payment, 10, 10, 'refund');
  perform private.create_quote(gen_random_uuid(), org, creator, 'sandbox/image', 'hash', 5, 5, '{}', 1);
  insert into webhooks (organization_id, url, secret_encrypted, created_by) values (org, 'https://example.com/hook', decode(repeat('00', 48), 'hex'), owner) returning id into hook;
  insert into webhook_cursors (organization_id) values (org);
  insert into webhook_deliveries (organization_id, webhook_id, event_id, event_type) values (org, hook, gen_random_uuid(), 'job.queued') returning id into delivery;
  insert into webhook_attempts (organization_id, delivery_id, attempt) values (org, delivery, 1);
  insert into provider_costs (organization_id, job_id, provider, model, kind, cost_usd_micros) values (org, job, 'sandbox', 'sandbox/image', 'job', 0);
  insert into credit_overruns (job_id, organization_id, held_credits, actual_credits) values (gen_random_uuid(), org, 1, 2);
  insert into impersonations (operator_id, organization_id, user_id, reason, expires_at) values (owner, org, creator, 'looking', now() + interval '1 hour');
  insert into audit_logs (organization_id, actor_type, actor_id, action) values (org, 'user', owner, 'organizations.create');
  insert into outbound_mails (organization_id, recipient, template) values (org, 'guest@example.com', 'invitation');
end
$body$;
`;

/** Tables that hold rows of tenants: those with a column organization_id, and organizations itself. */
export async function tenantTables(client: pg.ClientBase): Promise<string[]> {
  const found = await rows<{ name: string }>(
    client,
    `select c.relname as name
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      order by 1`,
  );
  return found.map(({ name }) => name);
}
