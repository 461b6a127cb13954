import { createHmac, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { ISSUERS, type IssuerGround, startOnIssuer, STRONG_PASSWORD } from './testing/index.js';

const REFUSED = [401, 'auth.token_invalid'];
const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

describe.each(ISSUERS)('access tokens of the %s issuer', (kind) => {
  let database: TestDatabase;
  let ground: IssuerGround;
  let claims: Record<string, unknown>;
  let genuine: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    ground = await startOnIssuer(kind, database);
    const email = `person-${randomUUID()}@example.com`;
    const send = (path: string, body: object) =>
      ground.api.send<{ accessToken: string }>('POST', `/api/auth/${path}`, { body });
    await send('register', { email, password: STRONG_PASSWORD, name: 'Ana' });
    genuine = (await send('register/confirm', { token: await ground.linkTo(email, 'registration') })).body.accessToken;
    claims = JSON.parse(Buffer.from(genuine.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  });
  afterAll(async () => {
    await ground.close();
    await database.drop();
  });

  const verdict = async (bearer: string) => {
    const answer = await ground.api.send<{ code?: string }>('GET', '/api/users/me', { bearer });
    return [answer.status, answer.body.code];
  };
  const headerOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };

  it('pass when they are genuine: what follows is refused for its own fault', async () => {
    expect(await verdict(genuine)).toEqual([200, undefined]);
    expect(await verdict(await ground.sign(claims))).toEqual([200, undefined]);
  });

  it('are refused unsigned, and signed with what is public', async () => {
    for (const alg of ['none', 'None', 'nOnE']) {
      expect(await verdict(`${segment({ alg, typ: 'JWT' })}.${segment(claims)}.`)).toEqual(REFUSED);
    }
    const input = `${segment({ alg: 'HS256', typ: 'JWT', kid: headerOf(genuine).kid })}.${segment(claims)}`;
    for (const secret of ['', 'sb_publishable_for_tests', headerOf(genuine).kid]) {
      const signature = createHmac('sha256', secret).update(input).digest('base64url');
      expect(await verdict(`${input}.${signature}`)).toEqual(REFUSED);
    }
  });

  it('do not bring, point to or name a key of their bearer’s choice', async () => {
    const foreign = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(foreign.publicKey);
    for (const header of [
      { jwk },
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/key.pem' },
      { x5c: ['MIIB'] },
      { kid: '../../../../dev/null' },
      { kid: `' union select 'a` },
      { kid: headerOf(genuine).kid },
    ]) {
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(foreign.privateKey);
      expect([header, await verdict(forged)]).toEqual([header, REFUSED]);
      // Nor with the right key: the header alone is reason enough.
      if (!('kid' in header)) expect(await verdict(await ground.sign(claims, header))).toEqual(REFUSED);
    }
  });

  it('are refused with a wrong issuer, audience, role, subject or time, and when they are endless', async () => {
    for (const change of [
      { iss: 'https://evil.example/auth/v1' },
      { iss: `${ground.issuer}/` },
      { aud: 'anon' },
      { aud: ['other'] },
      { role: 'service_role' },
      { role: 'anon' },
      { role: 'supabase_admin' },
      { sub: 'nobody' },
      { sub: undefined },
      { exp: undefined },
      { nbf: now() + 600 },
    ]) {
      expect([change, await verdict(await ground.sign({ ...claims, ...change }))]).toEqual([change, REFUSED]);
    }
    expect(await verdict(await ground.sign({ ...claims, exp: now() - 60 }))).toEqual([401, 'auth.token_expired']);
    expect(await verdict(await ground.sign({ ...claims, padding: 'x'.repeat(9_000) }))).toEqual(REFUSED);
  });

  it('of a session that was ended, or never was, are refused', async () => {
    const ended = [401, 'auth.session_ended'];
    expect(await verdict(await ground.sign({ ...claims, session_id: randomUUID() }))).toEqual(ended);
    await ground.api.send('POST', '/api/auth/logout', { bearer: genuine });
    expect(await verdict(genuine)).toEqual(ended);
    expect(await verdict(await ground.sign(claims))).toEqual(ended);
  });
});
