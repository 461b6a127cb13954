import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, STRONG_PASSWORD, type TestApi } from './testing/index.js';

const NEW_PASSWORD = 'porto-heron-77-cable';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, { env: { STUDIO_URL: 'https://studio.example' } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface Mail {
  template: string;
  locale: string;
  data: { url?: string; name: string };
}
const mailsTo = (email: string) =>
  api.sql<Mail>('select template, locale, data from outbound_mails where recipient = $1 order by id', [email]);
const tokenIn = (mail: Mail | undefined) => mail?.data.url?.split('#token=')[1] ?? '';
async function post(path: string, body: object, options: { as?: SignedIn; from?: string } = {}) {
  const answer = await api.send<{ code?: string; errors?: { pointer: string; code: string }[] }>(
    'POST',
    `/api/auth/${path}`,
    {
      body,
      bearer: options.as?.accessToken,
      from: options.from,
    },
  );
  return [answer.status, answer.body.code];
}
const login = (email: string, password: string) => post('login', { email, password });
const forgot = (email: string, from = '203.0.113.10') => post('forgot-password', { email }, { from });
const status = async (person: SignedIn) =>
  (await api.send('GET', '/api/users/me', { bearer: person.accessToken })).status;

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 250; i++) {
    if (await check()) return;
    await sleep(40);
  }
  throw new Error('It did not come to pass');
}

/** The link does not come with the answer: waits for the mail. */
async function resetTokenFor(email: string, count = 1): Promise<string> {
  for (let i = 0; i < 100; i++) {
    const mails = (await mailsTo(email)).filter((mail) => mail.template === 'auth.reset-password');
    if (mails.length >= count) return tokenIn(mails.at(-1));
    await sleep(20);
  }
  throw new Error('No mail came');
}

