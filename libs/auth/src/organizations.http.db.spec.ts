import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestAnswer, type TestApi } from './testing/index.js';

interface MemberPage {
  data: { userId: string }[];
  nextAfter: string | null;
}

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const pageQuery = (after: string | null) => `?limit=2${after ? `&after=${after}` : ''}`;
const withoutRequestId = (body: object) => ({ ...body, requestId: '' });

describe('an organization', () => {
  it('is made with its owner, the free plan, its first credits and a ledger that sums up', async () => {
    // The free plan's credits go to one organization of a person.
    const founder = await api.register();
    const answer = await api.send<{ id: string }>('POST', '/api/organizations', {
      bearer: founder.accessToken,
      body: { name: ' Casa Azul ', country: 'PT', currency: 'USD', locale: 'en', timeZone: 'Europe/Lisbon' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      name: 'Casa Azul',
      slug: 'casa-azul',
      plan: 'free',
      status: 'active',
      country: 'PT',
      currency: 'USD',
      locale: 'en',
      timeZone: 'Europe/Lisbon',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const members = await api.send<{ data: object[] }>('GET', `/api/organizations/${answer.body.id}/members`, {
      bearer: founder.accessToken,
    });
    expect(members.body.data).toEqual([
      { userId: founder.userId, name: 'Ana Prado', email: founder.email, role: 'owner', createdAt: expect.any(String) },
    ]);
    const [balance] = await api.sql<{ granted: string; monthly: string }>(
      `select b.granted, p.monthly_credits as monthly from credit_balances b, plans p
        where b.organization_id = $1 and p.id = 'free'`,
      [answer.body.id],
    );
    expect(balance?.granted).toBe(balance?.monthly);
    expect(await api.sql('select * from check_ledger($1)', [answer.body.id])).toEqual([]);
  });

  it('begins without credits when it is a person’s second, or takes the place of one that was closed', async () => {
    const person = await api.register();
    const grantedTo = async (id: string) =>
      (await api.sql<{ granted: string }>('select granted from credit_balances where organization_id = $1', [id]))[0]
        ?.granted;
    const granted = [];
    for (let round = 0; round < 3; round++) {
      const [id, second] = [await api.createOrganization(person), await api.createOrganization(person)];
      granted.push(await grantedTo(id), await grantedTo(second));
      for (const one of [id, second]) {
        expect((await api.send('DELETE', `/api/organizations/${one}`, { bearer: person.accessToken })).status).toBe(
          204,
        );
      }
    }
    expect(granted).toEqual(['1000', '0', '0', '0', '0', '0']);
  });

  it('gets a short name that avoids others, but one that was asked for is refused when taken', async () => {
    const create = (body: object) =>
      api.send<{ slug: string; code: string }>('POST', '/api/organizations', { bearer: owner.accessToken, body });
    const person = await api.register();
    const first = await api.send<{ slug: string }>('POST', '/api/organizations', {
      bearer: person.accessToken,
      body: { name: 'Twins' },
    });
    const second = await create({ name: 'Twins' });
    expect(first.body.slug).toBe('twins');
    expect(second.body.slug).toMatch(/^twins-[a-z0-9]{5}$/);
    const refused = await create({ name: 'Other', slug: 'twins' });
    expect([refused.status, refused.body.code]).toEqual([409, 'organizations.slug_taken']);
  });

  it('is in the list of its members with their role, and in their "me" with their permissions', async () => {
    const viewer = await api.addMember(organizationId, 'viewer');
    const list = await api.send<{ data: object[] }>('GET', '/api/organizations', { bearer: viewer.accessToken });
    expect(list.body.data).toEqual([
      {
        id: organizationId,
        name: 'Estúdio Água',
        slug: 'estudio-agua',
        plan: 'free',
        status: 'active',
        role: 'viewer',
      },
    ]);
    const me = await api.send<{ organizations: { permissions: string[] }[] }>('GET', '/api/users/me', {
      bearer: viewer.accessToken,
    });
    expect(me.body.organizations).toEqual([expect.objectContaining({ id: organizationId, role: 'viewer' })]);
    expect(me.body.organizations[0]?.permissions).toContain('jobs:read');
    expect(me.body.organizations[0]?.permissions).not.toContain('jobs:create');
  });

  it('is changed by owners and admins only, within its own fields', async () => {
    const patch = async (who: SignedIn, body: object) => {
      const answer = await api.send<{ code?: string; errors?: { pointer: string; code: string }[] }>(
        'PATCH',
        `/api/organizations/${organizationId}`,
        { bearer: who.accessToken, body },
      );
      return [answer.status, answer.body.code, answer.body.errors?.map((error) => `${error.pointer} ${error.code}`)];
    };
    for (const [role, expected] of [
      ['admin', 200],
      ['billing', 403],
      ['creator', 403],
      ['viewer', 403],
    ] as const) {
      const member = await api.addMember(organizationId, role);
      expect([role, (await patch(member, { timeZone: 'America/Bahia' }))[0]]).toEqual([role, expected]);
    }
    expect(await patch(owner, { name: 'Estúdio Novo', slug: 'estudio-novo' })).toEqual([200, undefined, undefined]);
    expect(await patch(owner, {})).toEqual([200, undefined, undefined]);
    for (const field of ['plan', 'status', 'currency', 'orgId', 'credits', 'role', 'deletedAt']) {
      expect(await patch(owner, { [field]: 'x' })).toEqual([422, 'request.invalid', [`/${field} unknown_field`]]);
    }
    expect(await patch(owner, { name: null })).toEqual([422, 'request.invalid', ['/name is_string']]);
    expect(await patch(owner, { timeZone: 'Mars/Olympus' })).toEqual([
      422,
      'request.invalid',
      ['/timeZone is_time_zone'],
    ]);
    const answer = await api.send<{ name: string; timeZone: string }>('GET', `/api/organizations/${organizationId}`, {
      bearer: owner.accessToken,
    });
    expect(answer.body).toMatchObject({ name: 'Estúdio Novo', slug: 'estudio-novo', timeZone: 'America/Bahia' });
  });

  it('of strangers looks like none at all: the same 404 on every route, whatever the id', async () => {
    const stranger = await api.register();
    const bodies = new Set<string>();
    for (const id of [organizationId, randomUUID(), 'no-uuid', '00000000-0000-0000-0000-000000000000']) {
      for (const [method, rest, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { name: 'Mine now' }],
        ['GET', '/members', undefined],
        ['GET', '/api-keys', undefined],
        ['POST', '/api-keys', { name: 'k', mode: 'live', scopes: ['jobs:read'] }],
      ] as const) {
        const answer = await api.send(method, `/api/organizations/${id}${rest}`, {
          bearer: stranger.accessToken,
          body,
        });
        expect([method, rest, answer.status]).toEqual([method, rest, 404]);
        bodies.add(JSON.stringify(withoutRequestId(answer.body)));
      }
    }
    expect(bodies.size).toBe(1);
  });

  it('named in the header must be a UUID of one’s own; without it routes for members ask for it', async () => {
    const stranger = await api.register();
    const send = (header?: string) =>
      api.send<{ code: string }>('GET', '/api/users/me', { bearer: stranger.accessToken, organizationId: header });
    expect((await send()).status).toBe(200);
    for (const foreign of [organizationId, randomUUID()]) {
      const answer = await send(foreign);
      expect([answer.status, answer.body.code]).toEqual([403, 'auth.not_a_member']);
    }
    const malformed = await send('1 or 1=1');
    expect([malformed.status, malformed.body.code]).toEqual([422, 'request.invalid']);
    const mine = await api.send('GET', '/api/users/me', {
      bearer: owner.accessToken,
      organizationId: organizationId.toUpperCase(),
    });
    expect(mine.status).toBe(200);
  });

  it('lets go of a removed member, and suspended it can be read but not changed', async () => {
    const id = await api.createOrganization(owner, 'Short-lived');
    const member = await api.addMember(id, 'admin');
    await api.sql('delete from organization_members where organization_id = $1 and user_id = $2', [id, member.userId]);
    expect((await api.send('GET', `/api/organizations/${id}`, { bearer: member.accessToken })).status).toBe(404);

    const suspended = await api.createOrganization(owner, 'Suspended');
    await api.sql(`update organizations set status = 'suspended' where id = $1`, [suspended]);
    const read = await api.send<{ status: string }>('GET', `/api/organizations/${suspended}`, {
      bearer: owner.accessToken,
    });
    expect([read.status, read.body.status]).toEqual([200, 'suspended']);
    const write = await api.send<{ code: string }>('PATCH', `/api/organizations/${suspended}`, {
      bearer: owner.accessToken,
      body: { name: 'x' },
    });
    expect([write.status, write.body.code]).toEqual([403, 'organizations.suspended']);
  });

  it('pages through its members', async () => {
    const id = await api.createOrganization(owner, 'Crowd');
    for (let i = 0; i < 4; i++) await api.addMember(id, 'creator');
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: TestAnswer<MemberPage> = await api.send<MemberPage>(
        'GET',
        `/api/organizations/${id}/members${pageQuery(after)}`,
        { bearer: owner.accessToken },
      );
      seen.push(...page.body.data.map((member) => member.userId));
      after = page.body.nextAfter;
    } while (after);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  it('is one of ten at most that a person owns, also when made in parallel', async () => {
    const collector = await api.register();
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, i) =>
        api.send<{ code?: string }>('POST', '/api/organizations', {
          bearer: collector.accessToken,
          body: { name: `Number ${i}` },
        }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10);
    expect(answers.filter((answer) => answer.body.code === 'organizations.limit_reached')).toHaveLength(4);
  });

  it('cannot be made by an API key, nor with fields that are not the maker’s to set', async () => {
    const created = await api.send<{ key: string }>('POST', `/api/organizations/${organizationId}/api-keys`, {
      bearer: owner.accessToken,
      body: { name: 'k', mode: 'live', scopes: ['organization:read'] },
    });
    const byKey = await api.send<{ code: string }>('POST', '/api/organizations', {
      bearer: created.body.key,
      body: { name: 'x' },
    });
    expect([byKey.status, byKey.body.code]).toEqual([403, 'auth.permission_denied']);
    const person = await api.register();
    for (const field of ['plan', 'credits', 'status', 'id', 'role']) {
      const answer = await api.send<{ code: string }>('POST', '/api/organizations', {
        bearer: person.accessToken,
        body: { name: 'x', [field]: 'enterprise' },
      });
      expect([field, answer.status, answer.body.code]).toEqual([field, 422, 'request.invalid']);
    }
  });
});
