import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { SigningKeysService } from './signing-keys.service.js';
import { type SignedIn, startTestApi, type TestApi } from './testing/index.js';

const ISSUER = 'http://localhost:3001/api/auth';

let database: TestDatabase;
let api: TestApi;
let person: SignedIn;
let sessionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
  person = await api.register();
  sessionId =
    (await api.sql<{ id: string }>('select id from identity.sessions where user_id = $1', [person.userId]))[0]?.id ??
    '';
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

async function verdict(token: string): Promise<[number, string | undefined]> {
  const answer = await api.send<{ code?: string }>('GET', '/api/users/me', { bearer: token });
  return [answer.status, answer.body.code];
}

const claims = (change: object = {}) => ({
  role: 'authenticated',
  session_id: sessionId,
  email: person.email,
  ...change,
});
const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as our issuer makes it, signed with the real key, changed as a test wants it. */
async function issue(
  change: {
    claims?: object;
    header?: object;
    issuer?: string;
    audience?: string;
    subject?: string;
    expiresIn?: number;
  } = {},
): Promise<string> {
  const { kid, privateKey } = await api.app.get(SigningKeysService, { strict: false }).current();
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims(change.claims))
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...change.header })
    .setIssuer(change.issuer ?? ISSUER)
    .setAudience(change.audience ?? 'authenticated')
    .setSubject(change.subject ?? person.userId)
    .setIssuedAt(now)
    .setExpirationTime(now + (change.expiresIn ?? 600))
    .sign(privateKey);
}

async function publicKey(): Promise<JWK> {
  const answer = await api.send<{ keys: JWK[] }>('GET', '/api/auth/.well-known/jwks.json');
  expect(answer.body.keys).toHaveLength(1);
  return answer.body.keys[0] ?? {};
}

describe('the verifier of access tokens', () => {
  it('accepts what our issuer signs', async () => {
    expect(await verdict(await issue())).toEqual([200, undefined]);
  });

  it('refuses a token without a signature ("alg": "none"), however it is written', async () => {
    const body = (await issue()).split('.')[1] ?? '';
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      expect(await verdict(`${segment({ alg, typ: 'JWT' })}.${body}.`)).toEqual([401, 'auth.token_invalid']);
    }
  });

  it('refuses HS256 keyed with the public key (algorithm confusion), in every form of that key', async () => {
    const jwk = await publicKey();
    const spki = await exportSPKI((await importJWK(jwk, 'ES256')) as CryptoKey);
    const body = (await issue()).split('.')[1] ?? '';
    for (const secret of [spki, JSON.stringify(jwk), jwk.x ?? '', '']) {
      const input = `${segment({ alg: 'HS256', kid: jwk.kid, typ: 'JWT' })}.${body}`;
      const signature = createHmac('sha256', secret).update(input).digest('base64url');
      expect(await verdict(`${input}.${signature}`)).toEqual([401, 'auth.token_invalid']);
    }
  });

  it('refuses a foreign issuer, a foreign audience, a wrong role and a subject that is nobody', async () => {
    expect(await verdict(await issue({ issuer: 'https://evil.example/auth' }))).toEqual([401, 'auth.token_invalid']);
    expect(await verdict(await issue({ audience: 'anon' }))).toEqual([401, 'auth.token_invalid']);
    expect(await verdict(await issue({ subject: 'not-a-uuid' }))).toEqual([401, 'auth.token_invalid']);
    expect(await verdict(await issue({ subject: randomUUID() }))).toEqual([401, 'auth.session_ended']);
  });

  it('refuses service_role and anon tokens, although the signature is good', async () => {
    for (const role of ['service_role', 'anon', 'supabase_admin', '']) {
      expect(await verdict(await issue({ claims: { role } }))).toEqual([401, 'auth.token_invalid']);
    }
  });

  it('refuses an expired token with a code of its own, also one it has verified before', async () => {
    expect(await verdict(await issue({ expiresIn: -6 }))).toEqual([401, 'auth.token_expired']);
    const shortLived = await issue({ expiresIn: -3 });
    expect(await verdict(shortLived)).toEqual([200, undefined]);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await verdict(shortLived)).toEqual([401, 'auth.token_expired']);
  });

  it('refuses a key of the caller’s choice: foreign kid, our kid with a foreign key, jku, jwk, x5u, x5c', async () => {
    const foreign = await generateKeyPair('ES256', { extractable: true });
    const ours = await publicKey();
    const sign = (header: object) =>
      new SignJWT(claims())
        .setProtectedHeader({ alg: 'ES256', ...header })
        .setIssuer(ISSUER)
        .setAudience('authenticated')
        .setSubject(person.userId)
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(foreign.privateKey);
    const foreignJwk = await exportJWK(foreign.publicKey);
    for (const header of [
      { kid: 'made-up' },
      { kid: ours.kid },
      {},
      { kid: ours.kid, jku: 'https://evil.example/jwks.json' },
      { jwk: foreignJwk },
      { kid: '../../etc/passwd' },
    ]) {
      expect([header, await verdict(await sign(header))]).toEqual([header, [401, 'auth.token_invalid']]);
    }
    for (const header of [
      { jku: 'https://evil.example/jwks.json' },
      { jwk: ours },
      { x5u: 'https://evil.example' },
      { x5c: ['MIIB'] },
    ]) {
      expect([header, await verdict(await issue({ header }))]).toEqual([header, [401, 'auth.token_invalid']]);
    }
  });

  it('refuses algorithms beyond its list, even with a key that fits them', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const alg of ['PS256', 'RS512', 'RS256']) {
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg, kid: (await publicKey()).kid ?? '' })
        .setIssuer(ISSUER)
        .setAudience('authenticated')
        .setSubject(person.userId)
        .setExpirationTime('10m')
        .sign(rsa.privateKey);
      expect(await verdict(token)).toEqual([401, 'auth.token_invalid']);
    }
  });

  it('refuses changed claims, cut tokens, nonsense and endless tokens', async () => {
    const [header = '', body = '', signature = ''] = (await issue()).split('.');
    const promoted = segment({
      ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object),
      sub: randomUUID(),
    });
    for (const token of [
      `${header}.${promoted}.${signature}`,
      `${header}.${body}`,
      `${header}.${body}.`,
      `${header}.${body}.${signature.slice(0, -4)}`,
      'a.b.c',
      'nonsense',
      '...',
      `${header}.${'A'.repeat(9_000)}.${signature}`,
    ]) {
      expect(await verdict(token)).toEqual([401, 'auth.token_invalid']);
    }
  });

  it('refuses a session of somebody else, or none at all', async () => {
    const other = await api.register();
    expect(await verdict(await issue({ subject: other.userId }))).toEqual([401, 'auth.session_ended']);
    expect(await verdict(await issue({ claims: { session_id: undefined } }))).toEqual([401, 'auth.session_ended']);
    expect(await verdict(await issue({ claims: { session_id: randomUUID() } }))).toEqual([401, 'auth.session_ended']);
  });

  it('says how to authenticate with every 401, and asks for one credential only', async () => {
    const none = await api.send<{ code: string }>('GET', '/api/users/me');
    expect([none.status, none.body.code, none.headers['www-authenticate']]).toEqual([
      401,
      'auth.unauthenticated',
      'Bearer',
    ]);
    const basic = await api.send<{ code: string }>('GET', '/api/users/me', {
      headers: { authorization: 'Basic YTpi' },
    });
    expect(basic.body.code).toBe('auth.unauthenticated');
    const both = await api.send<{ code: string }>('GET', '/api/users/me', { bearer: person.accessToken, apiKey: 'x' });
    expect([both.status, both.body.code]).toEqual([401, 'auth.credentials_ambiguous']);
    expect(both.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });
});

