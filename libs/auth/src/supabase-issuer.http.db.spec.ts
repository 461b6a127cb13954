import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { AuditNotes } from '#core/audit';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import {
  type FakeSupabaseAuth,
  type IssuerGround,
  startOnIssuer,
  startTestApi,
  STRONG_PASSWORD,
} from './testing/index.js';
import { totpCode } from './totp.js';

interface Answer {
  accessToken: string;
  refreshToken: string;
  code?: string;
  user: { id: string; email: string; name: string };
}

let database: TestDatabase;
let ground: IssuerGround;
let project: FakeSupabaseAuth;

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  ground = await startOnIssuer('supabase', database);
  if (!ground.supabase) throw new Error('There is no project');
  project = ground.supabase;
});
afterAll(async () => {
  await ground.close();
  await database.drop();
});

const send = async (method: string, path: string, body?: object, bearer?: string): Promise<[number, Answer]> => {
  const answer = await ground.api.send<Answer>(method, `/api/${path}`, { body, bearer });
  return [answer.status, answer.body];
};
const me = (bearer: string) => send('GET', 'users/me', undefined, bearer);

/** Somebody who signed up at Supabase Auth itself, without our routes. */
async function direct(name = 'Bia') {
  const email = `direct-${randomUUID()}@example.com`;
  await project.accounts.signUp(email, STRONG_PASSWORD, { name });
  await project.accounts.verify('signup', project.linkTo(email, 'signup'));
  return { email, session: () => project.accounts.signInWithPassword(email, STRONG_PASSWORD) as Promise<Direct> };
}
interface Direct {
  access_token: string;
  user: { id: string };
}

describe('Supabase Auth behind our routes', () => {
  it('a sign-in that happened elsewhere leaves one line, whichever node sees the session first; a failed one here too', async () => {
    const { email, session } = await direct();
    const { access_token: token, user } = await session();
    const other = await startTestApi(database, { env: project.environment });
    try {
      const elsewhere = () => other.send('GET', '/api/users/me', { bearer: token });
      await Promise.all([me(token), elsewhere(), me(token), elsewhere()]);
    } finally {
      await other.close();
    }
    await me((await session()).access_token);
    const lines = await ground.api.sql(
      `select target_type, after from audit_logs where actor_id = $1 and action = 'sessions.open'`,
      [user.id],
    );
    expect(lines).toEqual(Array(2).fill({ target_type: 'session', after: { secondFactor: false } }));
    expect((await send('POST', 'auth/login', { email, password: 'not the password' }))[0]).toBe(401);
    await ground.api.app.get(AuditNotes, { strict: false }).flush();
    const failed = await ground.api.sql(
      `select outcome, after ->> 'code' as code from audit_logs where action = 'sessions.refuse'`,
    );
    expect(failed).toContainEqual({ outcome: 'failed', code: 'auth.invalid_credentials' });
  });

  it('somebody who signed in elsewhere is known here from the first request on, with name and address', async () => {
    const { email, session } = await direct('Bia Lima');
    const { access_token: token, user } = await session();
    const [status, answer] = await me(token);
    expect(status).toBe(200);
    expect(answer.user).toMatchObject({ id: user.id, email, name: 'Bia Lima' });
    expect((await send('PATCH', 'users/me', { name: 'Bia L.' }, token))[1]).toMatchObject({ name: 'Bia L.' });
    expect((await me((await session()).access_token))[1].user.name).toBe('Bia L.');
  });

  it('a session without the second factor that its person has is refused, however it was begun', async () => {
    const { session } = await direct();
    const first = await session();
    const { secret } = (await send('POST', 'auth/totp/enrol', {}, first.access_token))[1] as unknown as {
      secret: string;
    };
    const code = totpCode(secret, Math.floor(Date.now() / 30_000));
    const [, confirmed] = await send('POST', 'auth/totp/confirm', { code }, first.access_token);
    const raised = (confirmed as unknown as { session: Answer }).session;
    expect((await me(raised.accessToken))[0]).toBe(200);
    expect((await me(first.access_token))[1].code).toBe('auth.second_factor_required');
    expect((await me((await session()).access_token))[1].code).toBe('auth.second_factor_required');
  });

  it('says clearly what it cannot do', async () => {
    const token = (await (await direct()).session()).access_token;
    const refused = [409, 'auth.not_offered_by_issuer'];
    const code = async (method: string, path: string, body?: object) => {
      const [status, answer] = await send(method, path, body, token);
      return [status, answer.code];
    };
    expect(await code('GET', 'auth/sessions')).toEqual(refused);
    expect(await code('DELETE', `auth/sessions/${randomUUID()}`)).toEqual(refused);
    expect(await code('POST', 'auth/totp/recovery-codes', { code: '123456' })).toEqual(refused);
    expect(await code('GET', 'auth/.well-known/jwks.json')).toEqual(refused);
    expect(await code('POST', 'users/me/export', {})).toEqual([403, 'auth.reauthentication_required']);
    expect((await send('POST', 'users/me/export', { password: STRONG_PASSWORD }, token))[0]).toBe(200);
  });

  it.each(['error', 'page', 'hang'] as const)(
    'a fault (%s) is a 503 to try again, asked once, and passes',
    async (fault) => {
      const { email } = await direct();
      const asked = project.requests.length;
      project.failNext('/token', fault);
      const [status, answer] = await send('POST', 'auth/login', { email, password: STRONG_PASSWORD });
      expect([status, answer.code]).toEqual([503, 'service.unavailable']);
      expect(project.requests.slice(asked)).toEqual(['POST /token']);
      const [, signedIn] = await send('POST', 'auth/login', { email, password: STRONG_PASSWORD });
      project.failNext('/token', fault);
      const refresh = () => send('POST', 'auth/refresh', { refreshToken: signedIn.refreshToken });
      expect((await refresh())[1].code).toBe('service.unavailable');
      expect((await refresh())[0]).toBe(200);
    },
  );

  it('its limits are ours, with a time to wait', async () => {
    project.failNext('/token', 'rate_limit');
    const answer = await ground.api.send<Answer>('POST', '/api/auth/login', {
      body: { email: (await direct()).email, password: STRONG_PASSWORD },
    });
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
      429,
      'auth.too_many_attempts',
      '60',
    ]);
  });

  it('with "Confirm email" off, registering signs in at once, and a taken address is refused', async () => {
    project.accounts.confirmEmail = false;
    try {
      const body = { email: `now-${randomUUID()}@example.com`, password: STRONG_PASSWORD, name: 'Caio' };
      const [status, answer] = await send('POST', 'auth/register', body);
      expect([status, answer.user.name]).toEqual([201, 'Caio']);
      const [again, refusal] = await send('POST', 'auth/register', body);
      expect([again, refusal.code]).toEqual([409, 'auth.email_taken']);
    } finally {
      project.accounts.confirmEmail = true;
    }
  });

  it('erasing an account deletes it there as well; without the secret key it is refused beforehand', async () => {
    const keyless = await startTestApi(database, { env: { ...project.environment, SUPABASE_SECRET_KEY: '' } });
    try {
      const session = await (await direct()).session();
      const remove = (api = ground.api) =>
        api.send<Answer>('POST', '/api/users/me/delete', {
          bearer: session.access_token,
          body: { password: STRONG_PASSWORD },
        });
      expect((await remove(keyless)).body.code).toBe('auth.not_offered_by_issuer');
      expect(project.accounts.has(session.user.id)).toBe(true);
      expect((await remove()).status).toBe(204);
      expect(project.accounts.has(session.user.id)).toBe(false);
    } finally {
      await keyless.close();
    }
  });
});
