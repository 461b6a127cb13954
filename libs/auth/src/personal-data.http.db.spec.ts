import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, STRONG_PASSWORD, type TestApi } from './testing/index.js';
import { totpCode } from './totp.js';

interface Problem {
  code?: string;
  organizations?: { id: string; name: string }[];
}

let database: TestDatabase;
let api: TestApi;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'base-people-'));
  database = await createTestDatabase();
  api = await startTestApi(database, { env: { DATA_DIR: directory, STUDIO_URL: 'https://studio.example' } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

const post = async (person: SignedIn, path: string, body: object) => {
  const answer = await api.send<Problem>('POST', `/api/users/me/${path}`, { bearer: person.accessToken, body });
  return [answer.status, answer.body.code];
};
const me = async (person: SignedIn) =>
  (
    await api.send<{ user?: { email: string; emailVerified: boolean }; code?: string }>('GET', '/api/users/me', {
      bearer: person.accessToken,
    })
  ).body;
const login = async (email: string) =>
  (await api.send('POST', '/api/auth/login', { body: { email, password: STRONG_PASSWORD } })).status;
const mailsTo = (email: string) =>
  api.sql<{ template: string; data: { url?: string } }>(
    'select template, data from outbound_mails where recipient = $1 order by id',
    [email],
  );
const tokenIn = (mail: { data: { url?: string } } | undefined) => mail?.data.url?.split('#token=')[1] ?? '';
const proof = { password: STRONG_PASSWORD };

describe('another e-mail address', () => {
  it('counts after its link was opened, once; both addresses are told, and only the new one signs in', async () => {
    const person = await api.register();
    const next = `next-${randomUUID()}@example.com`;
    expect(await post(person, 'email', { email: next.toUpperCase(), ...proof })).toEqual([202, undefined]);
    expect((await me(person)).user?.email).toBe(person.email);
    const [mail] = await mailsTo(next);
    expect(mail?.template).toBe('auth.confirm-new-email');
    expect(await post(person, 'email/confirm', { token: tokenIn(mail) })).toEqual([204, undefined]);
    expect((await me(person)).user).toMatchObject({ email: next, emailVerified: true });
    expect(await post(person, 'email/confirm', { token: tokenIn(mail) })).toEqual([400, 'auth.link_invalid']);
    expect((await mailsTo(person.email)).map((sent) => sent.template)).toEqual([
      'auth.verify-email',
      'auth.email-change-requested',
      'auth.email-changed',
    ]);
    expect([await login(next), await login(person.email)]).toEqual([200, 401]);
  });

  it('needs the password, and differs from the one in use', async () => {
    const person = await api.register();
    const email = `${randomUUID()}@example.com`;
    expect(await post(person, 'email', { email, password: 'wrong-password' })).toEqual([403, 'auth.password_wrong']);
    expect(await post(person, 'email', { email })).toEqual([422, 'request.invalid']);
    expect(await post(person, 'email', { email: person.email, ...proof })).toEqual([422, 'request.invalid']);
  });

  it('that is somebody’s gets the same answer; its owner is told, and no link exists', async () => {
    const [person, other] = [await api.register(), await api.register()];
    expect(await post(person, 'email', { email: other.email, ...proof })).toEqual([202, undefined]);
    expect((await mailsTo(other.email)).at(-1)?.template).toBe('auth.account-exists');
  });

  it('is lost to whoever got it first, and to a newer wish', async () => {
    const [person, other] = [await api.register(), await api.register()];
    const wanted = `${randomUUID()}@example.com`;
    await post(person, 'email', { email: wanted, ...proof });
    const older = tokenIn((await mailsTo(wanted)).at(-1));
    await post(person, 'email', { email: wanted, ...proof });
    expect(await post(person, 'email/confirm', { token: older })).toEqual([400, 'auth.link_invalid']);
    const newer = tokenIn((await mailsTo(wanted)).at(-1));
    await api.sql('update auth.users set email = $1 where id = $2', [wanted, other.userId]);
    expect(await post(person, 'email/confirm', { token: newer })).toEqual([400, 'auth.link_invalid']);
    expect((await me(person)).user?.email).toBe(person.email);
  });
});

/** Somebody whose name and address cannot be there by chance, with a life on the platform. */
async function settled() {
  const mark = randomUUID().replaceAll('-', '').slice(0, 12);
  const name = `Zoraide Quintanilha ${mark}`;
  const email = `zoraide-${mark}@example.com`;
  const answer = await api.send<SignedIn & { user: { id: string } }>('POST', '/api/auth/register', {
    body: { email, password: STRONG_PASSWORD, name },
    headers: { 'user-agent': 'Firefox/150' },
  });
  const person: SignedIn = { ...answer.body, userId: answer.body.user.id, email };
  const host = await api.register('Hospedeira');
  const organizationId = await api.createOrganization(host, 'Casa Alheia');
  const as = { bearer: host.accessToken };
  const invite = (to: string) =>
    api.send<{ id: string }>('POST', `/api/organizations/${organizationId}/invitations`, {
      ...as,
      body: { email: to, role: 'admin' },
    });
  await invite(email);
  await api.send('POST', '/api/invitations/accept', {
    bearer: person.accessToken,
    body: { token: tokenIn((await mailsTo(email)).at(-1)) },
  });
  const key = await api.send<{ key: string }>('POST', `/api/organizations/${organizationId}/api-keys`, {
    bearer: person.accessToken,
    body: { name: 'Automation', mode: 'live', scopes: ['organization:read'] },
  });
  await api.send('POST', `/api/organizations/${organizationId}/invitations`, {
    bearer: person.accessToken,
    body: { email: `guest-${randomUUID()}@example.com`, role: 'viewer' },
  });
  const other = await api.createOrganization(host, 'Outra Casa');
  await api.send('POST', `/api/organizations/${other}/invitations`, { ...as, body: { email, role: 'viewer' } });
  const jobId = randomUUID();
  await api.sql(
    `select * from create_ai_jobs(jsonb_build_array(jsonb_build_object('id', $1::text, 'organization_id', $2::text,
       'user_id', $3::text, 'type', 'image', 'model', 'sandbox/image', 'provider', 'sandbox',
       'input', '{"prompt": "um farol"}'::jsonb, 'price', '{}'::jsonb, 'price_version', 1, 'estimated_credits', 5, 'hold_credits', 5)))`,
    [jobId, organizationId, person.userId],
  );
  return { person, name, email, mark, host, organizationId, apiKey: key.body.key, jobId };
}

/** Every place of every table where the text stands, as "table.column". */
async function findEverywhere(text: string): Promise<string[]> {
  const columns = await api.sql<{ place: string; query: string }>(
    `select format('%I.%I.%I', c.table_schema, c.table_name, c.column_name) as place,
            format('select 1 from %I.%I where %I::text ilike $1 limit 1', c.table_schema, c.table_name, c.column_name) as query
       from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
      where t.table_type = 'BASE TABLE' and c.table_schema in ('public', 'private', 'identity', 'parts', 'auth')
        and (c.data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea') or c.udt_name = 'tsvector')`,
  );
  const found: string[] = [];
  for (const { place, query } of columns) if ((await api.sql(query, [`%${text}%`])).length > 0) found.push(place);
  return found;
}

describe('a copy of one’s data', () => {
  it('holds profile, memberships, sessions, keys, jobs with prompts and audit lines, and no secret', async () => {
    const { person, name, email, jobId, organizationId, apiKey } = await settled();
    const answer = await api.send<{ exportedAt: string; data: Record<string, object> }>(
      'POST',
      '/api/users/me/export',
      {
        bearer: person.accessToken,
        body: {},
      },
    );
    expect([answer.status, answer.headers['content-disposition']]).toEqual([
      200,
      expect.stringContaining('attachment'),
    ]);
    expect(answer.body.data).toMatchObject({
      profile: { id: person.userId, email, name },
      memberships: [{ organization_id: organizationId, organization: 'Casa Alheia', role: 'admin' }],
      sessions: [{ user_agent: 'Firefox/150' }],
      api_keys: [{ name: 'Automation' }],
      jobs: [{ id: jobId, input: { prompt: 'um farol' } }],
      totals: { jobs: 1 },
    });
    const text = JSON.stringify(answer.body);
    expect(text).not.toMatch(/hash|argon2|ciphertext|secret_encrypted/);
    expect(text).toMatch(/"created_at":"[-\d]{10}T[:\d]{8}\.\d{3}Z"/);
    expect(text).not.toContain('+00:00"');
    expect(text).not.toContain(person.refreshToken);
    expect(text).not.toContain(apiKey);
  });

  it('knows every table that refers to people', async () => {
    const definition = await api.sql<{ source: string }>(
      `select prosrc as source from pg_proc where proname = 'export_user'`,
    );
    const tables = await api.sql<{ name: string }>(
      `select distinct conrelid::regclass::text as name from pg_constraint
        where contype = 'f' and confrelid = 'public.users'::regclass and conparentid = 0`,
    );
    expect(tables.length).toBeGreaterThan(15);
    // What a link in a mail or to an archive is for lives for minutes and says nothing about the person.
    const brief = ['identity.one_time_tokens', 'download_links'];
    const missing = tables
      .map(({ name }) => name)
      .filter((name) => !brief.includes(name))
      .filter((name) => !definition[0]?.source.includes(name.includes('.') ? name : `public.${name}`));
    expect(missing).toEqual([]);
  });

  it('needs the password ten minutes after signing in, and is not made without end', async () => {
    const person = await api.register();
    await api.sql(`update identity.sessions set created_at = now() - interval '11 minutes' where user_id = $1`, [
      person.userId,
    ]);
    expect(await post(person, 'export', {})).toEqual([403, 'auth.reauthentication_required']);
    expect(await post(person, 'export', { password: 'wrong-password' })).toEqual([403, 'auth.password_wrong']);
    for (let i = 0; i < 3; i++) expect(await post(person, 'export', proof)).toEqual([200, undefined]);
    expect(await post(person, 'export', proof)).toEqual([429, 'rate_limit.exceeded']);
  });
});

describe('deleting an account', () => {
  it('is refused to the last owner of an organization, which is named', async () => {
    const person = await api.register();
    const organizationId = await api.createOrganization(person, 'Só Minha');
    const answer = await api.send<Problem>('POST', '/api/users/me/delete', { bearer: person.accessToken, body: proof });
    expect([answer.status, answer.body.code]).toEqual([409, 'organizations.last_owner']);
    expect(answer.body.organizations).toEqual([{ id: organizationId, name: 'Só Minha' }]);
    await api.send('DELETE', `/api/organizations/${organizationId}`, { bearer: person.accessToken });
    expect(await post(person, 'delete', proof)).toEqual([204, undefined]);
  });

  it('needs the password, and a code from people with a second factor', async () => {
    const person = await api.register();
    expect(await post(person, 'delete', { password: 'wrong-password' })).toEqual([403, 'auth.password_wrong']);
    const enrolled = await api.send<{ secret: string }>('POST', '/api/auth/totp/enrol', { bearer: person.accessToken });
    const codeAt = (step: number) => totpCode(enrolled.body.secret, Math.floor(Date.now() / 30_000) + step);
    await api.send('POST', '/api/auth/totp/confirm', { bearer: person.accessToken, body: { code: codeAt(-1) } });
    expect(await post(person, 'delete', proof)).toEqual([403, 'auth.code_required']);
    expect(await post(person, 'delete', { ...proof, code: codeAt(0) })).toEqual([204, undefined]);
  });

  it('leaves no trace of name and addresses in any column of any table, and everything ends', async () => {
    const { person, name, email, mark, jobId, apiKey, organizationId, host } = await settled();
    const formerly = email;
    const next = `nova-${mark}@example.com`;
    await post(person, 'email', { email: next, ...proof });
    await post(person, 'email/confirm', { token: tokenIn((await mailsTo(next)).at(-1)) });
    await api.send('PUT', '/api/users/me/avatar', {
      bearer: person.accessToken,
      body: Buffer.concat([
        Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
        await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
        Buffer.from('\r\n--x--\r\n'),
      ]),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    await login(next);
    await api.sql(`select private.seal_audit_logs()`);
    // The search finds what is there: a positive control.
    expect((await findEverywhere(mark)).length).toBeGreaterThanOrEqual(7);
    const avatar = await api.sql<{ path: string }>('select avatar_path as path from users where id = $1', [
      person.userId,
    ]);
    expect(await findEverywhere(avatar[0]?.path ?? '?')).toEqual(['public.users.avatar_path']);

    expect(await post(person, 'delete', proof)).toEqual([204, undefined]);
    expect((await me(person)).code).toBe('auth.session_ended');
    expect([await login(next), await login(formerly)]).toEqual([401, 401]);
    const members = await api.send<{ data: { userId: string }[] }>(
      'GET',
      `/api/organizations/${organizationId}/members`,
      { bearer: host.accessToken },
    );
    expect(members.body.data.map((member) => member.userId)).toEqual([host.userId]);
    const keys = await api.sql('select 1 from api_keys where revoked_at is null and name = $1 and created_by is null', [
      'Automation',
    ]);
    expect([keys, apiKey.length > 20]).toEqual([[], true]);

    // The last mail is the one thing left, until it is sent.
    expect((await mailsTo(next)).map((mail) => mail.template)).toEqual(['auth.account-erased']);
    expect(await findEverywhere(mark)).toEqual(['public.outbound_mails.recipient']);
    await api.sql(`update outbound_mails set recipient = '(forgotten)', sent_at = now() where recipient = $1`, [next]);
    expect(await findEverywhere(mark)).toEqual([]);
    expect(await findEverywhere(name)).toEqual([]);
    expect(await findEverywhere(avatar[0]?.path ?? '?')).toEqual([]);

    // Jobs, books and the audit chain stay as they were, without a name.
    expect(await api.sql('select user_id from ai_jobs where id = $1', [jobId])).toEqual([{ user_id: null }]);
    expect(await api.sql('select * from check_ledger()')).toEqual([]);
    expect(await api.sql('select * from private.verify_audit_logs()')).toEqual([]);
    expect(
      await api.sql(`select actor_type from audit_logs where action = 'accounts.erase' and actor_id = $1`, [
        person.userId,
      ]),
    ).toHaveLength(1);
  });

  it('frees the address for somebody new, who gets nothing of the old account', async () => {
    const person = await api.register();
    expect(await post(person, 'delete', proof)).toEqual([204, undefined]);
    const body = { email: person.email, password: STRONG_PASSWORD, name: 'Someone else' };
    const again = await api.send<{ user: { id: string } }>('POST', '/api/auth/register', { body });
    expect(again.status).toBe(201);
    expect(again.body.user.id).not.toBe(person.userId);
  });
});
