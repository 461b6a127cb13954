import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authenticated, principalOf } from '#core/http';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { mintApiKey } from './api-key.js';
import { ApiKeyUsageService } from './api-key-usage.service.js';
import type { ApiKeyDto, ApiKeyPageDto, CreatedApiKeyDto } from './api-keys.dto.js';
import { type SignedIn, startTestApi, type TestAnswer, type TestApi } from './testing/index.js';

/** Stands for the features: says who asked. */
@Controller('api/probe')
class ProbeController {
  @Get()
  @Authenticated({ permission: 'jobs:read' })
  read(@Req() request: FastifyRequest) {
    const { organization, ...principal } = principalOf(request);
    return { ...principal, organization: { ...organization, permissions: [...(organization?.permissions ?? [])] } };
  }

  @Post()
  @Authenticated({ permission: 'jobs:create' })
  write() {
    return {};
  }
}

let database: TestDatabase;
let api: TestApi;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, { controllers: [ProbeController] });
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const path = (rest = '', organization = organizationId) => `/api/organizations/${organization}/api-keys${rest}`;
const pageQuery = (before: string | null) => `?limit=2${before ? `&before=${before}` : ''}`;
const minimal = { name: 'Website', mode: 'live', scopes: ['jobs:read'] };

async function createKey(change: object = {}, as: SignedIn = owner): Promise<CreatedApiKeyDto> {
  const answer = await api.send<CreatedApiKeyDto>('POST', path(), {
    bearer: as.accessToken,
    body: { ...minimal, ...change },
  });
  expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ key: expect.any(String) })]);
  return answer.body;
}

async function use(key: string, options: { from?: string; on?: TestApi; method?: string } = {}) {
  const answer = await (options.on ?? api).send<{ code?: string }>(options.method ?? 'GET', '/api/probe', {
    bearer: key,
    from: options.from,
  });
  return [answer.status, answer.body.code];
}

async function attempt(body: object, as: SignedIn = owner) {
  const answer = await api.send<{ code: string; errors?: { pointer: string; code: string }[] }>('POST', path(), {
    bearer: as.accessToken,
    body: { ...minimal, ...body },
  });
  return [
    answer.status,
    answer.body.code,
    ...(answer.body.errors ?? []).map((error) => `${error.pointer} ${error.code}`),
  ];
}

