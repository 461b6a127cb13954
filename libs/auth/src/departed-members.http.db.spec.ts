import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';

let database: TestDatabase;
let api: TestApi;
/** Another process of the API, with memories of its own. */
let other: TestApi;
let owner: SignedIn;
let admin: SignedIn;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  [api, other] = await Promise.all([startTestApi(database), startTestApi(database)]);
});
afterAll(async () => {
  await Promise.all([api.close(), other.close()]);
  await database.drop();
});
beforeEach(async () => {
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
  await api.sql(`select private.set_plan($1, 'business')`, [organizationId]);
  admin = await api.addMember(organizationId, 'admin');
});

const path = (rest: string) => `/api/organizations/${organizationId}${rest}`;
const by = (bearer: string, method: string, rest: string, body?: object, on = api) =>
  on.send<{ code?: string; detail?: string; id: string; key: string; data: Record<string, unknown>[] }>(
    method,
    path(rest),
    { bearer, body },
  );
async function makeKey(scopes: string[]): Promise<{ id: string; key: string }> {
  const { status, body } = await by(admin.accessToken, 'POST', '/api-keys', { name: 'k', mode: 'live', scopes });
  expect(status).toBe(201);
  return body;
}
/** What a process answers once its memory of some seconds is over. */
async function untilRefused(key: string, on: TestApi, rest = '/members') {
  for (;;) {
    const { status, body } = await by(key, 'GET', rest, undefined, on);
    if (status !== 200) return [status, body.code];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
async function invite(bearer: string): Promise<{ guest: SignedIn; token: string }> {
  const guest = await api.register();
  expect((await by(bearer, 'POST', '/invitations', { email: guest.email, role: 'admin' })).status).toBe(201);
  const [mail] = await api.sql<{ token: string }>(
    `select split_part(data ->> 'url', '#token=', 2) as token from outbound_mails
      where recipient = $1 and template = 'organizations.invitation'`,
    [guest.email],
  );
  return { guest, token: mail?.token ?? '' };
}
const accept = async ({ guest, token }: { guest: SignedIn; token: string }) => {
  const answer = await api.send<{ code?: string }>('POST', '/api/invitations/accept', {
    bearer: guest.accessToken,
    body: { token },
  });
  return [answer.status, answer.body.code];
};
const linesOf = async (target: string) =>
  (
    await api.sql<{ action: string }>(
      `select action from audit_logs where organization_id = $1 and target_id = $2 and action <> 'api_keys.create' order by action`,
      [organizationId, target],
    )
  ).map(({ action }) => action);

describe('somebody who is removed', () => {
  it('keeps no power through the keys they made, in any process', async () => {
    const { id, key } = await makeKey(['members:read', 'members:manage']);
    for (const on of [api, other]) expect((await by(key, 'GET', '/members', undefined, on)).status).toBe(200);
    expect((await by(owner.accessToken, 'DELETE', `/members/${admin.userId}`)).status).toBe(204);
    for (const on of [api, other]) expect(await untilRefused(key, on)).toEqual([401, 'auth.api_key_orphaned']);
    expect((await by(key, 'POST', '/invitations', { email: admin.email, role: 'admin' })).status).toBe(401);
    expect(await linesOf(id)).toEqual(['api_keys.orphan']);
    const events = await api.sql('select data from events where type = $1 and subject_id = $2', [
      'api_key.orphaned',
      id,
    ]);
    expect(events).toEqual([{ data: { apiKeyId: id, name: 'k', createdBy: admin.userId } }]);
  });

  it('leaves keys that the list names as orphaned, and that somebody who stays can rotate', async () => {
    const { id, key } = await makeKey(['members:read']);
    expect((await by(admin.accessToken, 'POST', '/leave')).status).toBe(204);
    const { body } = await by(owner.accessToken, 'GET', '/api-keys');
    expect(body.data).toMatchObject([{ id, orphaned: true, scopes: ['members:read'], effectiveScopes: [] }]);
    const rotated = await by(owner.accessToken, 'POST', `/api-keys/${id}/rotate`, {});
    expect([rotated.status, (await by(rotated.body.key, 'GET', '/members')).status]).toEqual([201, 200]);
    expect(await untilRefused(key, api)).toEqual([401, 'auth.api_key_orphaned']);
  });

  it('leaves no open invitation behind, neither of their own nor by a key', async () => {
    const { key } = await makeKey(['members:manage']);
    const invited = [await invite(admin.accessToken), await invite(key)];
    await by(owner.accessToken, 'DELETE', `/members/${admin.userId}`);
    for (const one of invited) expect(await accept(one)).toEqual([404, 'organizations.invitation_invalid']);
    expect((await by(owner.accessToken, 'GET', '/invitations')).body.data).toEqual([]);
  });

  it('is told of in the organization when the account is erased', async () => {
    const { id } = await makeKey(['members:read']);
    const erased = await api.send('POST', '/api/users/me/delete', {
      bearer: admin.accessToken,
      body: { password: 'lisbon-orchid-42-tram' },
    });
    expect(erased.status).toBe(204);
    expect(await linesOf(id)).toEqual(['api_keys.orphan']);
    expect(
      await api.sql('select from events where type = $1 and subject_id = $2', ['api_key.orphaned', id]),
    ).toHaveLength(1);
  });
});

describe('somebody whose role is lowered', () => {
  it('has keys that can do what the lower role can, and no open invitations', async () => {
    const { id, key } = await makeKey(['members:read', 'api_keys:read']);
    const invited = await invite(admin.accessToken);
    expect((await by(key, 'GET', '/api-keys')).status).toBe(200);
    await by(owner.accessToken, 'PATCH', `/members/${admin.userId}`, { role: 'viewer' });
    expect(await untilRefused(key, api, '/api-keys')).toEqual([403, 'auth.permission_denied']);
    expect((await by(key, 'GET', '/members')).status).toBe(200);
    expect(await linesOf(id)).toEqual(['api_keys.narrow']);
    const { body } = await by(owner.accessToken, 'GET', '/api-keys');
    expect(body.data).toMatchObject([{ id, orphaned: false, effectiveScopes: ['members:read'] }]);
    expect(await accept(invited)).toEqual([404, 'organizations.invitation_invalid']);
  });
});

describe('an organization that is closed', () => {
  it('takes nobody in by an invitation that was open', async () => {
    const invited = await invite(owner.accessToken);
    expect((await by(owner.accessToken, 'DELETE', '')).status).toBe(204);
    expect(await accept(invited)).toEqual([404, 'organizations.invitation_invalid']);
    const open = 'select from invitations where organization_id = $1 and revoked_at is null';
    expect(await api.sql(open, [organizationId])).toEqual([]);
  });
});