describe('the signing keys', () => {
  it('are made once, however many processes start at the same time', async () => {
    const fresh = await createTestDatabase();
    const processes = await Promise.all([startTestApi(fresh), startTestApi(fresh), startTestApi(fresh)]);
    try {
      const sets = await Promise.all(
        processes.map((one) => one.send<{ keys: JWK[] }>('GET', '/api/auth/.well-known/jwks.json')),
      );
      expect(new Set(sets.flatMap((set) => set.body.keys.map((key) => key.kid))).size).toBe(1);
      expect(sets[0]?.body.keys).toEqual([
        {
          kty: 'EC',
          crv: 'P-256',
          alg: 'ES256',
          use: 'sig',
          kid: expect.any(String),
          x: expect.any(String),
          y: expect.any(String),
        },
      ]);
    } finally {
      await Promise.all(processes.map((one) => one.close()));
      await fresh.drop();
    }
  });

  it('rotate without ending anyone: old tokens verify on, new ones carry the new key, other processes follow', async () => {
    const fresh = await createTestDatabase();
    const [first, second] = await Promise.all([startTestApi(fresh), startTestApi(fresh)]);
    try {
      const before = await first.register();
      expect((await second.send('GET', '/api/users/me', { bearer: before.accessToken })).status).toBe(200);
      await first.app.get(SigningKeysService, { strict: false }).rotate();
      const after = await first.register();
      const kid = (token: string) =>
        (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
      expect(kid(after.accessToken)).not.toBe(kid(before.accessToken));
      expect((await first.send('GET', '/api/users/me', { bearer: before.accessToken })).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect((await second.send('GET', '/api/users/me', { bearer: after.accessToken })).status).toBe(200);
    } finally {
      await Promise.all([first.close(), second.close()]);
      await fresh.drop();
    }
  });

  it('of another root secret are left for verification, and a new one signs', async () => {
    const fresh = await createTestDatabase();
    const old = await startTestApi(fresh);
    const person = await old.register();
    await old.close();
    const renewed = await startTestApi(fresh, { env: { APP_SECRET: 'a new root secret for tests, also long enough' } });
    try {
      expect((await renewed.send('GET', '/api/users/me', { bearer: person.accessToken })).status).toBe(200);
      expect((await renewed.register()).accessToken).toBeTruthy();
    } finally {
      await renewed.close();
      await fresh.drop();
    }
  });
});
