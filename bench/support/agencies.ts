import { randomUUID } from 'node:crypto';
import { type Client, createApiKey, createBaseClient, createOrganization, register } from '#sdk';
import { withSql } from '../../test/support/sql.js';
import type { Ground } from './ground.js';

/** An organization with a live key and more credits than a bench can use. */
export interface Agency {
  organizationId: string;
  apiKey: string;
  /** The owner's access token. */
  ownerToken: string;
  client: Client;
}

/** What one person may own. */
const PER_PERSON = 10;
const CREDITS = 1_000_000_000_000;

/** Makes `count` of them through the public API; plan and credits as an operator would give them. */
export async function createAgencies(url: string, ground: Ground, count: number): Promise<Agency[]> {
  const agencies: Agency[] = [];
  let owner: { token: string } | undefined;
  for (let index = 0; index < count; index++) {
    if (!owner || index % PER_PERSON === 0) owner = await registerOwner(url);
    agencies.push(await createAgency(url, owner.token, index));
  }
  await withSql(ground.ownerUrl, async (query) => {
    await query(`update organizations set plan = 'enterprise'`);
    for (const { organizationId } of agencies) {
      await query(`select credit_credits($1, $2, 'grant', 'bench', 'for a measurement')`, [organizationId, CREDITS]);
    }
  });
  return agencies;
}

async function registerOwner(url: string): Promise<{ token: string }> {
  const { data } = await register({
    client: createBaseClient({ baseUrl: url }),
    body: { email: `${randomUUID()}@example.com`, password: `um farol ${randomUUID()}`, name: 'Bench' },
    throwOnError: true,
  });
  if (!('accessToken' in data)) throw new Error('Registering waits for a mail');
  return { token: data.accessToken };
}

async function createAgency(url: string, token: string, index: number): Promise<Agency> {
  const { data: organization } = await createOrganization({
    client: createBaseClient({ baseUrl: url, token }),
    body: { name: `Bench ${index + 1}` },
    throwOnError: true,
  });
  const { data: key } = await createApiKey({
    client: createBaseClient({ baseUrl: url, token, organizationId: organization.id }),
    path: { organizationId: organization.id },
    body: { name: 'bench', mode: 'live', scopes: ['jobs:create', 'jobs:read'] },
    throwOnError: true,
  });
  return {
    organizationId: organization.id,
    apiKey: key.key,
    ownerToken: token,
    client: createBaseClient({ baseUrl: url, token: key.key }),
  };
}