describe('proving an e-mail address', () => {
  const verified = async (person: SignedIn) =>
    (await api.send<{ user: { emailVerified: boolean } }>('GET', '/api/users/me', { bearer: person.accessToken })).body
      .user.emailVerified;

  it('is done by the link that comes with registering, once', async () => {
    const person = await api.register();
    const [mail] = await mailsTo(person.email);
    expect(mail).toMatchObject({ template: 'auth.verify-email', locale: 'pt-BR', data: { name: 'Ana Prado' } });
    expect(mail?.data.url).toMatch(/^https:\/\/studio\.example\/verify-email#token=[\w-]{43}$/);
    expect(await verified(person)).toBe(false);
    expect(await post('verify-email', { token: tokenIn(mail) })).toEqual([204, undefined]);
    expect(await verified(person)).toBe(true);
    expect(await post('verify-email', { token: tokenIn(mail) })).toEqual([400, 'auth.link_invalid']);
  });

  it('can be asked for again, a few times; only the newest link counts, and not for ever', async () => {
    const person = await api.register();
    const first = tokenIn((await mailsTo(person.email))[0]);
    for (let i = 0; i < 4; i++) {
      expect(await post('resend-verification', { email: person.email })).toEqual([202, undefined]);
    }
    await eventually(async () => (await mailsTo(person.email)).length === 4);
    expect(await post('verify-email', { token: first })).toEqual([400, 'auth.link_invalid']);
    const newest = tokenIn((await mailsTo(person.email)).at(-1));
    await api.sql('update identity.one_time_tokens set expires_at = now() where user_id = $1', [person.userId]);
    expect(await post('verify-email', { token: newest })).toEqual([400, 'auth.link_invalid']);
  });

  it('needs a link for that very purpose', async () => {
    const person = await api.register();
    await forgot(person.email);
    expect(await post('verify-email', { token: await resetTokenFor(person.email) })).toEqual([
      400,
      'auth.link_invalid',
    ]);
    const verification = tokenIn((await mailsTo(person.email))[0]);
    expect(await post('reset-password', { token: verification, password: NEW_PASSWORD })).toEqual([
      400,
      'auth.link_invalid',
    ]);
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link in a mail: all sessions end, the address is proved, the owner is told', async () => {
    const person = await api.register();
    for (let i = 0; i < 6; i++) await login(person.email, 'wrong-password');
    expect((await forgot(person.email.toUpperCase()))[0]).toBe(202);
    const token = await resetTokenFor(person.email);
    expect(await post('reset-password', { token, password: NEW_PASSWORD })).toEqual([204, undefined]);
    expect(await status(person)).toBe(401);
    expect(await login(person.email, STRONG_PASSWORD)).toEqual([401, 'auth.invalid_credentials']);
    expect(await login(person.email, NEW_PASSWORD)).toEqual([200, undefined]);
    expect((await mailsTo(person.email)).at(-1)?.template).toBe('auth.password-changed');
    const [row] = await api.sql<{ verified: boolean }>(
      'select email_verified_at is not null as verified from users where id = $1',
      [person.userId],
    );
    expect(row?.verified).toBe(true);
    expect(await post('reset-password', { token, password: NEW_PASSWORD })).toEqual([400, 'auth.link_invalid']);
  });

  it('gets the same answer whether or not the address has an account, and no mail in vain', async () => {
    const person = await api.register();
    const [known, unknown] = [await forgot(person.email), await forgot('nobody-at-all@example.com')];
    expect(known).toEqual([202, undefined]);
    expect(unknown).toEqual(known);
    await resetTokenFor(person.email);
    expect(await mailsTo('nobody-at-all@example.com')).toEqual([]);
  });

  it('sends three mails an hour at most, and says nothing about it', async () => {
    const person = await api.register();
    for (let i = 0; i < 5; i++) {
      expect(await forgot(person.email, `203.0.113.${100 + i}`)).toEqual([202, undefined]);
      await sleep(60);
    }
    const mails = await mailsTo(person.email);
    expect(mails.filter((mail) => mail.template === 'auth.reset-password')).toHaveLength(3);
  });

  it('keeps its link through a weak choice; a newer link ends an older one; a late one is refused', async () => {
    const person = await api.register();
    await forgot(person.email);
    const first = await resetTokenFor(person.email);
    expect(await post('reset-password', { token: first, password: 'senha12345' })).toEqual([
      422,
      'auth.password_too_weak',
    ]);
    await forgot(person.email);
    const second = await resetTokenFor(person.email, 2);
    expect(await post('reset-password', { token: first, password: NEW_PASSWORD })).toEqual([400, 'auth.link_invalid']);
    await api.sql('update identity.one_time_tokens set expires_at = now() where user_id = $1', [person.userId]);
    expect(await post('reset-password', { token: second, password: NEW_PASSWORD })).toEqual([400, 'auth.link_invalid']);
    expect(await login(person.email, STRONG_PASSWORD)).toEqual([200, undefined]);
  });

  it('is reset once when two use the link at the same time', async () => {
    const person = await api.register();
    await forgot(person.email);
    const token = await resetTokenFor(person.email);
    const answers = await Promise.all(
      [NEW_PASSWORD, 'other-heron-78-cable'].map((password) => post('reset-password', { token, password })),
    );
    expect(answers.map(([code]) => code).sort()).toEqual([204, 400]);
  });

  it('has its link stored as a hash only', async () => {
    const person = await api.register();
    await forgot(person.email);
    const token = await resetTokenFor(person.email);
    const [row] = await api.sql<{ dump: string }>(
      `select string_agg(to_jsonb(t)::text, '') as dump from identity.one_time_tokens t`,
    );
    expect(row?.dump).not.toContain(token);
    expect(row?.dump).not.toContain(Buffer.from(token).toString('hex'));
  });
});

describe('changing the password', () => {
  it('needs the current one, keeps this session and ends the others', async () => {
    const person = await api.register();
    const elsewhere = await api.send<SignedIn>('POST', '/api/auth/login', {
      body: { email: person.email, password: STRONG_PASSWORD },
    });
    const change = (currentPassword: string, newPassword: string) =>
      post('change-password', { currentPassword, newPassword }, { as: person });
    expect(await change('wrong-password', NEW_PASSWORD)).toEqual([403, 'auth.password_wrong']);
    expect(await change(STRONG_PASSWORD, 'password12')).toEqual([422, 'auth.password_too_weak']);
    expect(await change(STRONG_PASSWORD, NEW_PASSWORD)).toEqual([204, undefined]);
    expect(await status(person)).toBe(200);
    expect(await status(elsewhere.body)).toBe(401);
    expect(await login(person.email, NEW_PASSWORD)).toEqual([200, undefined]);
  });

  it('is slowed down like a login when the current password is wrong', async () => {
    const person = await api.register();
    const codes = [];
    for (let i = 0; i < 6; i++) {
      codes.push(
        (
          await post('change-password', { currentPassword: `wrong-${i}`, newPassword: NEW_PASSWORD }, { as: person })
        )[0],
      );
    }
    expect(codes).toEqual([403, 403, 403, 403, 403, 429]);
  });
});
