import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { ISSUERS, type IssuerGround, startOnIssuer, STRONG_PASSWORD } from './testing/index.js';
import { totpCode } from './totp.js';

const NEW_PASSWORD = 'porto-heron-77-cable';

interface Answer {
  accessToken: string;
  refreshToken: string;
  code?: string;
  status?: string;
  secret: string;
  enabled: boolean;
  session: { accessToken: string; refreshToken: string } | null;
  user: { id: string; email: string; emailVerified: boolean; name: string; locale: string };
  data: unknown[];
}

/** Codes change every 30 seconds: a story must not begin just before that. */
async function awayFromTheStep(): Promise<void> {
  const leftMs = 30_000 - (Date.now() % 30_000);
  if (leftMs < 12_000) await sleep(leftMs);
}

describe.each(ISSUERS)('the same story with the %s issuer', (kind) => {
  let database: TestDatabase;
  let ground: IssuerGround;
  beforeAll(async () => {
    database = await createTestDatabase();
    ground = await startOnIssuer(kind, database);
  });
  afterAll(async () => {
    await ground.close();
    await database.drop();
  });

  const post = async (path: string, body: object = {}, bearer?: string): Promise<[number, Answer]> => {
    const answer = await ground.api.send<Answer>('POST', `/api/${path}`, { body, bearer });
    return [answer.status, answer.body];
  };
  const code = async (path: string, body: object, bearer?: string) => {
    const [status, answer] = await post(path, body, bearer);
    return [status, answer.code];
  };
  const me = async (bearer: string): Promise<[number, Answer]> => {
    const answer = await ground.api.send<Answer>('GET', '/api/users/me', { bearer });
    return [answer.status, answer.body];
  };
  const newcomer = () => ({
    email: `person-${randomUUID()}@example.com`,
    password: STRONG_PASSWORD,
    name: 'Ana Prado',
    locale: 'en',
  });
  const settled = async () => {
    const person = newcomer();
    await post('auth/register', person);
    const [status, session] = await post('auth/register/confirm', {
      token: await ground.linkTo(person.email, 'registration'),
    });
    expect(status).toBe(201);
    return { ...person, ...session };
  };
  const login = (email: string, password = STRONG_PASSWORD, second?: string) =>
    post('auth/login', { email, password, ...(second === undefined ? {} : { code: second }) });

  it('register → verify → login → refresh → TOTP → logout everywhere → reset', async () => {
    await awayFromTheStep();
    const person = newcomer();
    expect(await post('auth/register', person)).toEqual([202, { status: 'confirmation_sent', email: person.email }]);
    expect(await code('auth/login', { email: person.email, password: person.password })).toEqual([
      401,
      'auth.invalid_credentials',
    ]);
    const token = await ground.linkTo(person.email, 'registration');
    const [confirmed, first] = await post('auth/register/confirm', { token });
    expect(confirmed).toBe(201);
    expect(first.user).toMatchObject({ email: person.email, emailVerified: true, name: 'Ana Prado', locale: 'en' });
    expect(await code('auth/register/confirm', { token })).toEqual([400, 'auth.link_invalid']);
    expect((await me(first.accessToken))[1].user.id).toBe(first.user.id);

    const [, second] = await login(person.email.toUpperCase());
    const [refreshed, third] = await post('auth/refresh', { refreshToken: second.refreshToken });
    expect(refreshed).toBe(200);
    const [, fourth] = await post('auth/refresh', { refreshToken: third.refreshToken });
    expect((await me(fourth.accessToken))[0]).toBe(200);
    expect(await code('auth/refresh', { refreshToken: second.refreshToken })).toEqual([
      401,
      'auth.refresh_token_reused',
    ]);
    expect((await post('auth/refresh', { refreshToken: fourth.refreshToken }))[0]).toBe(401);

    const [, { secret }] = await post('auth/totp/enrol', {}, first.accessToken);
    const codeAt = (step: number) => totpCode(secret, Math.floor(Date.now() / 30_000) + step);
    expect(await code('auth/totp/confirm', { code: '000000' }, first.accessToken)).toEqual([403, 'auth.code_wrong']);
    const [proved, { session }] = await post('auth/totp/confirm', { code: codeAt(-1) }, first.accessToken);
    expect(proved).toBe(200);
    const bearer = session?.accessToken ?? first.accessToken;
    const status = await ground.api.send<Answer>('GET', '/api/auth/totp', { bearer });
    expect([status.status, status.body]).toMatchObject([200, { enabled: true }]);
    expect((await login(person.email))[1].code).toBe('auth.second_factor_required');
    expect((await login(person.email, STRONG_PASSWORD, 'abcdef'))[1].code).toBe('auth.second_factor_invalid');
    const [signedIn, fifth] = await login(person.email, STRONG_PASSWORD, codeAt(0));
    expect(signedIn).toBe(200);
    expect(decodeJwt(fifth.accessToken)).toMatchObject({ aal: 'aal2', sub: first.user.id, role: 'authenticated' });

    expect((await post('auth/logout-all', {}, bearer))[0]).toBe(204);
    for (const ended of [bearer, fifth.accessToken]) {
      expect((await me(ended)).map((part) => (typeof part === 'number' ? part : part.code))).toEqual([
        401,
        'auth.session_ended',
      ]);
    }
    expect((await post('auth/refresh', { refreshToken: fifth.refreshToken }))[0]).toBe(401);

    expect((await post('auth/forgot-password', { email: person.email }))[0]).toBe(202);
    const link = await ground.linkTo(person.email, 'reset');
    expect(await code('auth/reset-password', { token: link, password: 'short' })).toEqual([
      422,
      'auth.password_too_weak',
    ]);
    expect(await code('auth/reset-password', { token: link, password: NEW_PASSWORD, code: codeAt(0) })).toEqual([
      204,
      undefined,
    ]);
    expect(await code('auth/reset-password', { token: link, password: NEW_PASSWORD })).toEqual([
      400,
      'auth.link_invalid',
    ]);
    expect((await login(person.email))[1].code).toBe('auth.invalid_credentials');
    expect((await login(person.email, NEW_PASSWORD, codeAt(1)))[0]).toBe(200);
  });

  it('nothing tells whether an address has an account: register, login, forgot, resend', async () => {
    const known = await settled();
    const unknown = newcomer();
    for (const [path, fields] of [
      ['auth/register', {}],
      ['auth/forgot-password', { password: undefined, name: undefined, locale: undefined }],
      ['auth/resend-verification', { password: undefined, name: undefined, locale: undefined }],
      ['auth/login', { password: 'not-the-password-1', name: undefined, locale: undefined }],
    ] as const) {
      const answers = [];
      for (const { email } of [known, unknown]) {
        const { password, name, locale } = unknown;
        const [status, body] = await post(path, { email, password, name, locale, ...fields });
        const { requestId: _id, ...rest } = body as Answer & { requestId?: string };
        answers.push([status, JSON.stringify(rest).replaceAll(email, '…')]);
      }
      expect([path, answers[0]]).toEqual([path, answers[1]]);
      expect(answers[0]?.[0]).toBe(path === 'auth/login' ? 401 : 202);
    }
    // And the account is still its owner's.
    expect((await login(known.email))[0]).toBe(200);
  });

  it('a session ends by logging out, and the others go on', async () => {
    const person = await settled();
    const [, other] = await login(person.email);
    expect((await me(other.accessToken))[0]).toBe(200);
    expect((await post('auth/logout', {}, other.accessToken))[0]).toBe(204);
    expect((await me(other.accessToken))[1].code).toBe('auth.session_ended');
    expect((await me(person.accessToken))[0]).toBe(200);
  });

  it('a password is changed by who knows it; the other sessions end', async () => {
    const person = await settled();
    const [, other] = await login(person.email);
    const change = (currentPassword: string) =>
      code('auth/change-password', { currentPassword, newPassword: NEW_PASSWORD }, person.accessToken);
    expect(await change('wrong-password-1')).toEqual([403, 'auth.password_wrong']);
    expect(await change(STRONG_PASSWORD)).toEqual([204, undefined]);
    expect((await me(other.accessToken))[0]).toBe(401);
    expect((await me(person.accessToken))[0]).toBe(200);
    expect((await login(person.email, NEW_PASSWORD))[0]).toBe(200);
  });

  it('another address counts once its link was opened; one that is taken gets the same answer', async () => {
    const [person, other] = [await settled(), await settled()];
    const email = `next-${randomUUID()}@example.com`;
    const ask = (wanted: string) =>
      code('users/me/email', { email: wanted, password: STRONG_PASSWORD }, person.accessToken);
    expect(await ask(other.email)).toEqual([202, undefined]);
    expect(await ask(email)).toEqual([202, undefined]);
    const token = await ground.linkTo(email, 'email_change');
    expect(await code('users/me/email/confirm', { token })).toEqual([204, undefined]);
    expect((await me(person.accessToken))[1].user.email).toBe(email);
    expect((await login(email))[0]).toBe(200);
    expect((await login(person.email))[0]).toBe(401);
  });

  it('an account is erased by who knows its password, and its tokens do not bring it back', async () => {
    const person = await settled();
    const remove = (password: string) => code('users/me/delete', { password }, person.accessToken);
    expect(await remove('wrong-password-1')).toEqual([403, 'auth.password_wrong']);
    expect(await remove(STRONG_PASSWORD)).toEqual([204, undefined]);
    expect((await me(person.accessToken))[1].code).toBe('auth.session_ended');
    expect((await login(person.email))[1].code).toBe('auth.invalid_credentials');
    expect(await ground.api.sql('select 1 from users where id = $1', [person.user.id])).toEqual([]);
  });

  it('guessing is slowed down for one account', async () => {
    const person = await settled();
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push((await login(person.email, `wrong-password-${i}`))[0]);
    expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });
});
