import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';

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
});

const path = (rest: string) => `/api/organizations/${organizationId}${rest}`;
async function send(who: SignedIn, method: string, rest: string, body?: object) {
  const answer = await api.send<{ code?: string; role?: string }>(method, path(rest), {
    bearer: who.accessToken,
    body,
  });
  return [answer.status, answer.body.code ?? answer.body.role];
}
const roles = async () =>
  Object.fromEntries(
    (
      await api.sql<{ user_id: string; role: string }>(
        'select user_id, role from organization_members where organization_id = $1',
        [organizationId],
      )
    ).map((row) => [row.user_id, row.role]),
  );

describe('the members of an organization', () => {
  it('get another role from owners and admins, which counts at once', async () => {
    const member = await api.addMember(organizationId, 'viewer');
    const admin = await api.addMember(organizationId, 'admin');
    expect(await send(member, 'GET', '/api-keys')).toEqual([403, 'auth.permission_denied']);
    expect(await send(admin, 'PATCH', `/members/${member.userId}`, { role: 'admin' })).toEqual([200, 'admin']);
    expect((await send(member, 'GET', '/api-keys'))[0]).toBe(200);
    expect(await send(owner, 'PATCH', `/members/${member.userId}`, { role: 'viewer' })).toEqual([200, 'viewer']);
    expect(await send(member, 'GET', '/api-keys')).toEqual([403, 'auth.permission_denied']);
  });

  it('cannot promote themselves, and nobody but owners touches owners', async () => {
    const admin = await api.addMember(organizationId, 'admin');
    const creator = await api.addMember(organizationId, 'creator');
    expect(await send(creator, 'PATCH', `/members/${creator.userId}`, { role: 'admin' })).toEqual([
      403,
      'auth.permission_denied',
    ]);
    expect(await send(admin, 'PATCH', `/members/${admin.userId}`, { role: 'owner' })).toEqual([
      403,
      'organizations.owners_only',
    ]);
    expect(await send(admin, 'PATCH', `/members/${creator.userId}`, { role: 'owner' })).toEqual([
      403,
      'organizations.owners_only',
    ]);
    expect(await send(admin, 'PATCH', `/members/${owner.userId}`, { role: 'viewer' })).toEqual([
      403,
      'organizations.owners_only',
    ]);
    expect(await send(admin, 'DELETE', `/members/${owner.userId}`)).toEqual([403, 'organizations.owners_only']);
    expect(await roles()).toEqual({ [owner.userId]: 'owner', [admin.userId]: 'admin', [creator.userId]: 'creator' });
  });

  it('cannot be managed by an API key beyond an admin’s powers', async () => {
    const created = await api.send<{ key: string }>('POST', path('/api-keys'), {
      bearer: owner.accessToken,
      body: { name: 'k', mode: 'live', scopes: ['members:manage', 'organization:delete'] },
    });
    const creator = await api.addMember(organizationId, 'creator');
    const byKey = async (method: string, rest: string, body?: object) => {
      const answer = await api.send<{ code?: string }>(method, path(rest), { bearer: created.body.key, body });
      return [answer.status, answer.body.code];
    };
    expect(await byKey('PATCH', `/members/${creator.userId}`, { role: 'owner' })).toEqual([
      403,
      'organizations.owners_only',
    ]);
    expect(await byKey('DELETE', `/members/${owner.userId}`)).toEqual([403, 'organizations.owners_only']);
    expect(await byKey('POST', '/transfer-ownership', { userId: creator.userId })).toEqual([
      403,
      'auth.permission_denied',
    ]);
    expect(await byKey('DELETE', '')).toEqual([403, 'auth.permission_denied']);
    expect(await byKey('PATCH', `/members/${creator.userId}`, { role: 'viewer' })).toEqual([200, undefined]);
  });

  it('leave or are removed, and see nothing any more', async () => {
    const viewer = await api.addMember(organizationId, 'viewer');
    const creator = await api.addMember(organizationId, 'creator');
    expect(await send(viewer, 'POST', '/leave')).toEqual([204, undefined]);
    expect(await send(viewer, 'GET', '')).toEqual([404, 'resource.not_found']);
    expect(await send(owner, 'DELETE', `/members/${creator.userId}`)).toEqual([204, undefined]);
    expect(await send(creator, 'GET', '')).toEqual([404, 'resource.not_found']);
    expect(await send(owner, 'DELETE', `/members/${creator.userId}`)).toEqual([404, 'resource.not_found']);
    expect(await send(owner, 'DELETE', `/members/${randomUUID()}`)).toEqual([404, 'resource.not_found']);
    expect(await send(owner, 'PATCH', '/members/no-uuid', { role: 'viewer' })).toEqual([404, 'resource.not_found']);
    expect(await send(owner, 'PATCH', `/members/${owner.userId}`, { role: 'emperor' })).toEqual([
      422,
      'request.invalid',
    ]);
  });

  it('keep an owner: the last one cannot leave, step down or be removed, also when two leave at once', async () => {
    expect(await send(owner, 'POST', '/leave')).toEqual([409, 'organizations.last_owner']);
    expect(await send(owner, 'PATCH', `/members/${owner.userId}`, { role: 'admin' })).toEqual([
      409,
      'organizations.last_owner',
    ]);
    expect(await send(owner, 'DELETE', `/members/${owner.userId}`)).toEqual([409, 'organizations.last_owner']);
    const second = await api.addMember(organizationId, 'owner');
    const answers = await Promise.all([send(owner, 'POST', '/leave'), send(second, 'POST', '/leave')]);
    expect(answers.map(([status]) => status).sort()).toEqual([204, 409]);
    expect(Object.values(await roles())).toEqual(['owner']);
  });

  it('get a new owner by transfer in one step; only a member can be one', async () => {
    const heir = await api.addMember(organizationId, 'billing');
    const stranger = await api.register();
    expect(await send(owner, 'POST', '/transfer-ownership', { userId: stranger.userId })).toEqual([
      404,
      'resource.not_found',
    ]);
    expect(await send(heir, 'POST', '/transfer-ownership', { userId: heir.userId })).toEqual([
      403,
      'auth.permission_denied',
    ]);
    expect(await send(owner, 'POST', '/transfer-ownership', { userId: heir.userId })).toEqual([204, undefined]);
    expect(await roles()).toEqual({ [owner.userId]: 'admin', [heir.userId]: 'owner' });
  });

  it('lose sight of a closed organization, whose keys end and whose short name is free again', async () => {
    const admin = await api.addMember(organizationId, 'admin');
    const created = await api.send<{ key: string }>('POST', path('/api-keys'), {
      bearer: owner.accessToken,
      body: { name: 'k', mode: 'live', scopes: ['organization:read'] },
    });
    const before = await api.send<{ slug: string }>('GET', path(''), { bearer: owner.accessToken });
    expect(await send(admin, 'DELETE', '')).toEqual([403, 'auth.permission_denied']);
    expect(await send(owner, 'DELETE', '')).toEqual([204, undefined]);
    expect(await send(owner, 'GET', '')).toEqual([404, 'resource.not_found']);
    const byKey = await api.send<{ code: string }>('GET', path(''), { bearer: created.body.key });
    expect([byKey.status, byKey.body.code]).toEqual([401, 'auth.api_key_invalid']);
    const list = await api.send<{ data: object[] }>('GET', '/api/organizations', { bearer: owner.accessToken });
    expect(list.body.data).toEqual([]);
    const again = await api.send('POST', '/api/organizations', {
      bearer: owner.accessToken,
      body: { name: 'Again', slug: before.body.slug },
    });
    expect(again.status).toBe(201);
  });
});
