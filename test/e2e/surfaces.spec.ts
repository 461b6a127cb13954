import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBaseClient, createJob, type EventDto, followJob, getHealth } from '#sdk';
import { type Agency, createAgency, followToEnd } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

describe.each(BACKENDS)('what the API shows on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend, environment: { CORS_ORIGINS: 'https://studio.example' } });
    agency = await createAgency(stack, 1000);
  });
  afterAll(() => stack.stop());

  it('serves its documentation, and the document that is committed', async () => {
    const page = await fetch(`${stack.url}/api/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const document = (await (await fetch(`${stack.url}/api/openapi.json`)).json()) as { paths: object };
    const committed = (await import('../../libs/sdk/openapi.json', { with: { type: 'json' } })).default as {
      paths: object;
    };
    expect(document.paths).toEqual(committed.paths);
    const errors = await (await fetch(`${stack.url}/api/docs/errors`)).text();
    expect(errors).toContain('id="billing.insufficient_credits"');
  });

  it('shows Bull Board to operators only', async () => {
    const board = `${stack.url}/admin/queues`;
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    for (const headers of [
      {},
      basic('operator:wrong'),
      basic('admin:board password'),
      { authorization: `Bearer ${agency.apiKey}` },
    ]) {
      const refused = await fetch(`${board}/api/queues`, { headers });
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('Basic'),
      ]);
      expect(await refused.json()).toMatchObject({
        code: 'auth.unauthenticated',
        detail: expect.stringContaining('BULL_BOARD_PASSWORD') as unknown,
      });
    }
    const page = await fetch(board, { headers: basic('operator:board password') });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Bull')]);
    const queues = (await (
      await fetch(`${board}/api/queues`, { headers: basic('operator:board password') })
    ).json()) as { queues: { name: string }[] };
    expect(queues.queues.map(({ name }) => name)).toEqual([
      'image',
      'video',
      'audio',
      'webhook',
      'maintenance',
      'dead-letter',
    ]);
  });

  it('lets nobody guess the password of Bull Board without end, and tells of it in the audit log', async () => {
    const strict = await stack.startAnotherApi({ RATE_LIMIT_FACTOR: '0.1' });
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 60 && !statuses.includes(429); attempt++) {
      const page = attempt % 2 ? 'mailbox' : 'queues';
      statuses.push((await fetch(`${strict}/admin/${page}`, { headers: basic('operator:wrong') })).status);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
    // Who guesses is not told that the last guess was right.
    expect((await fetch(`${strict}/admin/queues`, { headers: basic('operator:board password') })).status).toBe(429);
    const lines = await eventually(async () => {
      const found = await withSql(stack.database.superuserUrl, (query) =>
        query<{ actor_type: string; outcome: string }>(
          `select distinct actor_type, outcome from audit_logs
            where action = 'boards.open' and organization_id is null order by outcome`,
        ),
      );
      return found.length === 2 ? found : undefined;
    }, 'both are told');
    expect(lines).toEqual([
      { actor_type: 'anonymous', outcome: 'denied' },
      { actor_type: 'operator', outcome: 'success' },
    ]);
  });

  it('counts paths of the API that do not exist, by address', async () => {
    const refused = await fetch(`${stack.url}/api/nowhere`);
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([404, expect.stringContaining('"public"')]);
  });

  it('shows the mailbox under a policy that runs nothing', async () => {
    const authorization = `Basic ${Buffer.from('operator:board password').toString('base64')}`;
    const page = await fetch(`${stack.url}/admin/mailbox`, { headers: { authorization } });
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
  });

  it('is open to the pages of the origins that are listed, with every method, and to no others', async () => {
    const preflight = async (origin: string, method: string) => {
      const answer = await fetch(`${stack.url}/api/users/me`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization,content-type,idempotency-key,x-organization-id',
        },
      });
      const allowed = (what: string) => answer.headers.get(`access-control-allow-${what}`);
      return { origin: allowed('origin'), methods: allowed('methods')?.split(', '), headers: allowed('headers') };
    };
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const allowed = await preflight('https://studio.example', method);
      expect(allowed).toMatchObject({
        origin: 'https://studio.example',
        headers: expect.stringContaining('x-organization-id'),
      });
      expect(allowed.methods).toContain(method);
    }
    expect((await preflight('https://evil.example', 'PATCH')).origin).toBeNull();
    const read = await fetch(`${stack.url}/api/health/live`, { headers: { origin: 'https://studio.example' } });
    expect(read.headers.get('access-control-expose-headers')).toContain('ratelimit');
    expect(read.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('answers with a request id, its own or the caller’s, and hides what it is made of', async () => {
    const own = await fetch(`${stack.url}/api/health/live`);
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(own.headers.get('x-content-type-options')).toBe('nosniff');
    expect(own.headers.get('x-powered-by')).toBeNull();
    const given = await fetch(`${stack.url}/api/health/live`, { headers: { 'x-request-id': 'trace-1' } });
    expect(given.headers.get('x-request-id')).toBe('trace-1');
    const harmful = await fetch(`${stack.url}/api/health/live`, { headers: { 'x-request-id': 'a"b{c' } });
    expect(harmful.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a stream that breaks is resumed after the last event: nothing missing, nothing twice', async () => {
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/audio', input: { text: 'retomado', simulate: { latencyMs: 1600 } } },
      throwOnError: true,
    });
    const seen: EventDto[] = [];
    for await (const event of followJob(data.id, { client: agency.client })) {
      seen.push(event);
      if (event.type === 'job.processing') break;
    }
    for await (const event of followJob(data.id, { client: agency.client, lastEventId: seen.at(-1)?.id }))
      seen.push(event);
    const { events } = await followToEnd(agency.client, data.id);
    expect(seen.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it('tells a client that has seen the end not to come back', async () => {
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/audio', input: { text: 'fim' } },
      throwOnError: true,
    });
    const { events } = await followToEnd(agency.client, data.id);
    const again = await fetch(`${stack.url}/api/ai/jobs/${data.id}/events`, {
      headers: { authorization: `Bearer ${agency.apiKey}`, 'last-event-id': events.at(-1)?.id ?? '' },
    });
    expect([again.status, await again.text()]).toEqual([204, '']);
  });

  it('a stream needs credentials, and a forgotten place is the beginning', async () => {
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/audio', input: { text: 'x' } },
      throwOnError: true,
    });
    const anonymous = followJob(data.id, { client: createBaseClient({ baseUrl: stack.url }) });
    await expect(anonymous.next()).rejects.toMatchObject({ status: 401 });
    const types: string[] = [];
    const unknown = { client: agency.client, lastEventId: '01890000-0000-7000-8000-000000000000' };
    for await (const event of followJob(data.id, unknown)) types.push(event.type);
    expect(types[0]).toBe('job.queued');
  });

  it('the worker says nothing of prompts and keys in what it stores beside the job', async () => {
    const messages = await withSql(stack.database.superuserUrl, (query) =>
      query<{ data: unknown }>(
        `select data from bullmq.job where data::text like '%prompt%' or data::text like '%base_live%'`,
      ),
    );
    expect(messages).toEqual([]);
  });

  it('names what is down: 503 with the check that failed; liveness stays', async () => {
    // The API's logins are cut off, as when the database is being moved.
    const database = stack.database.name;
    const set = (allow: boolean) =>
      withSql(stack.database.superuserUrl.replace(`/${database}`, '/postgres'), async (query) => {
        await query(`alter database ${database} with allow_connections ${allow}`);
        if (!allow)
          await query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [database]);
      });
    await set(false);
    try {
      const { response, error } = await getHealth({ client: createBaseClient({ baseUrl: stack.url }) });
      expect(response?.status).toBe(503);
      expect(error).toMatchObject({
        status: 'down',
        checks: { database: { status: 'down' }, storage: { status: 'up' } },
      });
      expect((await fetch(`${stack.url}/api/health/live`)).status).toBe(200);
      const refused = await fetch(`${stack.url}/api/ai/jobs`, {
        headers: { authorization: `Bearer ${agency.apiKey}` },
      });
      expect([refused.status, refused.headers.get('content-type')]).toEqual([
        503,
        expect.stringContaining('problem+json'),
      ]);
    } finally {
      await set(true);
    }
    const again = await getHealth({ client: createBaseClient({ baseUrl: stack.url }) });
    expect(again.response?.status).toBe(200);
    const back = await eventually(async () => {
      const { data } = await createJob({
        client: agency.client,
        body: { model: 'sandbox/audio', input: { text: 'de volta' } },
      });
      return data;
    }, 'jobs are taken again');
    expect((await followToEnd(agency.client, back.id)).job.status).toBe('succeeded');
  });
});
