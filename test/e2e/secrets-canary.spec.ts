import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '#core/embedded';
import { setAvailable, setPlan } from '../support/agency.js';
import { type Echo, startEchoingProvider } from '../support/echoing-provider.js';
import { eventually } from '../support/eventually.js';
import { SecretSearch } from '../support/secret-search.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';
import { ended, startServiceProcess } from '../support/worker-process.js';

const canary = (kind: string) => `canary-${kind}-${randomBytes(18).toString('hex')}`;
const PLATFORM_KEY = canary('platform-key');
const OWN_KEY = canary('own-key');
const REFUSED_KEY = canary('refused-key');
const PASSWORD = canary('password');
const NEW_PASSWORD = canary('new-password');
const APP_SECRET = canary('app-secret');
const BOARD_PASSWORD = canary('board-password');
const ENCRYPTION_KEY = randomBytes(32).toString('base64');
const EMAIL = `${randomUUID()}@example.com`;

interface Answer {
  status: number;
  text: string;
  body: Record<string, unknown>;
}

/**
 * One walk through everything that touches secrets, with the logs at their most talkative and a provider that repeats
 * every key it is sent. Then: no key, token or password is anywhere but where it belongs.
 */
describe('secrets', () => {
  const secrets = new SecretSearch();
  let provider: Awaited<ReturnType<typeof startEchoingProvider>>;
  let stack: Stack;
  let url: string;
  const services: ChildProcess[] = [];
  let logs = '';
  /** What was answered, but for the answers whose purpose is to hand out a secret. */
  let answers = '';
  /** Of a job that failed: told in logs and answers, so that looking there is known to work. */
  let failedJob = '';

  beforeAll(async () => {
    provider = await startEchoingProvider(REFUSED_KEY);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    stack = await Stack.start({
      backend: 'postgres',
      worker: false,
      environment: {
        ...{ APP_SECRET, BULL_BOARD_PASSWORD: BOARD_PASSWORD, ENCRYPTION_KEYS: `canary:${ENCRYPTION_KEY}` },
        ...{ OPENAI_API_KEY: PLATFORM_KEY, OPENAI_BASE_URL: provider.baseUrl },
      },
    });
    const talkative = { ...stack.environment, LOG_LEVEL: 'trace', PORT: String(port) };
    const collect = (text: string) => void (logs += text);
    services.push(
      await startServiceProcess('api', { ...talkative, DATABASE_URL: stack.database.apiUrl }, collect),
      await startServiceProcess('worker', { ...talkative, DATABASE_URL: stack.database.workerUrl }, collect),
    );
    for (const [name, text] of Object.entries({ PLATFORM_KEY, OWN_KEY, REFUSED_KEY, PASSWORD, NEW_PASSWORD })) {
      secrets.add(name, text);
    }
    for (const [name, text] of Object.entries({ APP_SECRET, BOARD_PASSWORD, ENCRYPTION_KEY })) secrets.add(name, text);
    await walk();
    for (const service of services) service.kill('SIGTERM');
    await Promise.all(services.map(ended));
  }, 300_000);
  afterAll(async () => {
    for (const service of services) service.kill('SIGKILL');
    await stack.stop();
    await provider.close();
  });

  async function send(
    method: string,
    path: string,
    options: { bearer?: string; organization?: string; body?: unknown; raw?: string; handsOut?: boolean } = {},
  ): Promise<Answer> {
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.bearer ? { authorization: `Bearer ${options.bearer}` } : {}),
        ...(options.organization ? { 'x-organization-id': options.organization } : {}),
      },
      body,
    });
    const text = await response.text();
    if (!options.handsOut) answers += `${method} ${JSON.stringify([...response.headers])} ${text}\n`;
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  async function mailedToken(name: string, path: RegExp): Promise<string> {
    const directory = join(stack.dataDirectory, 'mailbox');
    return eventually(async () => {
      for (const file of await readdir(directory).catch(() => [])) {
        const token = path.exec(await readFile(join(directory, file), 'utf8'))?.[1];
        if (token) {
          secrets.add(name, token);
          return token;
        }
      }
      return undefined;
    }, `a mail with ${name}`);
  }

  function keep(name: string, value: unknown): string {
    if (typeof value !== 'string') throw new Error(`No ${name} in the answer`);
    // Of a token in three parts, the signature is the secret one.
    secrets.add(name, value.split('.').length === 3 ? (value.split('.')[2] ?? '') : value);
    return value;
  }

  async function signIn(path: string, body: object, name: string): Promise<{ access: string; refresh: string }> {
    const { body: answer } = await send('POST', path, { body, handsOut: true });
    return {
      access: keep(`${name} access token`, answer['accessToken']),
      refresh: keep(`${name} refresh token`, answer['refreshToken']),
    };
  }

  /** People: registering, signing in rightly and wrongly, passwords, the second factor, invitations. */
  async function walkAccounts(): Promise<string> {
    await signIn('/api/auth/register', { email: EMAIL, password: PASSWORD, name: 'Ana Prado' }, 'first');
    const wrong = canary('wrong-password');
    secrets.add('wrong password', wrong);
    await send('POST', '/api/auth/login', { body: { email: EMAIL, password: wrong } });
    await send('POST', '/api/auth/login', { body: { email: EMAIL, password: { nested: PASSWORD } } });
    await send('POST', '/api/auth/login', { body: { email: EMAIL, passwort: PASSWORD } });
    await send('POST', '/api/auth/login', { raw: `{"email": "${EMAIL}", "password": "${PASSWORD}"` });
    const session = await signIn('/api/auth/login', { email: EMAIL, password: PASSWORD }, 'second');
    const verify = await mailedToken('verification token', /verify[^"\s]*?[?&#]token=([\w.~-]{20,})/);
    await send('POST', '/api/auth/verify-email', { body: { token: verify } });
    await send('POST', '/api/auth/forgot-password', { body: { email: EMAIL } });
    const reset = await mailedToken('reset token', /reset[^"\s]*?[?&#]token=([\w.~-]{20,})/);
    await send('POST', '/api/auth/reset-password', { body: { token: `${reset}x`, password: NEW_PASSWORD } });
    await send('POST', '/api/auth/reset-password', { body: { token: reset, password: NEW_PASSWORD } });
    await send('POST', '/api/auth/refresh', { body: { refreshToken: session.refresh } });
    await send('GET', '/api/users/me', { bearer: `${session.access}x` });
    await send('GET', `/api/users/me?token=${session.access}`);
    const { access, refresh } = await signIn('/api/auth/login', { email: EMAIL, password: NEW_PASSWORD }, 'third');
    const refreshed = await signIn('/api/auth/refresh', { refreshToken: refresh }, 'fourth');
    const { body: totp } = await send('POST', '/api/auth/totp/enrol', { bearer: access, handsOut: true });
    keep('TOTP secret', totp['secret']);
    return refreshed.access;
  }

  /** An organization with an API key, a provider key, an invitation, and jobs that its provider fails. */
  async function walkOrganization(bearer: string): Promise<void> {
    const { body: created } = await send('POST', '/api/organizations', { bearer, body: { name: 'Agência' } });
    const organization = String(created['id']);
    const inside = { bearer, organization };
    await setPlan(stack, organization, 'enterprise');
    await setAvailable(stack, organization, 1000);
    await send('POST', `/api/organizations/${organization}/invitations`, {
      ...inside,
      body: { email: `${randomUUID()}@example.com`, role: 'viewer' },
    });
    const invitation = await mailedToken('invitation token', /invit[^"\s]*?[?&#]token=([\w.~-]{20,})/);
    await send('POST', '/api/invitations/preview', { bearer, body: { token: invitation } });
    await send('POST', '/api/invitations/accept', { bearer, body: { token: invitation } });

    const { body: apiKey } = await send('POST', `/api/organizations/${organization}/api-keys`, {
      ...inside,
      body: { name: 'Site', mode: 'live', scopes: ['jobs:create', 'jobs:read', 'events:read', 'audit:read'] },
      handsOut: true,
    });
    const key = keep('API key', apiKey['key']);
    secrets.add('secret of the API key', key.slice(-40));
    await send('GET', '/api/ai/jobs', { bearer: key.slice(0, -2) });

    // First under the platform's key, then under the organization's own.
    await runJobs(key, ['bad_request', 'server_error', 'garbage']);
    const save = (secret: string, more: object = {}) =>
      send('POST', '/api/ai/provider-keys', {
        ...inside,
        body: { provider: 'openai', name: 'Nossa', secret, ...more },
      });
    expect((await save(REFUSED_KEY)).status).toBe(422);
    expect((await save(`${OWN_KEY} `)).status).toBe(422);
    expect((await save(OWN_KEY, { apiKey: OWN_KEY })).status).toBe(422);
    const { status, body: saved } = await save(OWN_KEY);
    expect(status).toBe(201);
    expect((await save(OWN_KEY)).status).toBe(409);
    const path = `/api/ai/provider-keys/${String(saved['id'])}`;
    await send('POST', `${path}/test`, inside);
    await send('PUT', `${path}/secret`, { ...inside, body: { secret: REFUSED_KEY } });
    await send('PATCH', path, { ...inside, body: { name: 'Conta' } });
    await runJobs(key, ['bad_request', 'server_error', 'garbage', 'unauthorized']);
    for (const list of ['/api/ai/provider-keys', '/api/events?limit=200', '/api/ai/jobs', '/api/audit']) {
      await send('GET', list, inside);
    }
    await send('GET', `/api/organizations/${organization}/api-keys`, inside);
  }

  async function runJobs(bearer: string, echoes: Echo[]): Promise<void> {
    for (const echo of echoes) {
      provider.failWith(echo);
      const before = provider.echoes;
      const body = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low' } };
      const { body: job } = await send('POST', '/api/ai/jobs', { bearer, body });
      failedJob = String(job['id']);
      // The stream ends with the job.
      const stream = await send('GET', `/api/ai/jobs/${failedJob}/events`, { bearer });
      expect(stream.text).toMatch(/job\.(failed|outcome_unknown)/);
      expect(provider.echoes).toBeGreaterThan(before);
      await send('GET', `/api/ai/jobs/${failedJob}`, { bearer });
    }
  }

  async function walk(): Promise<void> {
    await walkOrganization(await walkAccounts());
  }

  it('are in no log of the API and the worker, at any level', () => {
    expect(logs.split('\n').length).toBeGreaterThan(50);
    expect(secrets.in('the logs', logs)).toEqual([]);
  });

  it('are in no answer but those that hand them out', () => {
    expect(secrets.in('the answers', answers)).toEqual([]);
  });

  it('are in no row of any table: jobs, queues, events, audit lines, mails, keys', async () => {
    expect(await secrets.inDatabase(stack.database.url)).toEqual([]);
  });

  it('are in no file but the links that were mailed', async () => {
    const mailed = ['verification token', 'reset token', 'invitation token'];
    expect(await secrets.inFiles(stack.dataDirectory, mailed)).toEqual([]);
  });

  it('would have been found: in the logs, an answer, a file, and columns of text, JSON and bytes', async () => {
    const control = new SecretSearch();
    control.add('job', failedJob);
    expect(control.in('the logs', logs)).toEqual([{ where: 'the logs', secret: 'job' }]);
    expect(control.in('the answers', answers)).toEqual([{ where: 'the answers', secret: 'job' }]);

    const planted = canary('planted');
    control.add('planted', planted);
    const base64 = Buffer.from(`"x":"${planted}"`).toString('base64');
    await withSql(stack.database.url, async (query) => {
      await query(`update organizations set name = $1`, [planted]);
      await query(`update users set name = $1`, [base64.slice(0, 120)]);
      await query(`update ai_jobs set metadata = jsonb_build_object('nested', jsonb_build_array($1::text))`, [planted]);
      await query(`update organization_data_keys set wrapped_key = convert_to($1, 'UTF8')`, [planted]);
    });
    const found = await control.inDatabase(stack.database.url);
    const tables = ['organizations', 'users', 'ai_jobs', 'organization_data_keys'].map(
      (name) => `table public.${name}`,
    );
    expect(found.filter(({ secret }) => secret === 'planted').map(({ where }) => where)).toEqual(
      expect.arrayContaining(tables),
    );
    const mailed = new SecretSearch();
    mailed.add('address', EMAIL);
    expect(await mailed.inFiles(stack.dataDirectory)).not.toEqual([]);
  });
});
