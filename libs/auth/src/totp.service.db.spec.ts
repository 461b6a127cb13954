import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, STRONG_PASSWORD, type TestApi } from './testing/index.js';
import { totpCode } from './totp.js';

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

interface Answer {
  code?: string;
  secret: string;
  uri: string;
  recoveryCodes: string[];
  accessToken: string;
}
const call = (person: SignedIn, path: string, body: object = {}) =>
  api.send<Answer>('POST', `/api/auth/totp/${path}`, { bearer: person.accessToken, body });
const login = async (person: SignedIn, code?: string) => {
  const answer = await api.send<Answer>('POST', '/api/auth/login', {
    body: { email: person.email, password: STRONG_PASSWORD, ...(code === undefined ? {} : { code }) },
  });
  return [answer.status, answer.body.code ?? decodeJwt(answer.body.accessToken)['aal']];
};
/** The code of now, or of so many steps away. */
const codeOf = (secret: string, away = 0) => totpCode(secret, Math.floor(Date.now() / 30_000) + away);
const wrongFor = (secret: string) =>
  ['000000', '111111', '222222', '333333'].find((code) => ![-1, 0, 1].some((away) => codeOf(secret, away) === code)) ??
  '';

/** Codes change every 30 seconds: a test must not begin just before that. */
async function awayFromTheStep(): Promise<void> {
  const leftMs = 30_000 - (Date.now() % 30_000);
  if (leftMs < 3_000) await sleep(leftMs);
}
beforeEach(awayFromTheStep);

async function enrolled(): Promise<{ person: SignedIn; secret: string; recoveryCodes: string[] }> {
  const person = await api.register();
  const { secret } = (await call(person, 'enrol')).body;
  // The step before: the tests can still use the code of now.
  const confirmed = await call(person, 'confirm', { code: codeOf(secret, -1) });
  expect(confirmed.status).toBe(200);
  return { person, secret, recoveryCodes: confirmed.body.recoveryCodes };
}

describe('the second factor', () => {
  it('is not asked for before a first code has proved the app', async () => {
    const person = await api.register();
    const { secret, uri } = (await call(person, 'enrol')).body;
    expect(uri).toContain(secret);
    expect(await login(person)).toEqual([200, 'aal1']);
    expect((await call(person, 'confirm', { code: wrongFor(secret) })).body.code).toBe('auth.code_wrong');
    const again = (await call(person, 'enrol')).body.secret;
    expect(again).not.toBe(secret);
    expect((await call(person, 'confirm', { code: codeOf(again) })).body.recoveryCodes).toHaveLength(10);
    expect((await call(person, 'enrol')).body.code).toBe('auth.second_factor_exists');
    expect((await call(person, 'confirm', { code: codeOf(again, 1) })).body.code).toBe('auth.second_factor_exists');
  });

  it('is asked for after the right password only, and a session that began with it says so, also after refreshing', async () => {
    const { person, secret } = await enrolled();
    const wrong = await api.send<Answer>('POST', '/api/auth/login', {
      body: { email: person.email, password: 'wrong-password', code: codeOf(secret) },
    });
    expect(wrong.body.code).toBe('auth.invalid_credentials');
    expect(await login(person)).toEqual([401, 'auth.second_factor_required']);
    expect(await login(person, wrongFor(secret))).toEqual([401, 'auth.second_factor_invalid']);
    expect(await login(person, codeOf(secret))).toEqual([200, 'aal2']);
    const refreshed = await api.send<Answer>('POST', '/api/auth/refresh', {
      body: { refreshToken: person.refreshToken },
    });
    expect(decodeJwt(refreshed.body.accessToken)).toMatchObject({
      aal: 'aal2',
      amr: [{ method: 'totp' }, { method: 'password' }],
    });
  });

  it('takes every code once, also when it comes twice at the same time', async () => {
    const { person, secret } = await enrolled();
    const code = codeOf(secret);
    const answers = await Promise.all([login(person, code), login(person, code)]);
    expect(answers.map(([status]) => status).sort()).toEqual([200, 401]);
    expect(await login(person, code)).toEqual([401, 'auth.second_factor_invalid']);
    expect(await login(person, codeOf(secret, -1))).toEqual([401, 'auth.second_factor_invalid']);
  });

  it('gives way to a recovery code, once, however it is typed', async () => {
    const { person, recoveryCodes } = await enrolled();
    const code = recoveryCodes[3]?.toLowerCase().replace('-', ' ') ?? '';
    expect(await login(person, code)).toEqual([200, 'aal2']);
    expect(await login(person, code)).toEqual([401, 'auth.second_factor_invalid']);
    const status = await api.send('GET', '/api/auth/totp', { bearer: person.accessToken });
    expect(status.body).toEqual({ enabled: true, recoveryCodesLeft: 9 });
  });

  it('slows down guessing of codes, for the right code too', async () => {
    const { person, secret } = await enrolled();
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push((await login(person, wrongFor(secret)))[1]);
    expect(new Set(codes)).toEqual(new Set(['auth.second_factor_invalid']));
    expect(await login(person, codeOf(secret))).toEqual([429, 'auth.too_many_attempts']);
  });

  it('ends sessions that began without it', async () => {
    const person = await api.register();
    const elsewhere = await api.send<Answer>('POST', '/api/auth/login', {
      body: { email: person.email, password: STRONG_PASSWORD },
    });
    const { secret } = (await call(person, 'enrol')).body;
    await call(person, 'confirm', { code: codeOf(secret) });
    expect((await api.send('GET', '/api/users/me', { bearer: elsewhere.body.accessToken })).status).toBe(401);
    expect((await api.send('GET', '/api/users/me', { bearer: person.accessToken })).status).toBe(200);
  });

  it('gets new recovery codes and is removed by a code only', async () => {
    const { person, secret, recoveryCodes } = await enrolled();
    expect((await call(person, 'remove', { code: wrongFor(secret) })).body.code).toBe('auth.code_wrong');
    const renewed = await call(person, 'recovery-codes', { code: recoveryCodes[0] });
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    expect(await login(person, recoveryCodes[1])).toEqual([401, 'auth.second_factor_invalid']);
    expect((await call(person, 'remove', { code: renewed.body.recoveryCodes[0] })).status).toBe(204);
    expect(await login(person)).toEqual([200, 'aal1']);
    expect((await call(person, 'remove', { code: '123456' })).body.code).toBe('auth.second_factor_missing');
  });

  it('has neither its secret nor its recovery codes readable in the database, and a moved secret does not open', async () => {
    Logger.overrideLogger(false);
    const [one, other] = [await enrolled(), await enrolled()];
    const rows = await api.sql<{ dump: string }>(
      `select string_agg(convert_from(secret_encrypted, 'UTF8') || array_to_string(recovery_code_hashes, ','), ' ') as dump from identity.totp_factors`,
    );
    expect(rows[0]?.dump).not.toContain(one.secret);
    expect(rows[0]?.dump).not.toContain((one.recoveryCodes[0] ?? '').replace('-', ''));
    await api.sql(
      `update identity.totp_factors set secret_encrypted = (select secret_encrypted from identity.totp_factors where user_id = $1)
        where user_id = $2`,
      [one.person.userId, other.person.userId],
    );
    expect((await login(other.person, codeOf(one.secret)))[0]).toBe(500);
  });
});
