import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditNotes } from '#core/audit';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { MembershipsService } from '#organizations';
import { type SignedIn, startTestApi, STRONG_PASSWORD, type TestApi } from './testing/index.js';

interface Line {
  id: string;
  actorType: string;
  actorId: string | null;
  action: string;
  outcome: string;
  targetId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  address: string | null;
  agent: string | null;
  requestId: string | null;
  sequence: number | null;
}
interface Page {
  data: Line[];
  nextBefore: string | null;
}

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
  owner = await api.register('Odete Prado');
  organizationId = await api.createOrganization(owner);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const notes = () => api.app.get(AuditNotes, { strict: false }).flush();
async function read(query = '', reader = owner, organization = organizationId): Promise<Page> {
  await notes();
  const answer = await api.send<Page>('GET', `/api/audit?${query}`, {
    bearer: reader.accessToken,
    organizationId: organization,
  });
  expect(answer.status).toBe(200);
  return answer.body;
}
const createKey = (body: object = {}, headers: Record<string, string> = {}) =>
  api.send<{ id: string; key: string }>('POST', `/api/organizations/${organizationId}/api-keys`, {
    bearer: owner.accessToken,
    body: { name: 'Website', mode: 'live', scopes: ['jobs:read'], ...body },
    headers,
  });

describe('a change', () => {
  it('is told with who, what, from where, by which program and in which request', async () => {
    const { body: key } = await createKey({}, { 'user-agent': 'Website/1.2' });
    const [line] = (await read(`targetId=${key.id}`)).data;
    expect(line).toMatchObject({
      actorType: 'user',
      actorId: owner.userId,
      action: 'api_keys.create',
      outcome: 'success',
      after: { mode: 'live', scopes: ['jobs:read'] },
      address: '127.0.0.1',
      agent: 'Website/1.2',
    });
    expect(line?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('that was refused leaves no line', async () => {
    const before = (await read('outcome=success&limit=200')).data.length;
    await createKey({ scopes: ['no:such'] });
    expect((await read('outcome=success&limit=200')).data).toHaveLength(before);
  });

  it('of a person shows no secret, no name and no address of theirs anywhere in the log', async () => {
    const person = await api.register('Zoraide Quintela');
    const invited = `zoraide-${randomUUID()}@example.com`;
    await api.send('POST', `/api/organizations/${organizationId}/invitations`, {
      bearer: owner.accessToken,
      body: { email: invited, role: 'viewer' },
    });
    const { body: key } = await createKey({ name: 'Zoraide Quintela' });
    await api.send('POST', '/api/auth/login', { body: { email: person.email, password: 'wrong' } });
    await notes();
    const log = JSON.stringify(await api.sql('select * from audit_logs'));
    for (const text of ['Zoraide', invited, person.email, key.key, STRONG_PASSWORD]) expect(log).not.toContain(text);
  });

  it('on the own account is told in the log of the platform', async () => {
    const person = await api.register();
    await api.send('POST', '/api/auth/login', { body: { email: person.email, password: STRONG_PASSWORD } });
    await api.send('POST', '/api/auth/login', { body: { email: person.email, password: 'wrong' } });
    await api.send('POST', '/api/auth/logout', { bearer: person.accessToken });
    await notes();
    const lines = await api.sql<{ action: string; outcome: string }>(
      `select action, outcome from audit_logs where organization_id is null and (actor_id = $1 or target_id = $1::text) order by action`,
      [person.userId],
    );
    expect(lines).toEqual([
      { action: 'accounts.register', outcome: 'success' },
      { action: 'sessions.end', outcome: 'success' },
      { action: 'sessions.open', outcome: 'success' },
      { action: 'sessions.refuse', outcome: 'failed' },
    ]);
  });
});

describe('a denial', () => {
  const denialsOf = async (actorId: string, organization = organizationId) =>
    (await read(`action=access.deny&actorId=${actorId}`, owner, organization)).data;

  it('for a role that is too small is told, with the route and the reason', async () => {
    const viewer = await api.addMember(organizationId, 'viewer');
    await api.send('PATCH', `/api/organizations/${organizationId}`, {
      bearer: viewer.accessToken,
      body: { name: 'X' },
    });
    expect(await denialsOf(viewer.userId)).toMatchObject([
      {
        outcome: 'denied',
        targetId: 'PATCH /api/organizations/:organizationId',
        after: { code: 'auth.permission_denied' },
        actorType: 'user',
        address: '127.0.0.1',
      },
    ]);
  });

  it('of a key is told in its organization: revoked, from elsewhere, in another organization', async () => {
    const { body: revoked } = await createKey();
    await api.send('DELETE', `/api/organizations/${organizationId}/api-keys/${revoked.id}`, {
      bearer: owner.accessToken,
    });
    await api.send('GET', '/api/audit', { apiKey: revoked.key });
    const { body: fenced } = await createKey({ ipAllow: ['203.0.113.0/24'] });
    await api.send('GET', '/api/audit', { apiKey: fenced.key });
    const { body: stray } = await createKey();
    const elsewhere = randomUUID();
    await api.send('GET', `/api/organizations/${elsewhere}`, { apiKey: stray.key });
    expect(await denialsOf(revoked.id)).toMatchObject([
      { actorType: 'api_key', after: { code: 'auth.api_key_revoked' } },
    ]);
    expect(await denialsOf(fenced.id)).toMatchObject([{ after: { code: 'auth.address_not_allowed' } }]);
    expect(await denialsOf(stray.id)).toMatchObject([
      { after: { code: 'resource.not_found', organizationId: elsewhere } },
    ]);
  });

  it('of a stranger is told in the log of the platform, not in that of the organization they asked for', async () => {
    const stranger = await api.register();
    await api.send('GET', `/api/organizations/${organizationId}`, { bearer: stranger.accessToken });
    expect(await denialsOf(stranger.userId)).toEqual([]);
    const lines = await api.sql('select organization_id, after from audit_logs where actor_id = $1 and outcome = $2', [
      stranger.userId,
      'denied',
    ]);
    expect(lines).toEqual([{ organization_id: null, after: { code: 'resource.not_found', organizationId } }]);
  });

  it('a thousand times over fills no database: a flood is counted and told in a few lines', async () => {
    const viewer = await api.addMember(organizationId, 'viewer');
    const knock = () =>
      api.send('DELETE', `/api/organizations/${organizationId}/members/${randomUUID()}`, {
        bearer: viewer.accessToken,
      });
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 100 }, knock));
    const lines = await denialsOf(viewer.userId);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(5);
  });
});

