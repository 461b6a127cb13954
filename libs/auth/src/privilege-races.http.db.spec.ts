import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';

let database: TestDatabase;
let api: TestApi;
/** Another process of the API, with memories of its own. */
let other: TestApi;

beforeAll(async () => {
  database = await createTestDatabase();
  [api, other] = await Promise.all([startTestApi(database), startTestApi(database)]);
});
afterAll(async () => {
  await Promise.all([api.close(), other.close()]);
  await database.drop();
});

const statusOf = async (on: TestApi, person: SignedIn, path: string) =>
  (await on.send('GET', path, { bearer: person.accessToken })).status;
/** What one process changed, the others know when their memory of some seconds is over. */
async function untilRefused(on: TestApi, person: SignedIn, path: string): Promise<number> {
  for (let status = await statusOf(on, person, path); ; status = await statusOf(on, person, path)) {
    if (status !== 200) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('at the same moment', () => {
  it('two owners who unmake each other, in two processes, leave one owner', async () => {
    const first = await api.register();
    const organizationId = await api.createOrganization(first);
    const second = await api.addMember(organizationId, 'owner');
    const unmake = (on: TestApi, by: SignedIn, whom: SignedIn) =>
      on.send('PATCH', `/api/organizations/${organizationId}/members/${whom.userId}`, {
        bearer: by.accessToken,
        body: { role: 'viewer' },
      });
    const answers = await Promise.all([unmake(api, first, second), unmake(other, second, first)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const owners = await api.sql(`select from organization_members where organization_id = $1 and role = 'owner'`, [
      organizationId,
    ]);
    expect(owners).toHaveLength(1);
  });

  it('an invitation that is accepted ten times makes one member, once, and one line in the audit log', async () => {
    const owner = await api.register();
    const organizationId = await api.createOrganization(owner);
    await api.sql(`select private.set_plan($1, 'business')`, [organizationId]);
    const guest = await api.register();
    await api.send('POST', `/api/organizations/${organizationId}/invitations`, {
      bearer: owner.accessToken,
      body: { email: guest.email, role: 'creator' },
    });
    const [mail] = await api.sql<{ token: string }>(
      `select split_part(data ->> 'url', '#token=', 2) as token from outbound_mails
        where recipient = $1 and template = 'organizations.invitation'`,
      [guest.email],
    );
    const accept = (on: TestApi) =>
      on.send('POST', '/api/invitations/accept', { bearer: guest.accessToken, body: { token: mail?.token } });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, turn) => accept(turn % 2 ? api : other)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array<number>(9).fill(404)]);
    const members = await api.sql('select from organization_members where user_id = $1', [guest.userId]);
    const lines = await api.sql(`select from audit_logs where action = 'members.join' and target_id = $1`, [
      guest.userId,
    ]);
    expect([members.length, lines.length]).toEqual([1, 1]);
  });
});

describe('in another process that has just let them in', () => {
  it('somebody whose role was lowered is refused', async () => {
    const owner = await api.register();
    const organizationId = await api.createOrganization(owner);
    const admin = await api.addMember(organizationId, 'admin');
    const path = `/api/organizations/${organizationId}/api-keys`;
    expect(await statusOf(other, admin, path)).toBe(200);
    await api.send('PATCH', `/api/organizations/${organizationId}/members/${admin.userId}`, {
      bearer: owner.accessToken,
      body: { role: 'viewer' },
    });
    expect(await untilRefused(other, admin, path)).toBe(403);
  });

  it('somebody who signed out is refused', async () => {
    const person = await api.register();
    expect(await statusOf(other, person, '/api/organizations')).toBe(200);
    await api.send('POST', '/api/auth/logout', { bearer: person.accessToken });
    expect(await untilRefused(other, person, '/api/organizations')).toBe(401);
  });
});
