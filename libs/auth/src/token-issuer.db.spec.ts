import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { Logger } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { startTestApi, type TestApi } from './testing/index.js';

const LEGACY_SECRET = 'the shared secret of an older Supabase project';

/** What Supabase Auth shows to the world: its keys. */
interface Project {
  url: string;
  /** Requests for the keys so far. */
  fetches: number;
  keys: { kid: string; privateKey: CryptoKeyLike }[];
  stop(): Promise<void>;
}
type CryptoKeyLike = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

let database: TestDatabase;
let project: Project;
let api: TestApi;
const userId = randomUUID();

async function startProject(): Promise<Project> {
  const made = await Promise.all(
    (['ES256', 'RS256'] as const).map((alg) => generateKeyPair(alg, { extractable: true })),
  );
  const keys = made.map((pair, index) => ({ kid: `key-${index}`, privateKey: pair.privateKey }));
  const jwks = await Promise.all(
    made.map(async (pair, index) => ({
      ...(await exportJWK(pair.publicKey)),
      kid: `key-${index}`,
      alg: index ? 'RS256' : 'ES256',
    })),
  );
  const started: Project = { url: '', fetches: 0, keys, stop: () => Promise.resolve() };
  const server: Server = createServer((request, response) => {
    started.fetches++;
    const found = request.url === '/auth/v1/.well-known/jwks.json';
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: jwks }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  started.stop = () => new Promise((resolve) => server.close(() => resolve()));
  return started;
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  project = await startProject();
  api = await startTestApi(database, { env: { AUTH_ISSUER: 'supabase', SUPABASE_URL: project.url } });
  await api.sql('insert into auth.users (id, email) values ($1, $2)', [userId, 'ana@example.com']);
});
afterAll(async () => {
  await api.close();
  await project.stop();
  await database.drop();
});

const payload = { role: 'authenticated', email: 'ana@example.com', session_id: randomUUID(), aal: 'aal1' };
function token(
  alg: string,
  key: CryptoKeyLike | Uint8Array,
  change: { kid?: string; role?: string; issuer?: string } = {},
) {
  return new SignJWT({ ...payload, ...(change.role ? { role: change.role } : {}) })
    .setProtectedHeader({ alg, typ: 'JWT', ...(change.kid ? { kid: change.kid } : {}) })
    .setIssuer(change.issuer ?? `${project.url}/auth/v1`)
    .setAudience('authenticated')
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(key);
}
async function verdict(bearer: string, on: TestApi = api) {
  const answer = await on.send<{ code?: string; user?: { id: string } }>('GET', '/api/users/me', { bearer });
  return [answer.status, answer.body.code ?? answer.body.user?.id];
}
const keyOf = (index: number) => {
  const key = project.keys[index];
  if (!key) throw new Error(`There is no key ${index}`);
  return key;
};

describe('with Supabase Auth as the issuer', () => {
  it('people come in with its tokens, ES256 or RS256, verified by its published keys, which are fetched once', async () => {
    expect(await verdict(await token('ES256', keyOf(0).privateKey, { kid: 'key-0' }))).toEqual([200, userId]);
    expect(await verdict(await token('RS256', keyOf(1).privateKey, { kid: 'key-1' }))).toEqual([200, userId]);
    expect(project.fetches).toBe(1);
  });

  it('its service_role tokens, foreign issuers and HS256 without a configured secret stay out', async () => {
    const { privateKey } = keyOf(0);
    expect(await verdict(await token('ES256', privateKey, { kid: 'key-0', role: 'service_role' }))).toEqual([
      401,
      'auth.token_invalid',
    ]);
    expect(
      await verdict(await token('ES256', privateKey, { kid: 'key-0', issuer: 'https://evil.example/auth/v1' })),
    ).toEqual([401, 'auth.token_invalid']);
    expect(await verdict(await token('HS256', new TextEncoder().encode(LEGACY_SECRET)))).toEqual([
      401,
      'auth.token_invalid',
    ]);
  });

  it('an older project’s shared secret is accepted where it is configured, and no other', async () => {
    const legacy = await startTestApi(database, {
      env: { AUTH_ISSUER: 'supabase', SUPABASE_URL: project.url, SUPABASE_JWT_SECRET: LEGACY_SECRET },
    });
    try {
      expect(await verdict(await token('HS256', new TextEncoder().encode(LEGACY_SECRET)), legacy)).toEqual([
        200,
        userId,
      ]);
      expect(await verdict(await token('HS256', new TextEncoder().encode(`${LEGACY_SECRET}!`)), legacy)).toEqual([
        401,
        'auth.token_invalid',
      ]);
      expect(await verdict(await token('ES256', keyOf(0).privateKey, { kid: 'key-0' }), legacy)).toEqual([200, userId]);
    } finally {
      await legacy.close();
    }
  });

  it('an issuer that does not answer is a 503 to try again, not a refusal of the token', async () => {
    const gone = await startTestApi(database, { env: { AUTH_ISSUER: 'supabase', SUPABASE_URL: 'http://127.0.0.1:9' } });
    try {
      const answer = await gone.send<{ code?: string }>('GET', '/api/users/me', {
        bearer: await token('ES256', keyOf(0).privateKey, { kid: 'key-0' }),
      });
      expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
        503,
        'service.unavailable',
        '2',
      ]);
    } finally {
      await gone.close();
    }
  });

  it('the routes of the local issuer say that accounts are kept elsewhere', async () => {
    for (const path of ['register', 'login', 'refresh', 'forgot-password', 'reset-password', 'verify-email']) {
      const answer = await api.send<{ code?: string }>('POST', `/api/auth/${path}`, { body: {} });
      expect([path, answer.status, answer.body.code]).toEqual([path, 409, 'auth.issued_elsewhere']);
    }
  });

  it('it is refused to start without its address', async () => {
    await expect(startTestApi(database, { env: { AUTH_ISSUER: 'supabase' } })).rejects.toThrow(
      'SUPABASE_URL is needed',
    );
  });
});