describe('an API key', () => {
  it('is shown once, opens its organization with its scopes and nothing else, in either header', async () => {
    const created = await createKey({ scopes: ['jobs:read', 'credits:read'] });
    expect(created.key).toMatch(/^base_live_[0-9A-Za-z]{15}_[0-9A-Za-z]{49}$/);
    expect(created.key.startsWith(created.prefix)).toBe(true);

    const listed = await api.send<ApiKeyPageDto>('GET', path(), { bearer: owner.accessToken });
    expect(JSON.stringify(listed.body)).not.toContain(created.key);
    expect(listed.body.data.find((key) => key.id === created.id)).toMatchObject({
      prefix: created.prefix,
      revokedAt: null,
    });

    for (const credentials of [{ bearer: created.key }, { apiKey: created.key }]) {
      const answer = await api.send('GET', '/api/probe', credentials);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        kind: 'api_key',
        userId: null,
        apiKeyId: created.id,
        testMode: false,
        isOperator: false,
        claims: { role: 'authenticated', base_actor: 'api_key', base_org: organizationId, base_key: created.id },
        organization: {
          id: organizationId,
          plan: 'free',
          status: 'active',
          role: null,
          permissions: ['jobs:read', 'credits:read'],
          limits: { requestsPerMinute: expect.any(Number), concurrentJobs: expect.any(Number) },
        },
      });
    }
    expect(await use(created.key, { method: 'POST' })).toEqual([403, 'auth.permission_denied']);
  });

  it('says when it is for tests', async () => {
    const { key } = await createKey({ mode: 'test' });
    expect(key).toMatch(/^base_test_/);
    expect((await api.send<{ testMode: boolean }>('GET', '/api/probe', { bearer: key })).body.testMode).toBe(true);
  });

  it('is stored as a hash only', async () => {
    const { key, id } = await createKey();
    const [row] = await api.sql<{ dump: string; bytes: number }>(
      'select to_jsonb(k)::text as dump, length(secret_hash) as bytes from api_keys k where id = $1',
      [id],
    );
    expect(row?.bytes).toBe(32);
    expect(row?.dump).not.toContain(key.slice(-49));
  });

  it('lives: created, used, rotated with an overlap, both used, the old one over, the new one revoked', async () => {
    const old = await createKey({ ipAllow: ['127.0.0.0/8'] });
    expect(await use(old.key)).toEqual([200, undefined]);
    const rotated = await api.send<CreatedApiKeyDto>('POST', path(`/${old.id}/rotate`), {
      bearer: owner.accessToken,
      body: { overlapSeconds: 2 },
    });
    expect(rotated.status).toBe(201);
    expect(rotated.body).toMatchObject({
      name: old.name,
      scopes: old.scopes,
      mode: 'live',
      rotatedFrom: old.id,
      ipAllow: ['127.0.0.0/8'],
    });
    expect(await use(old.key)).toEqual([200, undefined]);
    expect(await use(rotated.body.key)).toEqual([200, undefined]);

    const again = await api.send<{ code: string }>('POST', path(`/${old.id}/rotate`), {
      bearer: owner.accessToken,
      body: {},
    });
    expect([again.status, again.body.code]).toEqual([409, 'auth.api_key_already_rotated']);
    await sleep(2_100);
    expect(await use(old.key)).toEqual([401, 'auth.api_key_expired']);
    const late = await api.send<{ code: string }>('POST', path(`/${old.id}/rotate`), {
      bearer: owner.accessToken,
      body: {},
    });
    expect([late.status, late.body.code]).toEqual([409, 'auth.api_key_not_active']);

    const revoke = () => api.send('DELETE', path(`/${rotated.body.id}`), { bearer: owner.accessToken });
    expect((await revoke()).status).toBe(204);
    expect(await use(rotated.body.key)).toEqual([401, 'auth.api_key_revoked']);
    expect((await revoke()).status).toBe(204);
  });

  it('revoked in one process is refused by another within five seconds', async () => {
    const other = await startTestApi(database, { controllers: [ProbeController] });
    try {
      const { key, id } = await createKey();
      expect(await use(key, { on: other })).toEqual([200, undefined]);
      const revokedAt = performance.now();
      await api.send('DELETE', path(`/${id}`), { bearer: owner.accessToken });
      expect(await use(key)).toEqual([401, 'auth.api_key_revoked']);
      while ((await use(key, { on: other }))[0] === 200) await sleep(50);
      expect(performance.now() - revokedAt).toBeLessThan(5_000);
      expect(await use(key, { on: other })).toEqual([401, 'auth.api_key_revoked']);
    } finally {
      await other.close();
    }
  });

  it('is refused with a code of its own when malformed, unknown, of the other mode or expired', async () => {
    const { key } = await createKey();
    expect(await use('base_live_nonsense')).toEqual([401, 'auth.api_key_malformed']);
    expect(await use(key.slice(0, -1) + (key.endsWith('x') ? 'y' : 'x'))).toEqual([401, 'auth.api_key_malformed']);
    expect(await use(mintApiKey('live').key)).toEqual([401, 'auth.api_key_invalid']);
    expect((await api.send<{ code: string }>('GET', '/api/probe', { apiKey: 'x'.repeat(5_000) })).body.code).toBe(
      'auth.api_key_malformed',
    );

    const soon = await createKey({ expiresAt: new Date(Date.now() + 1_000).toISOString() });
    expect(await use(soon.key)).toEqual([200, undefined]);
    await sleep(1_100);
    expect(await use(soon.key)).toEqual([401, 'auth.api_key_expired']);
  });

  it('with the public part of another key and a secret of its own stays out', async () => {
    const { prefix } = await createKey();
    const forged = mintApiKey('live');
    const { crc32 } = await import('node:zlib');
    const body = `${prefix}_${forged.key.slice(26, 26 + 43)}`;
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    let checksum = '';
    for (let rest = crc32(body); checksum.length < 6; rest = Math.floor(rest / 62))
      checksum = alphabet.charAt(rest % 62) + checksum;
    expect(await use(body + checksum)).toEqual([401, 'auth.api_key_invalid']);
  });

  it('is refused from addresses that are not on its list', async () => {
    const { key } = await createKey({ ipAllow: ['203.0.113.7', '198.51.100.17/24', '2001:db8::/32'] });
    expect(await use(key, { from: '203.0.113.7' })).toEqual([200, undefined]);
    expect(await use(key, { from: '198.51.100.200' })).toEqual([200, undefined]);
    expect(await use(key, { from: '::ffff:203.0.113.7' })).toEqual([200, undefined]);
    expect(await use(key, { from: '2001:db8:9::1' })).toEqual([200, undefined]);
    expect(await use(key, { from: '203.0.113.8' })).toEqual([403, 'auth.address_not_allowed']);
  });

  it('stays out when its organization is gone, and out of other organizations always', async () => {
    const stranger = await api.register();
    const foreign = await api.createOrganization(stranger);
    const { key } = await createKey({ scopes: ['organization:read', 'jobs:read'] });
    const inPath = await api.send<{ code: string }>('GET', `/api/organizations/${foreign}`, { bearer: key });
    expect([inPath.status, inPath.body.code]).toEqual([404, 'resource.not_found']);
    const inHeader = await api.send<{ code: string }>('GET', '/api/probe', { bearer: key, organizationId: foreign });
    expect([inHeader.status, inHeader.body.code]).toEqual([403, 'auth.not_a_member']);
    expect((await api.send('GET', `/api/organizations/${organizationId}`, { bearer: key })).status).toBe(200);

    const doomed = await api.createOrganization(owner, 'Doomed');
    const answer = await api.send<CreatedApiKeyDto>('POST', path('', doomed), {
      bearer: owner.accessToken,
      body: minimal,
    });
    await api.sql('update organizations set deleted_at = now() where id = $1', [doomed]);
    expect(await use(answer.body.key)).toEqual([401, 'auth.api_key_invalid']);
  });

  it('cannot make or rotate keys, but can list and revoke with the scopes for it', async () => {
    const target = await createKey();
    const { key } = await createKey({ scopes: ['api_keys:read', 'api_keys:manage'] });
    const create = await api.send<{ code: string }>('POST', path(), { bearer: key, body: minimal });
    expect([create.status, create.body.code]).toEqual([403, 'auth.permission_denied']);
    expect((await api.send('POST', path(`/${target.id}/rotate`), { bearer: key, body: {} })).status).toBe(403);
    expect((await api.send('GET', path(), { bearer: key })).status).toBe(200);
    expect((await api.send('DELETE', path(`/${target.id}`), { bearer: key })).status).toBe(204);
    expect(await use(target.key)).toEqual([401, 'auth.api_key_revoked']);
  });

  it('remembers when and from where it was used last, in one write for many uses', async () => {
    const { key, id } = await createKey();
    for (const from of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) await use(key, { from });
    const find = async () =>
      (await api.send<ApiKeyPageDto>('GET', path(), { bearer: owner.accessToken })).body.data.find(
        (one: ApiKeyDto) => one.id === id,
      );
    expect((await find())?.lastUsedAt).toBeNull();
    await api.app.get(ApiKeyUsageService, { strict: false }).flush();
    expect(new Date(String((await find())?.lastUsedAt)).getTime()).toBeGreaterThan(Date.now() - 10_000);
    const [row] = await api.sql<{ ip: string }>('select host(last_used_ip) as ip from api_keys where id = $1', [id]);
    expect(row?.ip).toBe('203.0.113.3');
  });

  it('notes its last use when the process ends', async () => {
    const { key, id } = await createKey();
    const other = await startTestApi(database, { controllers: [ProbeController] });
    expect(await use(key, { on: other })).toEqual([200, undefined]);
    await other.close();
    const [row] = await api.sql<{ used: boolean }>(
      'select last_used_at is not null as used from api_keys where id = $1',
      [id],
    );
    expect(row?.used).toBe(true);
  });
});

