import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, { env: { STUDIO_URL: 'https://studio.example/' } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(async () => {
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
  await api.sql(`update subscriptions set plan = 'business' where organization_id = $1`, [organizationId]);
});

interface Answer {
  id: string;
  code?: string;
}

const path = (rest = '') => `/api/organizations/${organizationId}/invitations${rest}`;
async function invite(email: string, role = 'creator', as: SignedIn = owner) {
  return api.send<Answer>('POST', path(), { bearer: as.accessToken, body: { email, role } });
}
/** The token in the newest mail to an address. */
async function tokenFor(email: string): Promise<string> {
  const [mail] = await api.sql<{ url: string }>(
    `select data ->> 'url' as url from outbound_mails where recipient = $1 order by id desc limit 1`,
    [email],
  );
  expect(mail?.url).toMatch(/^https:\/\/studio\.example\/invitation#token=[\w-]{43}$/);
  return mail?.url.split('=')[1] ?? '';
}
async function accept(token: string, as: SignedIn) {
  const answer = await api.send<{ code?: string; organizationId?: string; role?: string }>(
    'POST',
    '/api/invitations/accept',
    {
      bearer: as.accessToken,
      body: { token },
    },
  );
  return [answer.status, answer.body.code ?? answer.body.role];
}

describe('an invitation', () => {
  it('comes by mail in the organization’s language, shows what it is for, and makes a member once', async () => {
    const guest = await api.register('Bia');
    const created = await invite(guest.email.toUpperCase(), 'billing');
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.any(String),
      email: guest.email,
      role: 'billing',
      invitedBy: owner.userId,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    const [mail] = await api.sql<{ template: string; locale: string; data: object }>(
      `select template, locale, data from outbound_mails where recipient = $1 and template like 'organizations.%'`,
      [guest.email],
    );
    expect(mail).toMatchObject({
      template: 'organizations.invitation',
      locale: 'pt-BR',
      data: { organization: 'Estúdio Água', inviter: 'Ana Prado' },
    });

    const token = await tokenFor(guest.email);
    const preview = await api.send('POST', '/api/invitations/preview', { body: { token } });
    expect(preview.body).toEqual({
      organizationName: 'Estúdio Água',
      email: guest.email,
      role: 'billing',
      expiresAt: expect.any(String),
    });
    expect(await accept(token, guest)).toEqual([200, 'billing']);
    expect((await api.send('GET', `/api/organizations/${organizationId}`, { bearer: guest.accessToken })).status).toBe(
      200,
    );
    expect(await accept(token, guest)).toEqual([404, 'organizations.invitation_invalid']);
    expect((await api.send<Answer>('POST', '/api/invitations/preview', { body: { token } })).body.code).toBe(
      'organizations.invitation_invalid',
    );
    expect((await invite(guest.email)).body.code).toBe('organizations.already_a_member');
  });

  it('is of no use to others than the invited address, nor when revoked, replaced, expired or made up', async () => {
    const [guest, thief] = [await api.register(), await api.register()];
    await invite(guest.email);
    const first = await tokenFor(guest.email);
    expect(await accept(first, thief)).toEqual([403, 'organizations.invitation_for_another']);

    const second = await invite(guest.email, 'viewer');
    expect(await accept(first, guest)).toEqual([404, 'organizations.invitation_invalid']);
    const replaced = await tokenFor(guest.email);
    expect((await api.send('DELETE', path(`/${second.body.id}`), { bearer: owner.accessToken })).status).toBe(204);
    expect((await api.send('DELETE', path(`/${second.body.id}`), { bearer: owner.accessToken })).status).toBe(404);
    expect(await accept(replaced, guest)).toEqual([404, 'organizations.invitation_invalid']);

    await invite(guest.email);
    const late = await tokenFor(guest.email);
    await api.sql('update invitations set expires_at = now() where organization_id = $1', [organizationId]);
    expect(await accept(late, guest)).toEqual([410, 'organizations.invitation_expired']);
    expect((await api.send<Answer>('POST', '/api/invitations/preview', { body: { token: late } })).status).toBe(410);
    expect(await accept('A'.repeat(43), guest)).toEqual([404, 'organizations.invitation_invalid']);
    expect((await api.sql('select 1 from organization_members where user_id = $1', [guest.userId])).length).toBe(0);
  });

  it('is made by owners, admins and keys with the scope; never for an owner; never with foreign fields', async () => {
    for (const [role, expected] of [
      ['admin', 201],
      ['billing', 403],
      ['creator', 403],
      ['viewer', 403],
    ] as const) {
      const member = await api.addMember(organizationId, role);
      expect([role, (await invite(`for-${role}@example.com`, 'viewer', member)).status]).toEqual([role, expected]);
    }
    const key = await api.send<{ key: string }>('POST', `/api/organizations/${organizationId}/api-keys`, {
      bearer: owner.accessToken,
      body: { name: 'k', mode: 'live', scopes: ['members:manage'] },
    });
    const byKey = await api.send<{ invitedBy: string }>('POST', path(), {
      bearer: key.body.key,
      body: { email: 'by-key@example.com', role: 'viewer' },
    });
    expect([byKey.status, byKey.body.invitedBy]).toEqual([201, owner.userId]);
    for (const body of [
      { email: 'x@example.com', role: 'owner' },
      { email: 'no address', role: 'viewer' },
      { email: 'x@example.com', role: 'viewer', organizationId: 'x' },
    ]) {
      expect((await api.send<Answer>('POST', path(), { bearer: owner.accessToken, body })).body.code).toBe(
        'request.invalid',
      );
    }
  });

  it('cannot be made a flood of mails to one address, nor carry the inviter’s own text and links', async () => {
    const email = 'flooded@example.com';
    const named = await api.send<{ code?: string }>('PATCH', `/api/organizations/${organizationId}`, {
      bearer: owner.accessToken,
      body: { name: 'Visit http://evil.example/now' },
    });
    expect([named.status, named.body.code]).toEqual([422, 'request.invalid']);
    // As a name may stand in the database from before that rule.
    await api.sql(`update organizations set name = 'Visit http://evil.example/now' where id = $1`, [organizationId]);
    const first = await invite(email);
    for (let i = 0; i < 20; i++) expect((await invite(email)).body).toEqual(first.body);
    const answers = [];
    for (const role of ['viewer', 'creator', 'billing', 'admin', 'viewer', 'billing']) {
      answers.push(await invite(email, role));
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429, 429, 429, 429]);
    expect(answers[5]).toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
      body: { code: 'rate_limit.exceeded', policy: { name: 'invitations-to-one-address', limit: 3 } },
    });
    const mails = await api.sql<{ data: { organization: string } }>(
      'select data from outbound_mails where recipient = $1',
      [email],
    );
    expect(mails.map(({ data }) => data.organization)).toEqual(Array(3).fill('Visit evil example now'));
  });

  it('is listed without its token while it is open, page by page', async () => {
    for (let i = 0; i < 3; i++) await invite(`guest-${i}@example.com`);
    const page = await api.send<{ data: { email: string }[]; nextBefore: string | null }>('GET', `${path()}?limit=2`, {
      bearer: owner.accessToken,
    });
    expect(page.body.data.map((one) => one.email)).toEqual(['guest-2@example.com', 'guest-1@example.com']);
    expect(JSON.stringify(page.body)).not.toContain(await tokenFor('guest-2@example.com'));
    const rest = await api.send<{ data: { email: string }[]; nextBefore: string | null }>(
      'GET',
      `${path()}?limit=2&before=${page.body.nextBefore ?? ''}`,
      { bearer: owner.accessToken },
    );
    expect(rest.body).toMatchObject({ data: [{ email: 'guest-0@example.com' }], nextBefore: null });
  });

  it('takes a seat: members and open invitations together never exceed the plan, also in parallel', async () => {
    await api.sql(`update subscriptions set plan = 'starter' where organization_id = $1`, [organizationId]);
    const [plan] = await api.sql<{ seats: number }>(`select seats from plans where id = 'starter'`);
    const seats = plan?.seats ?? 0;
    const answers = await Promise.all(Array.from({ length: seats + 3 }, (_, i) => invite(`seat-${i}@example.com`)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(seats - 1);
    expect(answers.filter((answer) => answer.body.code === 'organizations.seats_taken')).toHaveLength(4);
    const open = answers.findIndex((answer) => answer.status === 201);
    expect((await invite(`seat-${open}@example.com`)).status).toBe(201);
  });

  it('of another organization is nowhere to be found', async () => {
    const created = await invite('guest@example.com');
    const stranger = await api.register();
    await api.createOrganization(stranger);
    for (const [method, rest] of [
      ['GET', ''],
      ['DELETE', `/${created.body.id}`],
    ] as const) {
      expect((await api.send(method, path(rest), { bearer: stranger.accessToken })).status).toBe(404);
    }
  });

  it('leaves neither token nor link in the database once the mail is sent', async () => {
    await invite('guest@example.com');
    const token = await tokenFor('guest@example.com');
    const [row] = await api.sql<{ dump: string }>(
      `select string_agg(to_jsonb(i)::text, '') as dump from invitations i`,
    );
    expect(row?.dump).not.toContain(token);
  });
});