describe('reading', () => {
  it('takes the permission, filters by everything, and pages without losing or repeating a line', async () => {
    for (const role of ['billing', 'creator', 'viewer'] as const) {
      const member = await api.addMember(organizationId, role);
      const answer = await api.send('GET', '/api/audit', { bearer: member.accessToken, organizationId });
      expect(answer.status).toBe(403);
    }
    const all = (await read('limit=200')).data;
    const paged: string[] = [];
    for (let before = ''; ;) {
      const page: Page = await read(`limit=3${before}`);
      paged.push(...page.data.map(({ id }) => id));
      if (page.nextBefore === null) break;
      before = `&before=${page.nextBefore}`;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
    expect((await read('action=api_keys.*')).data.every(({ action }) => action.startsWith('api_keys.'))).toBe(true);
    expect((await read('actorType=api_key')).data.length).toBeGreaterThan(0);
    expect((await read('to=2020-01-01T00:00:00Z')).data).toEqual([]);
    expect((await read('from=2020-01-01T00:00:00Z&limit=200')).data).toHaveLength(all.length);
    expect((await read(`actorId=${randomUUID()}`)).data).toEqual([]);
  });

  it('shows an organization its own lines only, also by a cursor of another', async () => {
    const other = await api.register();
    const otherOrganization = await api.createOrganization(other);
    const { data } = await read('limit=200', other, otherOrganization);
    expect(data.map(({ action }) => action)).toEqual(['organizations.create']);
    expect((await read(`before=${data[0]?.id ?? ''}`)).data).toEqual([]);
  });

  it('exports everything as JSON and as CSV in which no cell is a formula, where the plan includes it', async () => {
    const refused = await api.send('GET', '/api/audit/export', { bearer: owner.accessToken, organizationId });
    expect(refused).toMatchObject({ status: 402, body: { code: 'plan.feature_missing', feature: 'audit_export' } });
    await api.sql(`select private.set_plan($1, 'business')`, [organizationId]);
    api.app.get(MembershipsService, { strict: false }).forget(owner.userId, organizationId);
    await createKey({}, { 'user-agent': '=cmd|"/c calc"!A1, "quoted"' });
    const download = async (format: string) => {
      const answer = await api.app.inject({
        url: `/api/audit/export?format=${format}`,
        headers: { authorization: `Bearer ${owner.accessToken}`, 'x-organization-id': organizationId },
      });
      expect(answer.statusCode).toBe(200);
      return answer;
    };
    const json = await download('json');
    const lines = JSON.parse(json.body) as Line[];
    expect(lines.length).toBeGreaterThan(5);
    expect(lines[0]).toMatchObject({ action: 'audit.export', after: { format: 'json' } });
    const csv = await download('csv');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.body.split('\r\n')[0]).toMatch(/^id,createdAt,actorType,/);
    expect(csv.body.trimEnd().split('\r\n')).toHaveLength(lines.length + 2);
    expect(csv.body).toContain(`"'=cmd|""/c calc""!A1, ""quoted"""`);
  });
});