describe('making an API key', () => {
  it('is for owners and admins, not for billing, creators and viewers', async () => {
    for (const [role, expected] of [
      ['admin', 201],
      ['billing', 403],
      ['creator', 403],
      ['viewer', 403],
    ] as const) {
      const member = await api.addMember(organizationId, role);
      expect([role, (await attempt({}, member))[0]]).toEqual([role, expected]);
      const list = await api.send('GET', path(), { bearer: member.accessToken });
      expect([role, list.status]).toEqual([role, expected === 201 ? 200 : 403]);
    }
  });

  it('refuses scopes that do not exist or that the person does not have', async () => {
    expect(await attempt({ scopes: ['jobs:read', 'jobs:destroy'] })).toEqual([
      422,
      'auth.scope_unknown',
      '/scopes unknown_scope',
    ]);
    expect(await attempt({ scopes: ['__proto__'] })).toEqual([422, 'auth.scope_unknown', '/scopes unknown_scope']);
    const admin = await api.addMember(organizationId, 'admin');
    expect(await attempt({ scopes: ['organization:delete'] }, admin)).toEqual([403, 'auth.scope_not_held']);
    expect(await attempt({ scopes: ['organization:delete'] })).toEqual([201, undefined]);
  });

  it('refuses unknown fields and bad values, field by field', async () => {
    expect(await attempt({ organizationId: 'x' })).toEqual([422, 'request.invalid', '/organizationId unknown_field']);
    expect(await attempt({ secretHash: 'x' })).toEqual([422, 'request.invalid', '/secretHash unknown_field']);
    expect(await attempt({ mode: 'prod' })).toEqual([422, 'request.invalid', '/mode is_in']);
    expect(await attempt({ scopes: [] })).toEqual([422, 'request.invalid', '/scopes array_min_size']);
    expect(await attempt({ ipAllow: ['10.0.0.0/8', 'example.com'] })).toEqual([
      422,
      'request.invalid',
      '/ipAllow is_address_range',
    ]);
    expect(await attempt({ expiresAt: '2020-01-01T00:00:00Z' })).toEqual([
      422,
      'request.invalid',
      '/expiresAt not_in_future',
    ]);
    expect(await attempt({ expiresAt: 'tomorrow' })).toEqual([422, 'request.invalid', '/expiresAt is_rfc3339']);
    expect(await attempt({ name: '  ' })).toEqual([422, 'request.invalid', '/name is_length']);
  });

  it('stops at a hundred keys in use', async () => {
    const crowded = await api.createOrganization(owner, 'Crowded');
    await api.sql(
      `insert into api_keys (organization_id, name, key_id, secret_hash, mode, scopes)
       select $1, 'n', 'filled-' || i, sha256(i::text::bytea), 'test', '{jobs:read}' from generate_series(1, 99) i`,
      [crowded],
    );
    const create = () =>
      api.send<{ code: string }>('POST', path('', crowded), { bearer: owner.accessToken, body: minimal });
    expect((await create()).status).toBe(201);
    const refused = await create();
    expect([refused.status, refused.body.code]).toEqual([409, 'auth.api_key_limit_reached']);
  });

  it('answers the same 404 for keys and organizations of others as for none', async () => {
    const stranger = await api.register();
    const foreign = await api.createOrganization(stranger);
    const { id } = await createKey();
    const bodies = [];
    for (const [organization, key] of [
      [organizationId, '01890000-0000-7000-8000-000000000000'],
      [organizationId, 'no-uuid'],
    ]) {
      const answer = await api.send('DELETE', path(`/${key}`, organization), { bearer: owner.accessToken });
      bodies.push([answer.status, { ...answer.body, requestId: '' }]);
    }
    for (const [organization, key] of [
      [foreign, id],
      [organizationId, id],
    ]) {
      const answer = await api.send('DELETE', path(`/${key}`, organization), {
        bearer: (organization === foreign ? owner : stranger).accessToken,
      });
      bodies.push([answer.status, { ...answer.body, requestId: '' }]);
    }
    const cross = await api.send('DELETE', path(`/${id}`, foreign), { bearer: stranger.accessToken });
    bodies.push([cross.status, { ...cross.body, requestId: '' }]);
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]?.[0]).toBe(404);
  });

  it('lists page by page, newest first', async () => {
    const paged = await api.createOrganization(owner, 'Paged');
    const made = [];
    for (let i = 0; i < 5; i++) {
      const answer = await api.send<CreatedApiKeyDto>('POST', path('', paged), {
        bearer: owner.accessToken,
        body: { ...minimal, name: `key ${i}` },
      });
      made.unshift(answer.body.id);
    }
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const page: TestAnswer<ApiKeyPageDto> = await api.send<ApiKeyPageDto>('GET', path(pageQuery(before), paged), {
        bearer: owner.accessToken,
      });
      seen.push(...page.body.data.map((key) => key.id));
      before = page.body.nextBefore;
    } while (before);
    expect(seen).toEqual(made);
  });
});
