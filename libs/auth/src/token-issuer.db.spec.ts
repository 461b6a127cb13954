import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { generateKeyPair, SignJWT } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { FakeSupabaseAuth, startTestApi, STRONG_PASSWORD, type TestApi } from './testing/index.js';

const LEGACY_SECRET = 'the shared secret of an older Supabase project';

let database: TestDatabase;
let project: FakeSupabaseAuth;
let api: TestApi;
let session: { access_token: string; user: { id: string } };

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  project = await FakeSupabaseAuth.start();
  project.accounts.confirmEmail = false;
  session = (await project.accounts.signUp('ana@example.com', STRONG_PASSWORD, {})) as typeof session;
  api = await startTestApi(database, { env: project.environment });
});
afterAll(async () => {
  await api.close();
  await project.stop();
  await database.drop();
});

async function verdict(bearer: string, on: TestApi = api) {
  const answer = await on.send<{ code?: string; user?: { id: string } }>('GET', '/api/users/me', { bearer });
  return [answer.status, answer.body.code ?? answer.body.user?.id];
}
/** Signed by somebody else than the project. */
const forged = (alg: string, key: Parameters<SignJWT['sign']>[0], change: object = {}) =>
  new SignJWT({ role: 'authenticated', session_id: randomUUID(), ...change })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setIssuer(project.accounts.issuer)
    .setAudience('authenticated')
    .setSubject(session.user.id)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(key);
const shared = (secret: string) => new TextEncoder().encode(secret);

describe('with Supabase Auth as the issuer', () => {
  it('people come in with its tokens, verified by its published keys, which are fetched once', async () => {
    expect(await verdict(session.access_token)).toEqual([200, session.user.id]);
    const other = (await project.accounts.signInWithPassword('ana@example.com', STRONG_PASSWORD)) as typeof session;
    expect(await verdict(other.access_token)).toEqual([200, session.user.id]);
    expect(project.requests.filter((request) => request === 'GET /.well-known/jwks.json')).toHaveLength(1);
  });

  it('a session is looked up once in a while, not with every request', async () => {
    const before = project.requests.filter((request) => request === 'GET /user').length;
    for (let i = 0; i < 5; i++) await verdict(session.access_token);
    const after = project.requests.filter((request) => request === 'GET /user').length;
    expect(after - before).toBeLessThanOrEqual(1);
  });

  it('HS256 stays out without a configured secret, and so does a foreign key', async () => {
    expect(await verdict(await forged('HS256', shared(LEGACY_SECRET)))).toEqual([401, 'auth.token_invalid']);
    const { privateKey } = await generateKeyPair('ES256');
    expect(await verdict(await forged('ES256', privateKey))).toEqual([401, 'auth.token_invalid']);
  });

  it('an older project’s shared secret is accepted where it is configured, and no other', async () => {
    const legacy = await startTestApi(database, {
      env: { ...project.environment, SUPABASE_JWT_SECRET: LEGACY_SECRET },
    });
    try {
      // The signature passes; the project, asked for the session, does not know the token.
      const answer = await legacy.send<{ code: string }>('GET', '/api/users/me', {
        bearer: await forged('HS256', shared(LEGACY_SECRET)),
      });
      expect(answer.body.code).toBe('auth.token_invalid');
      expect(project.requests.at(-1)).toBe('GET /user');
      const asked = project.requests.length;
      expect(await verdict(await forged('HS256', shared(`${LEGACY_SECRET}!`)), legacy)).toEqual([
        401,
        'auth.token_invalid',
      ]);
      expect(project.requests).toHaveLength(asked);
      expect(await verdict(session.access_token, legacy)).toEqual([200, session.user.id]);
    } finally {
      await legacy.close();
    }
  });

  it('an issuer that does not answer is a 503 to try again, not a refusal of the token', async () => {
    const gone = await startTestApi(database, {
      env: { ...project.environment, SUPABASE_URL: 'http://127.0.0.1:9' },
    });
    try {
      const answer = await gone.send<{ code?: string }>('GET', '/api/users/me', { bearer: session.access_token });
      expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
        503,
        'service.unavailable',
        '2',
      ]);
    } finally {
      await gone.close();
    }
  });

  it('it is refused to start without its address and key', async () => {
    await expect(startTestApi(database, { env: { AUTH_ISSUER: 'supabase' } })).rejects.toThrow(
      /SUPABASE_URL is needed[\s\S]*SUPABASE_ANON_KEY is needed/,
    );
  });
});
