import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiError, createBaseClient, createJob, listJobs } from '#sdk';
import { type Agency, balanceOf, createAgency } from '../support/agency.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

/** Bad input gets a clear error, and nothing is held or queued. */
describe('refusals', () => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend: 'postgres', worker: false });
    agency = await createAgency(stack, 20);
    await withSql(stack.database.url, (query) => query(`delete from pricing where model = 'openai/tts-1-hd'`));
  });
  afterAll(() => stack.stop());

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${stack.url}/api/ai/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${agency.apiKey}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const image = (input: Record<string, unknown>, more: object = {}) => ({ model: 'sandbox/image', input, ...more });

  it.each([
    ['an unknown model', { model: 'acme/none', input: {} }, 422, 'ai.unknown_model', '/model'],
    ['a parameter outside of the schema', image({ prompt: 'x', size: '1x1' }), 422, 'request.invalid', '/input/size'],
    ['a parameter of the wrong type', image({ prompt: 'x', n: 'two' }), 422, 'request.invalid', '/input/n'],
    ['an unknown parameter', image({ prompt: 'x', steps: 9 }), 422, 'request.invalid', '/input/steps'],
    ['a missing prompt', image({}), 422, 'request.invalid', '/input/prompt'],
    ['an empty prompt', image({ prompt: '   ' }), 422, 'request.invalid', '/input/prompt'],
    ['a prompt that is too long', image({ prompt: 'x'.repeat(4001) }), 422, 'request.invalid', '/input/prompt'],
    [
      'a model without credentials',
      { model: 'openai/gpt-image-2', input: { prompt: 'x' } },
      422,
      'ai.model_unavailable',
      undefined,
    ],
    ['a text that no database can store', image({ prompt: 'a\u0000b' }), 422, 'request.invalid', undefined],
    ['a lone surrogate', image({ prompt: '\ud800' }), 422, 'request.invalid', '/input/prompt'],
    [
      'a deadline that is only a year',
      image({ prompt: 'x' }, { deadline: '2030' }),
      422,
      'request.invalid',
      '/deadline',
    ],
    [
      'a deadline without a zone',
      image({ prompt: 'x' }, { deadline: '2030-01-01T00:00:00' }),
      422,
      'request.invalid',
      '/deadline',
    ],
    ['a foreign project', image({ prompt: 'x' }, { projectId: randomUUID() }), 422, 'request.invalid', '/projectId'],
    ['an unknown field', image({ prompt: 'x' }, { credits: 0 }), 422, 'request.invalid', '/credits'],
    [
      'a foreign field',
      image({ prompt: 'x' }, { organizationId: randomUUID() }),
      422,
      'request.invalid',
      '/organizationId',
    ],
    ['an input that is no object', { model: 'sandbox/image', input: 'x' }, 422, 'request.invalid', '/input'],
    ['null for an optional field', image({ prompt: 'x' }, { maxCredits: null }), 422, 'request.invalid', '/maxCredits'],
    ['a fractional limit', image({ prompt: 'x' }, { maxCredits: 1.5 }), 422, 'request.invalid', '/maxCredits'],
    ['a limit below the price', image({ prompt: 'x' }, { maxCredits: 4 }), 422, 'ai.max_credits_exceeded', undefined],
    [
      'a deadline in the past',
      image({ prompt: 'x' }, { deadline: '2020-01-01T00:00:00Z' }),
      422,
      'ai.deadline_passed',
      undefined,
    ],
    ['a foreign quote', image({ prompt: 'x' }, { quoteId: randomUUID() }), 422, 'billing.quote_invalid', undefined],
    [
      'metadata that is a document',
      image({ prompt: 'x' }, { metadata: { a: { b: 1 } } }),
      422,
      'request.invalid',
      '/metadata',
    ],
    ['(and what the balance covers exactly is accepted)', image({ prompt: 'x', n: 4 }), 202, undefined, undefined],
  ])('%s', async (_what, body, status, code, pointer) => {
    const response = await post(body);
    const answer = (await response.json()) as { code?: string; errors?: { pointer: string }[]; requestId?: string };
    expect({ status: response.status, code: answer.code }).toEqual({ status, code });
    if (status === 202) return;
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.requestId).toBe(response.headers.get('x-request-id'));
    if (pointer) expect(answer.errors?.map((fault) => fault.pointer)).toContain(pointer);
  });

  it('too few credits: 402 with what is needed and what is there', async () => {
    const { error, response } = await createJob({
      client: agency.client,
      body: image({ prompt: 'x', n: 1 }),
    });
    expect(response?.status).toBe(402);
    expect((error as ApiError).problem).toMatchObject({
      code: 'billing.insufficient_credits',
      requiredCredits: 5,
      availableCredits: 0,
    });
  });

  it('malformed JSON, a wrong content type, an oversized body', async () => {
    const malformed = await post('{"model":');
    expect([malformed.status, ((await malformed.json()) as { code: string }).code]).toEqual([
      400,
      'request.malformed_body',
    ]);
    const text = await post('hello', { 'content-type': 'text/plain' });
    expect([text.status, ((await text.json()) as { code: string }).code]).toEqual([
      415,
      'request.unsupported_media_type',
    ]);
    const large = await post(image({ prompt: 'x'.repeat(1_100_000) }));
    expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, 'request.body_too_large']);
  });

  it('an oversized body is answered also to a client that reads nothing before it has sent it all', async () => {
    const { hostname, port } = new URL(stack.url);
    const socket = connect(Number(port), hostname);
    const size = 20_000_000;
    socket.write(
      `POST /api/ai/jobs HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`,
    );
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).write(Buffer.alloc(size, 'x'), (error) => (error ? reject(error) : resolve()));
    });
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*request\.body_too_large/s);
  });

  it.each([
    ['a compressed body', { 'content-encoding': 'gzip' }],
    ['another charset than UTF-8', { 'content-type': 'application/json; charset=utf-16le' }],
  ])('%s is named as such, not as malformed', async (_what, headers) => {
    const refused = await post(image({ prompt: 'x' }), headers);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      415,
      'request.unsupported_media_type',
    ]);
    expect((await post(image({ prompt: 'x' }), { 'content-type': 'application/json; charset="UTF-8"' })).status).toBe(
      402,
    );
  });

  it.each([
    ['PUT', '/api/ai/jobs', 'GET, HEAD, POST'],
    ['DELETE', `/api/ai/jobs/${randomUUID()}?x=1`, 'GET, HEAD'],
    ['GET', '/api/auth/login', 'POST'],
  ])('%s %s: 405 with the methods that the path takes', async (method, path, allow) => {
    const refused = await fetch(`${stack.url}${path}`, { method });
    const { code, requestId } = (await refused.json()) as { code: string; requestId: string };
    expect([refused.status, refused.headers.get('allow'), code]).toEqual([405, allow, 'request.method_not_allowed']);
    expect(requestId).toBe(refused.headers.get('x-request-id'));
  });

  it('nesting without end, also from strangers', async () => {
    const deep = `{"model":"sandbox/image","input":{"prompt":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    const refused = await post(deep);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([422, 'request.invalid']);
    const login = await fetch(`${stack.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"email":${'['.repeat(5000)}${']'.repeat(5000)},"password":"x"}`,
    });
    expect(login.status).toBe(422);
  });

  it('form bodies: other sites’ pages could post them', async () => {
    const form = await post('model=sandbox%2Fimage', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, ((await form.json()) as { code: string }).code]).toEqual([
      415,
      'request.unsupported_media_type',
    ]);
  });

  it.each([
    ['/api/ai/jobs/%E0%A4%A', 400, 'request.url_invalid'],
    [`/api/ai/jobs/${'a'.repeat(700)}`, 404, 'resource.not_found'],
    ['/api/ai/jobs/not-a-uuid', 404, 'resource.not_found'],
    ['/api/nowhere?signature=secret', 404, 'request.route_not_found'],
  ])('the URL %s', async (path, status, code) => {
    const response = await fetch(`${stack.url}${path}`, { headers: { authorization: `Bearer ${agency.apiKey}` } });
    const text = await response.text();
    expect([
      response.status,
      response.headers.get('content-type'),
      (JSON.parse(text) as { code: string }).code,
    ]).toEqual([status, expect.stringContaining('application/problem+json'), code]);
    expect(text).not.toContain('secret');
  });

  it('headers without end', async () => {
    const response = await fetch(`${stack.url}/api/health/live`, { headers: { 'x-long': 'a'.repeat(40_000) } });
    const refused = (await response.json()) as { code: string };
    expect([response.status, refused.code]).toEqual([431, 'request.header_too_large']);
    // There was no request yet that could have an id.
    expect(refused).not.toHaveProperty('requestId');
  });

  it('an Idempotency-Key that is no key', async () => {
    for (const key of ['x'.repeat(256), 'two words']) {
      const response = await post(image({ prompt: 'x' }), { 'idempotency-key': key });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        400,
        'idempotency.key_invalid',
      ]);
    }
  });

  it.each([
    ['no key', undefined],
    ['nonsense', 'hello'],
    ['a key with a wrong checksum', 'base_live_0000000000000000_0000000000000000000000000000000000000000000000000'],
  ])('%s is not let in', async (_what, token) => {
    const client = createBaseClient({ baseUrl: stack.url, ...(token ? { token } : {}) });
    const { error, response } = await listJobs({ client });
    expect(response?.status).toBe(401);
    expect(error).toMatchObject({ status: 401 });
    expect(response?.headers.get('content-type')).toContain('application/problem+json');
  });

  it('an unknown route is a problem document too', async () => {
    const response = await fetch(`${stack.url}/api/nowhere`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      404,
      'request.route_not_found',
    ]);
  });

  it('an unpriced model is refused, never free', async () => {
    const key = await (await import('../support/agency.js')).createKey(agency.owner, agency.organizationId, 'test');
    const client = createBaseClient({ baseUrl: stack.url, token: key });
    const { error } = await createJob({ client, body: { model: 'openai/tts-1-hd', input: { input: 'x' } } });
    expect(error).toMatchObject({ code: 'billing.unpriced_model' });
    // There is nothing else of the kind here but the sandbox, which only plays a model.
    const unpriced = await createJob({ client, body: { model: 'freepik/mystic', input: { prompt: 'x' } } });
    expect(unpriced.error).toMatchObject({
      code: 'billing.unpriced_model',
      detail: 'freepik/mystic has no price on this installation yet, so it cannot be charged. Choose another model.',
    });
  });

  it('and after all of it: nothing was held but the one job that was accepted', async () => {
    expect(await balanceOf(agency.client)).toMatchObject({ available: 0, held: 20 });
    const { data } = await listJobs({ client: agency.client, throwOnError: true });
    expect(data.data).toHaveLength(1);
  });
});
