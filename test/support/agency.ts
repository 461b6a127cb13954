import { randomUUID } from 'node:crypto';
import type { Stack } from './stack.js';
import {
  type Client,
  createApiKey,
  createBaseClient,
  createJob,
  type CreateJobDto,
  createOrganization,
  type EventDto,
  followJob,
  getCreditBalance,
  getJob,
  getReconciliation,
  type JobDto,
  listCreditTransactions,
  register,
} from '#sdk';
import { eventually } from './eventually.js';
import { withSql } from './sql.js';

/** A person with an organization and a key, made through the public API. */
export interface Agency {
  email: string;
  password: string;
  organizationId: string;
  /** Acts as the person, in the organization. */
  owner: Client;
  /** Acts as the live API key. */
  client: Client;
  apiKey: string;
}

export const PASSWORD = 'um farol de aquarela 42';

/** Registers somebody new. */
export async function registerPerson(stack: Stack, name = 'Pessoa de Teste') {
  const email = `${randomUUID()}@example.com`;
  const anonymous = createBaseClient({ baseUrl: stack.url });
  const { data } = await register({ client: anonymous, body: { email, password: PASSWORD, name }, throwOnError: true });
  if (!('accessToken' in data)) throw new Error('Registering waits for a mail');
  return { email, userId: data.user.id, token: data.accessToken };
}

/** Somebody who runs the platform. */
export async function createOperator(stack: Stack): Promise<Client> {
  const person = await registerPerson(stack, 'Operação');
  await withSql(stack.database.url, (query) =>
    query('update users set is_operator = true where id = $1', [person.userId]),
  );
  const operator = createBaseClient({ baseUrl: stack.url, token: person.token });
  // Who somebody is, is remembered for some seconds.
  await eventually(async () => (await getReconciliation({ client: operator })).data !== undefined, 'an operator');
  return operator;
}

/** Makes an agency with exactly `credits` available, on the plan with the widest limits. */
export async function createAgency(stack: Stack, credits: number, plan = 'enterprise'): Promise<Agency> {
  const person = await registerPerson(stack);
  const signedIn = createBaseClient({ baseUrl: stack.url, token: person.token });
  const { data: organization } = await createOrganization({
    client: signedIn,
    body: { name: `Agência ${person.userId.slice(-6)}` },
    throwOnError: true,
  });
  await setPlan(stack, organization.id, plan);
  const owner = createBaseClient({ baseUrl: stack.url, token: person.token, organizationId: organization.id });
  const apiKey = await createKey(owner, organization.id, 'live');
  await setAvailable(stack, organization.id, credits);
  return {
    email: person.email,
    password: PASSWORD,
    organizationId: organization.id,
    owner,
    client: createBaseClient({ baseUrl: stack.url, token: apiKey }),
    apiKey,
  };
}

export async function createKey(owner: Client, organizationId: string, mode: 'live' | 'test'): Promise<string> {
  const { data } = await createApiKey({
    client: owner,
    path: { organizationId },
    body: {
      name: `${mode} key`,
      mode,
      scopes: ['jobs:create', 'jobs:read', 'jobs:cancel', 'credits:read', 'billing:read', 'events:read'],
    },
    throwOnError: true,
  });
  return data.key;
}

/** Puts an organization on a plan, as if it had subscribed. */
export async function setPlan(stack: Stack, organizationId: string, plan: string): Promise<void> {
  await withSql(stack.database.url, (query) =>
    query('update organizations set plan = $2 where id = $1', [organizationId, plan]),
  );
}

/** Brings the balance to a number by ledger lines, as an operator would. */
export async function setAvailable(stack: Stack, organizationId: string, credits: number): Promise<void> {
  await withSql(stack.database.url, async (query) => {
    const [row] = await query<{ available: string }>(
      'select available from credit_balances where organization_id = $1',
      [organizationId],
    );
    const difference = credits - Number(row?.available ?? 0);
    if (difference > 0) {
      await query(`select credit_credits($1, $2, 'grant', $3, 'for a test')`, [
        organizationId,
        difference,
        randomUUID(),
      ]);
    } else if (difference < 0) {
      await query(`select debit_credits($1, $2, $3, 'for a test')`, [organizationId, -difference, randomUUID()]);
    }
  });
}

/** Submits and follows a job to its end. */
export async function runJob(client: Client, body: CreateJobDto): Promise<{ job: JobDto; events: EventDto[] }> {
  const { data: accepted } = await createJob({ client, body, throwOnError: true });
  return followToEnd(client, accepted.id);
}

export async function followToEnd(client: Client, jobId: string): Promise<{ job: JobDto; events: EventDto[] }> {
  const events: EventDto[] = [];
  for await (const event of followJob(jobId, { client, signal: AbortSignal.timeout(60_000) })) events.push(event);
  const { data: job } = await getJob({ client, path: { jobId }, throwOnError: true });
  return { job, events };
}

export async function balanceOf(client: Client) {
  const { data } = await getCreditBalance({ client, throwOnError: true });
  return data;
}

/** The ledger lines of one job, oldest first, as [type, change of available]. */
export async function ledgerOf(client: Client, jobId: string): Promise<[string, number][]> {
  const { data } = await listCreditTransactions({ client, query: { limit: 200 }, throwOnError: true });
  return data.data
    .filter((line) => line.jobId === jobId)
    .reverse()
    .map((line) => [line.type, line.availableDelta]);
}

/** Every broken invariant of every ledger; empty is the promise. */
export function ledgerFaults(stack: Stack): Promise<unknown[]> {
  return withSql(stack.database.url, (query) => query('select * from check_ledger()'));
}
