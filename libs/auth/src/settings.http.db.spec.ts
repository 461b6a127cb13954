import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';
import { totpCode } from './totp.js';

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
  await api.sql(`select private.set_plan($1, 'business')`, [organizationId]);
});

interface Answer {
  id: string;
  key: string;
  code?: string;
  secret: string;
  errors?: { pointer: string; code: string }[];
}
const call = (method: string, path: string, as: SignedIn, body?: object) =>
  api.send<Answer>(method, `/api/organizations/${organizationId}${path}`, { bearer: as.accessToken, body });
const change = (body: object, as = owner) => call('PATCH', '/settings', as, body);
const outcome = ({ status, body }: { status: number; body: Answer }) => [status, body.code];

async function setUpSecondFactor(person: SignedIn): Promise<string> {
  const send = (path: string, body: object = {}) =>
    // The header of an organization that shuts the person out must not hinder them.
    api.send<Answer>('POST', `/api/auth/totp/${path}`, { bearer: person.accessToken, organizationId, body });
  const { secret } = (await send('enrol')).body;
  const code = totpCode(secret, Math.floor(Date.now() / 30_000));
  expect((await send('confirm', { code })).status).toBe(200);
  return secret;
}

describe('an organization that demands a second factor', () => {
  it('is made so by somebody who has one, refuses members without, and takes them back once they have one', async () => {
    const member = await api.addMember(organizationId, 'creator');
    expect(outcome(await change({ requireSecondFactor: true }))).toEqual([409, 'organizations.second_factor_first']);
    await setUpSecondFactor(owner);
    const { key } = (await call('POST', '/api-keys', owner, { name: 'k', mode: 'live', scopes: ['members:read'] }))
      .body;
    expect((await change({ requireSecondFactor: true })).body).toEqual({
      ...{ requireSecondFactor: true, allowedEmailDomains: [], apiKeyMaxDays: null },
    });

    const read = (as: SignedIn) => call('GET', '/members', as).then(outcome);
    expect(await read(owner)).toEqual([200, undefined]);
    expect(await read(member)).toEqual([403, 'organizations.second_factor_required']);
    // A key is not a person, and one's own affairs are one's own.
    expect((await api.send('GET', `/api/organizations/${organizationId}/members`, { apiKey: key })).status).toBe(200);
    expect((await api.send('GET', '/api/users/me', { bearer: member.accessToken, organizationId })).status).toBe(200);

    const leaver = await api.addMember(organizationId, 'viewer');
    expect((await call('POST', '/leave', leaver)).status).toBe(204);

    await setUpSecondFactor(member);
    expect(await read(member)).toEqual([200, undefined]);
    const lines = await api.sql(
      `select before, after from audit_logs where organization_id = $1 and action = 'organizations.change_settings'`,
      [organizationId],
    );
    expect(lines).toEqual([
      {
        before: { requireSecondFactor: false, apiKeyMaxDays: null },
        after: { requireSecondFactor: true, apiKeyMaxDays: null },
      },
    ]);
  });
});

describe('an organization that takes in some domains only', () => {
  it('invites nobody else, and an invitation of before is not accepted', async () => {
    const invite = (email: string) => call('POST', '/invitations', owner, { email, role: 'creator' }).then(outcome);
    const guest = await api.register();
    expect((await invite(guest.email))[0]).toBe(201);
    const [mail] = await api.sql<{ url: string }>(
      `select data ->> 'url' as url from outbound_mails where recipient = $1 order by id desc limit 1`,
      [guest.email],
    );
    expect((await change({ allowedEmailDomains: [' Agencia.com.br'] })).body).toMatchObject({
      allowedEmailDomains: ['agencia.com.br'],
    });
    for (const email of ['ana@example.com', 'ana@sub.agencia.com.br', 'ana@agencia.com.br.example.com']) {
      expect(await invite(email)).toEqual([422, 'organizations.email_domain_not_allowed']);
    }
    expect((await invite(`ana-${randomUUID()}@AGENCIA.com.br`))[0]).toBe(201);
    const token = mail?.url.split('#token=')[1];
    const accepted = await api.send<Answer>('POST', '/api/invitations/accept', {
      ...{ bearer: guest.accessToken, body: { token } },
    });
    expect(outcome(accepted)).toEqual([422, 'organizations.email_domain_not_allowed']);
    await change({ allowedEmailDomains: [] });
    expect((await invite('somebody@example.org'))[0]).toBe(201);
  });
});

describe('an organization whose API keys must end', () => {
  it('makes and rotates none that lives longer', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const create = (body: object = {}) =>
      call('POST', '/api-keys', owner, { name: 'k', mode: 'live', scopes: ['jobs:read'], ...body });
    const eternal = (await create()).body.id;
    expect((await change({ apiKeyMaxDays: 30 })).body).toMatchObject({ apiKeyMaxDays: 30 });
    for (const body of [{}, { expiresAt: inDays(31) }]) {
      expect((await create(body)).body.errors).toMatchObject([{ pointer: '/expiresAt', code: 'lives_too_long' }]);
    }
    expect((await create({ expiresAt: inDays(30) })).status).toBe(201);
    expect((await call('POST', `/api-keys/${eternal}/rotate`, owner, {})).status).toBe(422);
    expect((await call('POST', `/api-keys/${eternal}/rotate`, owner, { expiresAt: inDays(7) })).status).toBe(201);
    await change({ apiKeyMaxDays: null });
    expect((await create()).status).toBe(201);
  });
});

describe('settings', () => {
  it('are read by every member and changed by managers, who are people', async () => {
    const viewer = await api.addMember(organizationId, 'viewer');
    expect((await call('GET', '/settings', viewer)).status).toBe(200);
    expect(outcome(await change({ apiKeyMaxDays: 5 }, viewer))).toEqual([403, 'auth.permission_denied']);
    expect((await change({})).status).toBe(200);
  });

  it.each([
    { requireSecondFactor: null },
    { allowedEmailDomains: null },
    { allowedEmailDomains: 'agencia.com.br' },
    { allowedEmailDomains: ['@agencia.com.br'] },
    { allowedEmailDomains: ['agência.com.br'] },
    { allowedEmailDomains: ['a.com', 'A.com'] },
    { allowedEmailDomains: Array.from({ length: 21 }, (_, index) => `a${index}.com`) },
    { apiKeyMaxDays: 0 },
    { apiKeyMaxDays: 1.5 },
    { apiKeyMaxDays: '30' },
    { retentionDays: 3 },
  ])('refuse %j', async (body) => {
    expect(outcome(await change(body))).toEqual([422, 'request.invalid']);
  });
});
