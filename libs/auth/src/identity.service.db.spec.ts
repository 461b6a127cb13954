import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, STRONG_PASSWORD, type TestApi } from './testing/index.js';

interface Tokens {
  accessToken: string;
  refreshToken: string;
  code?: string;
}

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const me = (accessToken: string) => api.send<{ code?: string }>('GET', '/api/users/me', { bearer: accessToken });
const refresh = (refreshToken: string, on: TestApi = api) =>
  on.send<Tokens>('POST', '/api/auth/refresh', { body: { refreshToken } });
const login = (email: string, password: string, from = '203.0.113.1') =>
  api.send<Tokens>('POST', '/api/auth/login', { body: { email, password }, from });

describe('an account', () => {
  it('is made by registering, signs in whatever the case of its address, and knows itself', async () => {
    const body = { email: ' Ana.Prado@Example.COM ', password: STRONG_PASSWORD, name: 'Ana Prado', locale: 'en' };
    const registered = await api.send<{ user: object }>('POST', '/api/auth/register', { body });
    expect(registered.status).toBe(201);
    expect(registered.body.user).toEqual({
      id: expect.any(String),
      email: 'ana.prado@example.com',
      emailVerified: false,
      name: 'Ana Prado',
      avatarUrl: null,
      locale: 'en',
      timeZone: expect.any(String),
      lastOrganizationId: null,
      isOperator: false,
    });
    const signedIn = await login('ANA.prado@example.com', STRONG_PASSWORD);
    expect(signedIn.status).toBe(200);
    const answer = await api.send<object>('GET', '/api/users/me', { bearer: signedIn.body.accessToken });
    expect(answer.body).toEqual({ user: registered.body.user, organizations: [] });
  });

  it('gets tokens with the claims that Supabase Auth gives, for 15 minutes', async () => {
    const person = await api.register();
    expect(decodeJwt(person.accessToken)).toMatchObject({
      iss: 'http://localhost:3001/api/auth',
      aud: 'authenticated',
      sub: person.userId,
      role: 'authenticated',
      email: person.email,
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      aal: 'aal1',
      is_anonymous: false,
    });
    const { iat, exp } = decodeJwt(person.accessToken);
    expect((exp ?? 0) - (iat ?? 0)).toBe(900);
  });

  it('is refused with a weak password, a bad address, an unknown field, a taken address: each with its code', async () => {
    const good = { email: 'someone@example.com', password: STRONG_PASSWORD, name: 'Someone' };
    const post = async (change: object) => {
      const answer = await api.send<{ code: string; errors?: { pointer: string; code: string }[] }>(
        'POST',
        '/api/auth/register',
        { body: { ...good, ...change } },
      );
      return [answer.status, answer.body.code, answer.body.errors?.map((error) => `${error.pointer} ${error.code}`)];
    };
    expect(await post({ password: 'short' })).toEqual([422, 'auth.password_too_weak', ['/password too_short']]);
    expect(await post({ password: 'password1234' })).toEqual([
      422,
      'auth.password_too_weak',
      ['/password too_guessable'],
    ]);
    expect(await post({ email: 'not an address' })).toEqual([422, 'request.invalid', ['/email is_email_address']]);
    expect(await post({ email: 'ana@exаmple.com' })).toEqual([422, 'request.invalid', ['/email is_email_address']]);
    expect(await post({ name: 'nul\u0000l' })).toEqual([422, 'request.invalid', ['/name is_display_name']]);
    expect(await post({ is_operator: true })).toEqual([422, 'request.invalid', ['/is_operator unknown_field']]);
    expect(await post({ locale: null })).toEqual([422, 'request.invalid', ['/locale is_in']]);
    expect(await post({})).toEqual([201, undefined, undefined]);
    expect(await post({ email: 'SOMEONE@example.com' })).toEqual([409, 'auth.email_taken', undefined]);
  });

  it('is made once when two registrations race for one address', async () => {
    const body = { email: 'race@example.com', password: STRONG_PASSWORD, name: 'Race' };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => api.send('POST', '/api/auth/register', { body, from: '203.0.113.9' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('leaves no password, refresh token or private key readable in the database', async () => {
    const person = await api.register();
    const rows = await api.sql<{ dump: string }>(`
      select string_agg(t::text, ' ') as dump from (
        select to_jsonb(c) from identity.credentials c union all select to_jsonb(r) from identity.refresh_tokens r
        union all select to_jsonb(k) from identity.signing_keys k union all select to_jsonb(s) from identity.sessions s) as all_rows(t)`);
    const dump = rows[0]?.dump ?? '';
    expect(dump).not.toContain(STRONG_PASSWORD);
    expect(dump).not.toContain(person.refreshToken);
    expect(dump).not.toContain(Buffer.from(person.refreshToken).toString('hex'));
    expect(dump).not.toMatch(/"d": ?"/);
    expect(dump).toContain('$argon2id$');
  });
});

describe('guessing passwords', () => {
  it('gets the same answer for a wrong password and for an address nobody has', async () => {
    const person = await api.register();
    const known = await login(person.email, 'not-the-password-1', '203.0.113.20');
    const unknown = await login('nobody-has-this@example.com', 'not-the-password-1', '203.0.113.20');
    const { requestId: _first, ...knownBody } = known.body as unknown as { requestId: string };
    const { requestId: _second, ...unknownBody } = unknown.body as unknown as { requestId: string };
    expect(known.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(knownBody).toEqual(unknownBody);
    expect(knownBody).toMatchObject({ code: 'auth.invalid_credentials' });
  });

  it('is slowed down after five attempts at one account, known or not, and says for how long', async () => {
    const person = await api.register();
    for (const email of [person.email, 'ghost@example.com']) {
      const answers = [];
      for (let i = 0; i < 10; i++) answers.push(await login(email, `wrong-password-${i}`, `198.51.100.${i}`));
      expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429, 429]);
      expect(answers[9]?.body.code).toBe('auth.too_many_attempts');
      expect(Number(answers[9]?.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(answers[9]?.headers['retry-after'])).toBeLessThanOrEqual(20);
    }
    const right = await login(person.email, STRONG_PASSWORD, '198.51.100.77');
    expect(right.status).toBe(429);
  });

  it('cannot be shut to its owner by strangers, who have an allowance of their own', async () => {
    const person = await api.register();
    const home = '203.0.113.90';
    expect((await login(person.email, STRONG_PASSWORD, home)).status).toBe(200);
    for (let round = 0; round < 10; round++) {
      const strangers = await Promise.all(
        Array.from({ length: 3 }, (_, i) => login(person.email, `wrong-password-${i}`, `198.51.102.${round * 3 + i}`)),
      );
      expect(strangers.every(({ status }) => status === 401 || status === 429)).toBe(true);
      expect((await login(person.email, STRONG_PASSWORD, home)).status).toBe(200);
    }
    const refused = await login(person.email, STRONG_PASSWORD, '198.51.102.200');
    expect([refused.status, refused.body]).toMatchObject([429, { policy: { name: 'account-attempts', limit: 5 } }]);
    const places = await api.sql<{ account: string; place: string }>(
      'select account, place from identity.known_places',
    );
    expect(JSON.stringify(places)).not.toMatch(/203\.0|@example/);
  });

  it('cannot overtake the count by asking in parallel', async () => {
    const person = await api.register();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => login(person.email, `wrong-password-${i}`, `198.51.101.${i}`)),
    );
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(5);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(7);
  });

  it('is slowed down per address over many accounts, an IPv6 network counting as one address', async () => {
    const statuses = [];
    for (let i = 0; i < 33; i++) {
      const answer = await login(`many-${i}@example.com`, 'wrong-password', `2001:db8:77:1::${(i + 1).toString(16)}`);
      statuses.push(answer.status);
    }
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(401));
    expect(statuses.slice(30)).toEqual([429, 429, 429]);
    expect((await login('many-x@example.com', 'wrong-password', '2001:db8:77:2::1')).status).toBe(401);
  });

  it('is forgotten by a successful login', async () => {
    const person = await api.register();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await login(person.email, 'wrong-password', '203.0.113.40');
      expect((await login(person.email, STRONG_PASSWORD, '203.0.113.40')).status).toBe(200);
    }
  });
});

describe('a session', () => {
  it('goes on by exchanging the refresh token, which is good once', async () => {
    const person = await api.register();
    const first = await refresh(person.refreshToken);
    expect(first.status).toBe(200);
    expect(first.body.refreshToken).not.toBe(person.refreshToken);
    const second = await refresh(first.body.refreshToken);
    expect(second.status).toBe(200);
    expect(decodeJwt(second.body.accessToken)['session_id']).toBe(decodeJwt(person.accessToken)['session_id']);
    expect((await me(second.body.accessToken)).status).toBe(200);
  });

  it('ends for everyone when an old refresh token comes back', async () => {
    const person = await api.register();
    const first = await refresh(person.refreshToken);
    const second = await refresh(first.body.refreshToken);
    const reused = await refresh(person.refreshToken);
    expect([reused.status, reused.body.code]).toEqual([401, 'auth.refresh_token_reused']);
    const afterwards = await refresh(second.body.refreshToken);
    expect([afterwards.status, afterwards.body.code]).toEqual([401, 'auth.session_ended']);
    const access = await me(second.body.accessToken);
    expect([access.status, access.body.code]).toEqual([401, 'auth.session_ended']);
    const other = await login(person.email, STRONG_PASSWORD);
    expect((await me(other.body.accessToken)).status).toBe(200);
  });

  it('forgives a repeated exchange within ten seconds by giving the same successor, and no later', async () => {
    const person = await api.register();
    const [first, again] = [await refresh(person.refreshToken), await refresh(person.refreshToken)];
    expect(again.status).toBe(200);
    expect(again.body.refreshToken).toBe(first.body.refreshToken);
    await api.sql(
      `update identity.refresh_tokens set used_at = used_at - interval '11 seconds' where used_at is not null`,
    );
    const late = await refresh(person.refreshToken);
    expect([late.status, late.body.code]).toEqual([401, 'auth.refresh_token_reused']);
  });

  it('gives one successor to many concurrent exchanges, also through two API processes', async () => {
    const other = await startTestApi(database);
    try {
      const person = await api.register();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => refresh(person.refreshToken, i % 2 ? api : other)),
      );
      expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200));
      expect(new Set(answers.map((answer) => answer.body.refreshToken)).size).toBe(1);
      const rows = await api.sql<{ tokens: number }>(
        `select count(*)::int as tokens from identity.refresh_tokens t join identity.sessions s on s.id = t.session_id
          where s.user_id = $1`,
        [person.userId],
      );
      expect(rows[0]?.tokens).toBe(2);
    } finally {
      await other.close();
    }
  });

  it('is refused with a made-up or expired refresh token', async () => {
    const made = await refresh('A'.repeat(43));
    expect([made.status, made.body.code]).toEqual([401, 'auth.refresh_token_invalid']);
    const person = await api.register();
    await api.sql(
      `update identity.refresh_tokens set expires_at = now() where session_id in
         (select id from identity.sessions where user_id = $1)`,
      [person.userId],
    );
    const expired = await refresh(person.refreshToken);
    expect([expired.status, expired.body.code]).toEqual([401, 'auth.refresh_token_invalid']);
  });

  it('ends by logging out, and takes its access token with it at once', async () => {
    const person = await api.register();
    expect((await me(person.accessToken)).status).toBe(200);
    expect((await api.send('POST', '/api/auth/logout', { bearer: person.accessToken })).status).toBe(204);
    expect((await me(person.accessToken)).body.code).toBe('auth.session_ended');
    expect((await refresh(person.refreshToken)).body.code).toBe('auth.session_ended');
  });

  it('ends everywhere at once, also in another process within five seconds', async () => {
    const other = await startTestApi(database);
    try {
      const person = await api.register();
      const phone = await login(person.email, STRONG_PASSWORD);
      const onOther = () => other.send('GET', '/api/users/me', { bearer: phone.body.accessToken });
      expect((await onOther()).status).toBe(200);
      expect((await api.send('POST', '/api/auth/logout-all', { bearer: person.accessToken })).status).toBe(204);
      expect((await me(phone.body.accessToken)).status).toBe(401);
      await sleep(4_200);
      expect((await onOther()).status).toBe(401);
    } finally {
      await other.close();
    }
  });

  it('is listed with where it is used from, and only its owner can end it', async () => {
    const person = await api.register();
    const tablet = await api.send<Tokens>('POST', '/api/auth/login', {
      body: { email: person.email, password: STRONG_PASSWORD },
      headers: { 'user-agent': 'Tablet/1.0' },
      from: '203.0.113.50',
    });
    const list = (who: string) =>
      api.send<{ data: { id: string; current: boolean; userAgent: string; ip: string }[] }>(
        'GET',
        '/api/auth/sessions',
        {
          bearer: who,
        },
      );
    const sessions = (await list(person.accessToken)).body.data;
    expect(sessions).toHaveLength(2);
    expect(sessions.filter((session) => session.current)).toHaveLength(1);
    const found = sessions.find((session) => session.userAgent === 'Tablet/1.0');
    expect(found).toMatchObject({ current: false, ip: '203.0.113.50' });

    const stranger: SignedIn = await api.register();
    const end = (id: string, who: string) => api.send('DELETE', `/api/auth/sessions/${id}`, { bearer: who });
    expect((await end(found?.id ?? '', stranger.accessToken)).status).toBe(404);
    expect((await end('not-a-uuid', person.accessToken)).status).toBe(404);
    expect((await me(tablet.body.accessToken)).status).toBe(200);
    expect((await end(found?.id ?? '', person.accessToken)).status).toBe(204);
    expect((await me(tablet.body.accessToken)).status).toBe(401);
    expect((await list(person.accessToken)).body.data).toHaveLength(1);
  });

  it('dies with its person, after the few seconds that a person is remembered', async () => {
    const person = await api.register();
    await api.sql('update users set deleted_at = now() where id = $1', [person.userId]);
    await sleep(4_100);
    expect((await refresh(person.refreshToken)).body.code).toBe('auth.session_ended');
    expect((await me(person.accessToken)).body.code).toBe('auth.session_ended');
    expect((await login(person.email, STRONG_PASSWORD)).body.code).toBe('auth.invalid_credentials');
  });
});