describe('the chain', () => {
  interface Verification {
    intact: boolean;
    sealedLines: number;
    firstBreak: { organizationId: string | null; auditLogId: string | null; sequence: number; problem: string } | null;
  }
  let operator: SignedIn;
  beforeAll(async () => {
    operator = await api.registerOperator();
  });
  const verify = async (organization?: string) => {
    const query = organization ? `?organizationId=${organization}` : '';
    const answer = await api.send<Verification>('GET', `/api/admin/audit/verify${query}`, {
      bearer: operator.accessToken,
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  /** As somebody with the owner's login would: past the triggers. */
  const tamper = async (...statements: string[]): Promise<void> => {
    await api.sql('alter table audit_logs disable trigger refuse_change');
    for (const statement of statements) await api.sql(statement);
    await api.sql('alter table audit_logs enable trigger refuse_change');
  };
  /** A fresh organization with five sealed lines. */
  const sealed = async (): Promise<{ id: string; lines: string[] }> => {
    const maker = await api.register();
    const id = await api.createOrganization(maker);
    for (const name of ['A', 'B', 'C', 'D']) {
      await api.send('PATCH', `/api/organizations/${id}`, { bearer: maker.accessToken, body: { name } });
    }
    await tamper(`update audit_logs set created_at = created_at - interval '10 seconds' where seal_sequence is null`);
    await api.sql('select private.seal_audit_logs()');
    const rows = await api.sql<{ id: string }>(
      'select id from audit_logs where organization_id = $1 order by seal_sequence',
      [id],
    );
    expect(rows).toHaveLength(5);
    return { id, lines: rows.map((row) => row.id) };
  };

  it('is for operators only, and never for a key', async () => {
    const answer = await api.send('GET', '/api/admin/audit/verify', { bearer: owner.accessToken });
    expect(answer.status).toBe(403);
    const { body: key } = await createKey();
    expect((await api.send('GET', '/api/admin/audit/verify', { apiKey: key.key })).status).toBe(403);
  });

  it('of an organization that never was is not found, instead of called intact', async () => {
    const answer = await api.send<{ code: string }>('GET', `/api/admin/audit/verify?organizationId=${randomUUID()}`, {
      bearer: operator.accessToken,
    });
    expect([answer.status, answer.body.code]).toEqual([404, 'resource.not_found']);
  });

  it('is read by operators for one organization, for the platform itself, or for all, and by nobody else', async () => {
    await createKey();
    await api.send('POST', '/api/auth/login', { body: { email: owner.email, password: STRONG_PASSWORD } });
    await notes();
    const lines = async (query: string) => {
      const answer = await api.send<Page>('GET', `/api/admin/audit?limit=200&${query}`, {
        bearer: operator.accessToken,
      });
      expect(answer.status).toBe(200);
      return new Set(answer.body.data.map(({ action }) => action));
    };
    expect((await lines('organization=none')).has('sessions.open')).toBe(true);
    expect((await lines('organization=none')).has('api_keys.create')).toBe(false);
    expect((await lines(`organization=${organizationId}`)).has('api_keys.create')).toBe(true);
    expect((await lines(`organization=${organizationId}`)).has('sessions.open')).toBe(false);
    const all = await lines('action=sessions.*');
    expect(all.has('sessions.open')).toBe(true);
    expect((await lines(`organization=all&action=api_keys.create`)).has('api_keys.create')).toBe(true);
    expect((await api.send('GET', '/api/admin/audit', { bearer: owner.accessToken })).status).toBe(403);
  });

  it('is read by operators page by page, without a line twice', async () => {
    const page = async (before = '') =>
      (
        await api.send<Page>('GET', `/api/admin/audit?organization=none&limit=2${before && `&before=${before}`}`, {
          bearer: operator.accessToken,
        })
      ).body;
    const first = await page();
    const second = await page(first.nextBefore ?? '');
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([4, 4]);
  });

  it.each([
    ['action=no.such', '/action'],
    ['action=nothing.*', '/action'],
    ['from=2026-11-22T10:00:00Z&to=2026-11-21T10:00:00Z', '/from'],
  ])('refuses the filter %s with advice', async (query, pointer) => {
    const answer = await api.send<{ errors?: { pointer: string }[] }>('GET', `/api/admin/audit?${query}`, {
      bearer: operator.accessToken,
    });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  it('is exported by operators: of one organization, of the platform itself, or of all, with a line of its own', async () => {
    const { id } = await sealed();
    await notes();
    const download = async (query: string) => {
      const answer = await api.app.inject({
        url: `/api/admin/audit/export?${query}`,
        headers: { authorization: `Bearer ${operator.accessToken}` },
      });
      expect(answer.statusCode).toBe(200);
      return answer.body;
    };
    const json = async (query: string) =>
      JSON.parse(await download(`format=json&${query}`)) as (Line & { organizationId: string | null })[];
    const ofOne = await json(`organization=${id}`);
    expect(ofOne).toHaveLength(5);
    expect(new Set(ofOne.map(({ organizationId }) => organizationId))).toEqual(new Set([id]));
    const ofPlatform = await json('organization=none');
    expect(ofPlatform[0]).toMatchObject({
      ...{ action: 'audit.export', actorType: 'operator', actorId: operator.userId, organizationId: null },
    });
    expect(ofPlatform[1]).toMatchObject({ action: 'audit.export', targetId: id });
    expect(new Set(ofPlatform.map(({ organizationId }) => organizationId))).toEqual(new Set([null]));
    const csv = (await download('action=audit.export')).trimEnd().split('\r\n');
    expect(csv[0]).toMatch(/,organizationId$/);
    expect(csv.length).toBeGreaterThan(3);
    expect((await api.send('GET', '/api/admin/audit/export', { bearer: owner.accessToken })).status).toBe(403);
  });

  it('holds when nobody touched it', async () => {
    const { id } = await sealed();
    expect(await verify(id)).toMatchObject({ intact: true, sealedLines: 5, firstBreak: null });
  });

  it('names the line that was edited by hand', async () => {
    const { id, lines } = await sealed();
    await tamper(`update audit_logs set actor_id = gen_random_uuid() where id = '${lines[2] ?? ''}'`);
    expect((await verify(id)).firstBreak).toEqual({
      organizationId: id,
      auditLogId: lines[2],
      sequence: 3,
      problem: 'the row was changed after it was sealed',
    });
  });

  it('names the line whose hash was made to fit after an edit', async () => {
    const { id, lines } = await sealed();
    const line = lines[2] ?? '';
    await tamper(
      `update audit_logs set actor_id = gen_random_uuid() where id = '${line}'`,
      `set timezone = 'UTC'`,
      `update audit_logs a set row_hash = private.audit_row_hash(a) where id = '${line}'`,
    );
    expect((await verify(id)).firstBreak).toMatchObject({
      auditLogId: line,
      problem: 'the chain does not continue here',
    });
  });

  it.each([
    ['the beginning', [0], 2, 'rows before this one are missing'],
    ['the middle', [2], 4, 'rows before this one are missing'],
    ['the end', [4], 5, 'rows at the end of the chain are missing'],
    ['everywhere', [0, 1, 2, 3, 4], 5, 'rows at the end of the chain are missing'],
  ])('notices lines that were taken from %s', async (_where, taken, sequence, problem) => {
    const { id, lines } = await sealed();
    await tamper(`delete from audit_logs where id in (${taken.map((at) => `'${lines[at] ?? ''}'`).join(', ')})`);
    expect((await verify(id)).firstBreak).toMatchObject({ organizationId: id, sequence, problem });
  });

  it('names the line that was put in, at a taken place or after the end', async () => {
    for (const [place, problem] of [
      [3, 'the row was put in: its place in the chain is taken'],
      [6, 'the row was put in: it comes after the end of the chain'],
    ] as const) {
      const { id } = await sealed();
      await tamper(
        `set timezone = 'UTC'`,
        `insert into audit_logs (organization_id, actor_type, action, created_at, seal_sequence, row_hash, chain_hash)
         values ('${id}', 'user', 'x.y', now(), ${place}, '\\x00', '\\x00')`,
        `update audit_logs a set row_hash = private.audit_row_hash(a) where organization_id = '${id}' and action = 'x.y'`,
      );
      expect((await verify(id)).firstBreak).toMatchObject({ sequence: place, problem });
    }
  });

  it('still holds when retention has deleted what was past it', async () => {
    const { id, lines } = await sealed();
    const other = await sealed();
    const aged = lines.slice(0, 3).map((line) => `'${line}'`);
    // Lines that really are old: sealed with their old time.
    await tamper(
      `update audit_logs set seal_sequence = null, row_hash = null, chain_hash = null where organization_id = '${id}'`,
      `update audit_logs set created_at = created_at - interval '3 years' where id in (${aged.join(', ')})`,
      `delete from audit_chains where chain = '${id}'`,
    );
    await api.sql('select private.seal_audit_logs()');
    await api.sql('select private.apply_retention()');
    const left = await api.sql('select id from audit_logs where organization_id = $1', [id]);
    expect(left).toHaveLength(2);
    expect(await verify(id)).toMatchObject({ intact: true, sealedLines: 2 });
    expect(await verify(other.id)).toMatchObject({ intact: true, sealedLines: 5 });
  });
});
