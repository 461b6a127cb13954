import { randomBytes, randomUUID } from 'node:crypto';
import { createApiKey, createBaseClient, createOrganization, getCreditBalance, register, type Client } from '#sdk';
import { formatCredits, type DemoReport } from './demo-report.js';
import { ensure } from './demo.errors.js';

/** A person with an account and nothing else. */
export async function registerPerson(baseUrl: string, name: string) {
  const { data: account } = await register({
    client: createBaseClient({ baseUrl }),
    body: {
      email: `${name.split(' ', 1)[0]?.toLowerCase()}-${randomUUID().slice(0, 8)}@example.com`,
      name,
      password: randomBytes(12).toString('base64url'),
    },
    throwOnError: true,
  });
  ensure('accessToken' in account, 'Registering should have signed in: the demo sends no mails.');
  return account;
}

/**
 * A person, an organization and its key, as on the first day.
 * @returns a client that acts as the key, and whose it is
 */
export async function signUp(baseUrl: string, report: DemoReport): Promise<{ client: Client; organizationId: string }> {
  const account = await registerPerson(baseUrl, 'Ana Prado');
  report.fact('Account', account.user.email);

  const person = createBaseClient({ baseUrl, token: account.accessToken });
  const { data: organization } = await createOrganization({
    client: person,
    body: { name: 'Estúdio Relâmpago' },
    throwOnError: true,
  });
  report.fact('Organization', `${organization.name}, plan ${organization.plan}`);

  const { data: created } = await createApiKey({
    client: person,
    path: { organizationId: organization.id },
    body: {
      name: 'Demo',
      mode: 'live',
      scopes: ['jobs:create', 'jobs:read', 'credits:read', 'billing:read', 'assets:manage'],
    },
    throwOnError: true,
  });
  report.fact('API key', `${created.prefix}_…`);
  const client = createBaseClient({ baseUrl, token: created.key });
  const { data: balance } = await getCreditBalance({ client, throwOnError: true });
  report.fact('Balance', formatCredits(balance.available));
  return { client, organizationId: organization.id };
}
