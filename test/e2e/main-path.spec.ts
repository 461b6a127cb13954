import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ApiError,
  cancelJob,
  type Client,
  createBaseClient,
  createJob,
  createProject,
  createQuote,
  followEvents,
  getHealth,
  getJob,
  getJobReceipt,
  getModel,
  getUsage,
  listEvents,
  listJobs,
  listModels,
} from '#sdk';
import {
  type Agency,
  balanceOf,
  createAgency,
  createKey,
  followToEnd,
  ledgerFaults,
  ledgerOf,
  runJob,
  setAvailable,
} from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

describe.each(BACKENDS)('the main path on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend });
    agency = await createAgency(stack, 1000);
  });
  afterAll(() => stack.stop());

  it('says that it is well, naming database, queue, storage and version', async () => {
    const { data } = await getHealth({ client: createBaseClient({ baseUrl: stack.url }), throwOnError: true });
    expect(data).toMatchObject({
      status: 'ok',
      checks: { database: { status: 'up' }, queue: { status: 'up' }, storage: { status: 'up' } },
    });
    expect(data.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('shows the catalogue to anybody: schema, price and availability of every model', async () => {
    const { data } = await listModels({ client: createBaseClient({ baseUrl: stack.url }), throwOnError: true });
    const sandbox = data.data.filter((model) => model.provider === 'sandbox');
    expect(new Set(sandbox.map((model) => model.type))).toEqual(new Set(['image', 'video', 'audio']));
    for (const model of sandbox) {
      expect(model.available).toBe(true);
      expect(model.prices.length).toBeGreaterThan(0);
      expect(model.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
    // No credentials here: shown, but said to be unavailable.
    const one = data.data.find((model) => model.id === 'openai/gpt-image-2');
    expect(one).toMatchObject({ available: false });

    const client = createBaseClient({ baseUrl: stack.url });
    expect((await getModel({ client, path: { path: 'openai/gpt-image-2' } })).data).toEqual(one);
    expect(await (await fetch(`${stack.url}/api/ai/models/openai/gpt-image-2`)).json()).toEqual(one);
    expect((await getModel({ client, path: { path: 'openai/none' } })).response?.status).toBe(404);
    const { data: speech } = await listModels({ client, query: { ability: 'speech', provider: 'openai' } });
    expect(speech?.data.map(({ id }) => id)).toEqual(['openai/gpt-4o-mini-tts', 'openai/tts-1', 'openai/tts-1-hd']);
    expect((await fetch(`${stack.url}/api/ai/models?typ=video`)).status).toBe(422);
  });

  async function spentLately(): Promise<number> {
    const { data } = await getUsage({ client: agency.client, query: { days: 7 }, throwOnError: true });
    expect(data.data).toHaveLength(7);
    return data.data.reduce((sum, { credits }) => sum + credits, 0);
  }

  it.each([
    ['image', { model: 'sandbox/image', input: { prompt: 'Dunas ao entardecer', n: 2, seed: 7 } }, 'image/png', 2, 10],
    ['video', { model: 'sandbox/video', input: { prompt: 'Ondas', duration: 1, size: '360x640' } }, 'video/mp4', 1, 4],
    ['audio', { model: 'sandbox/audio', input: { text: 'Bom dia, São Paulo' } }, 'audio/mpeg', 1, 1],
  ] as const)('makes an %s: held, made, stored, charged exactly, told', async (_type, body, mimeType, files, price) => {
    const before = await balanceOf(agency.client);
    const spentBefore = await spentLately();
    const { job, events } = await runJob(agency.client, body);

    expect(events.map((event) => event.type)).toEqual(['job.queued', 'job.processing', 'job.succeeded']);
    const sequences = events.map((event) => event.sequence);
    expect([...sequences].sort((a, b) => a - b)).toEqual(sequences);
    expect(job).toMatchObject({ status: 'succeeded', progress: 100, error: null, credits: { charged: price } });
    expect(job.outputs).toHaveLength(files);
    for (const output of job.outputs) {
      expect(output.mimeType).toBe(mimeType);
      const response = await fetch(output.url);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(response.headers.get('content-type')).toBe(mimeType);
      expect(bytes.length).toBe(output.bytes);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(output.sha256);
    }
    expect(await ledgerOf(agency.client, job.id)).toEqual(
      expect.arrayContaining([
        ['hold', -job.credits.held],
        ['settle', expect.any(Number)],
      ]),
    );
    const after = await balanceOf(agency.client);
    expect(before.available - after.available).toBe(price);
    expect(after.held).toBe(before.held);
    expect((await spentLately()) - spentBefore).toBe(price);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('serves ranges of a file, and nothing for a link that was tampered with', async () => {
    const { job } = await runJob(agency.client, { model: 'sandbox/image', input: { prompt: 'Um farol' } });
    const url = job.outputs[0]?.url ?? '';
    const part = await fetch(url, { headers: { range: 'bytes=0-7' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    );
    const forged = new URL(url);
    forged.searchParams.set('expires', '99999999999');
    expect((await fetch(forged)).status).toBe(403);
    const elsewhere = url.replace('/jobs/', '/../jobs/');
    expect([403, 404]).toContain((await fetch(elsewhere)).status);
    const expired = new URL(url);
    expired.searchParams.set('expires', '1');
    expect((await fetch(expired)).status).toBe(403);
  });

  it('keeps a promised price, and refuses the quote for another input or a second job', async () => {
    const input = { prompt: 'Um gato astronauta', n: 3 };
    const { data: quote } = await createQuote({
      client: agency.client,
      body: { model: 'sandbox/image', input },
      throwOnError: true,
    });
    expect(quote).toMatchObject({ estimatedCredits: 15, maxCredits: 15 });
    const { job } = await runJob(agency.client, { model: 'sandbox/image', input, quoteId: quote.id });
    expect(job.credits).toEqual({ held: 15, charged: 15, refunded: 0 });
    const again = await createJob({
      client: agency.client,
      body: { model: 'sandbox/image', input, quoteId: quote.id },
    });
    expect(again.error).toMatchObject({ code: 'billing.quote_invalid' });
    const other = await createJob({
      client: agency.client,
      body: { model: 'sandbox/image', input: { ...input, n: 4 }, quoteId: quote.id },
    });
    expect(other.error).toMatchObject({ code: 'billing.quote_invalid' });
  });

  it('returns the whole hold when the provider fails, and says why', async () => {
    const before = await balanceOf(agency.client);
    const { job, events } = await runJob(agency.client, {
      model: 'sandbox/image',
      input: { prompt: 'x', simulate: { failure: 'content_policy' } },
    });
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'provider.content_policy' },
      credits: { held: 5, charged: 0 },
      outputs: [],
    });
    expect(events.at(-1)).toMatchObject({ type: 'job.failed', data: { returnedCredits: 5, chargedCredits: 0 } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: before.available, held: before.held });
    expect(await ledgerOf(agency.client, job.id)).toEqual([
      ['hold', -5],
      ['release', 5],
    ]);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('tries again when the provider surely did not accept, and charges once', async () => {
    const { job } = await runJob(agency.client, {
      model: 'sandbox/image',
      input: { prompt: 'x', simulate: { failure: 'rate_limited', failAttempts: 2 } },
    });
    expect(job).toMatchObject({ status: 'succeeded', attempt: 3, credits: { charged: 5 } });
  });

  it('gives up after three tries', async () => {
    const { job } = await runJob(agency.client, {
      model: 'sandbox/image',
      input: { prompt: 'x', simulate: { failure: 'unavailable' } },
    });
    expect(job).toMatchObject({ status: 'failed', attempt: 3, error: { code: 'provider.unavailable' } });
  });

  it('never submits again when the outcome is unknown: the hold returns and the state says so', async () => {
    const { job } = await runJob(agency.client, {
      model: 'sandbox/image',
      input: { prompt: 'x', simulate: { failure: 'outcome_unknown' } },
    });
    expect(job).toMatchObject({ status: 'outcome_unknown', attempt: 1, credits: { charged: 0 } });
  });

  it('follows a long job with progress while it holds no slot', async () => {
    const { job, events } = await runJob(agency.client, {
      model: 'sandbox/audio',
      input: { text: 'devagar', simulate: { latencyMs: 1500 } },
    });
    expect(job.status).toBe('succeeded');
    const progress = events.filter((event) => event.type === 'job.progress').map((event) => event.data['progress']);
    expect(progress.length).toBeGreaterThan(0);
    expect(events.at(-1)?.type).toBe('job.succeeded');
  });

  it('answers the first job to the same Idempotency-Key and body, and refuses another body', async () => {
    const key = randomUUID();
    const body = { model: 'sandbox/image', input: { prompt: 'uma vez só' } };
    const headers = { 'Idempotency-Key': key };
    const before = await balanceOf(agency.client);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => createJob({ client: agency.client, body, headers, throwOnError: true })),
    );
    const ids = new Set(answers.map(({ data }) => data.id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    const { job } = await followToEnd(agency.client, id);
    expect(job.credits.charged).toBe(5);
    expect(before.available - (await balanceOf(agency.client)).available).toBe(5);
    const replay = await createJob({ client: agency.client, body, headers, throwOnError: true });
    expect(replay.data).toMatchObject({ id, status: 'succeeded' });
    expect(replay.response.headers.get('idempotency-replayed')).toBe('true');
    const other = await createJob({
      client: agency.client,
      body: { ...body, input: { prompt: 'outra' } },
      headers,
    });
    expect(other.error).toMatchObject({ code: 'idempotency.key_reused' });
    expect(other.response?.status).toBe(422);
  });

  it('runs any model on the sandbox for a test key, and moves no credits', async () => {
    const key = await createKey(agency.owner, agency.organizationId, 'test');
    const client = createBaseClient({ baseUrl: stack.url, token: key });
    const before = await balanceOf(agency.client);
    const { job } = await runJob(client, { model: 'openai/gpt-image-2', input: { prompt: 'teste' } });
    expect(job).toMatchObject({ status: 'succeeded', testMode: true, credits: { held: 0, charged: 0 } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: before.available, held: before.held });

    const simulate = { failure: 'content_policy' };
    const body = { model: 'openai/gpt-image-2', input: { prompt: 'teste', simulate } };
    expect((await runJob(client, body)).job).toMatchObject({
      status: 'failed',
      error: { code: 'provider.content_policy' },
    });
  });

  it('keeps quotes and idempotency keys of test jobs and live ones apart', async () => {
    const key = await createKey(agency.owner, agency.organizationId, 'test');
    const test = createBaseClient({ baseUrl: stack.url, token: key });
    const request = { model: 'sandbox/image', input: { prompt: 'promessa' } };
    const { data: quote } = await createQuote({ client: agency.client, body: request, throwOnError: true });
    const body = { ...request, quoteId: quote.id };
    const headers = { 'Idempotency-Key': randomUUID() };
    expect((await createJob({ client: test, body, headers })).error).toMatchObject({ code: 'billing.quote_invalid' });
    const live = await createJob({ client: agency.client, body, headers, throwOnError: true });
    const other = await createJob({ client: test, body: request, headers, throwOnError: true });
    const again = await createJob({ client: test, body: request, headers, throwOnError: true });
    expect([live.data.testMode, other.data.testMode, again.data.id]).toEqual([false, true, other.data.id]);
    await Promise.all([followToEnd(agency.client, live.data.id), followToEnd(test, other.data.id)]);
  });

  it('keeps test jobs and live ones apart', async () => {
    const key = await createKey(agency.owner, agency.organizationId, 'test');
    const client = createBaseClient({ baseUrl: stack.url, token: key });
    const body = { model: 'sandbox/image', input: { prompt: 'à parte' } };
    const [{ job: test }, { job: live }] = await Promise.all([runJob(client, body), runJob(agency.client, body)]);
    const idsOf = async (as: Client, query: { testMode?: boolean; limit?: number } = {}) =>
      (await listJobs({ client: as, query: { limit: 100, ...query }, throwOnError: true })).data.data.map(
        ({ id }) => id,
      );
    const shown = [await idsOf(client), await idsOf(agency.client), await idsOf(agency.client, { testMode: true })];
    expect(shown.map((ids) => [ids.includes(test.id), ids.includes(live.id)])).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);
    const path = { jobId: live.id };
    const hidden = await Promise.all([
      getJob({ client, path }),
      cancelJob({ client, path }),
      getJobReceipt({ client, path }),
    ]);
    expect(hidden.map(({ response }) => response?.status)).toEqual([404, 404, 404]);
    await expect(followToEnd(client, live.id)).rejects.toMatchObject({ code: 'resource.not_found' });
    expect((await getJob({ client: agency.client, path: { jobId: test.id } })).response?.status).toBe(200);
    await expectEventsApart(client, test.id, live.id);
  });

  /** The log, filtered or not, and a stream that goes on after an event of the other kind. */
  async function expectEventsApart(testClient: Client, testJob: string, liveJob: string): Promise<void> {
    const eventsOf = async (client: Client, query: { testMode?: boolean; jobId?: string } = {}) =>
      (await listEvents({ client, query: { limit: 500, ...query }, throwOnError: true })).data.data;
    const [underTest, underLive] = [await eventsOf(testClient), await eventsOf(agency.client)];
    expect(new Set(underTest.map(({ testMode }) => testMode))).toEqual(new Set([true]));
    expect(new Set(underLive.map(({ testMode }) => testMode))).toEqual(new Set([false]));
    expect(underTest.map(({ subjectId }) => subjectId)).toContain(testJob);
    expect(underLive.map(({ subjectId }) => subjectId)).toContain(liveJob);
    expect(await eventsOf(agency.client, { testMode: true })).toEqual(underTest);
    expect(await eventsOf(testClient, { jobId: liveJob })).toEqual([]);
    expect((await eventsOf(agency.client, { jobId: testJob })).at(-1)).toMatchObject({ type: 'job.succeeded' });
    const closing = new AbortController();
    const followed: string[] = [];
    const after = { lastEventId: underLive[0]?.id, signal: closing.signal };
    for await (const { id } of followEvents({ client: testClient, ...after })) {
      followed.push(id);
      if (id === underTest.at(-1)?.id) closing.abort();
    }
    expect(followed).toEqual(underTest.map(({ id }) => id));
  }

  it('lists the jobs of a model, a project and a time', async () => {
    const { data: project } = await createProject({
      client: agency.owner,
      body: { name: 'Farol' },
      throwOnError: true,
    });
    const input = { prompt: 'do projeto' };
    const { job } = await runJob(agency.client, { model: 'sandbox/image', input, projectId: project.id });
    const found = async (query: object) => {
      const { data } = await listJobs({ client: agency.client, query, throwOnError: true });
      return data.data.map(({ id, model }) => [id, model] as const);
    };
    const mine = [[job.id, 'sandbox/image']];
    expect(await found({ projectId: project.id })).toEqual(mine);
    expect(await found({ projectId: project.id, model: 'sandbox/video' })).toEqual([]);
    expect(new Set((await found({ model: 'sandbox/image' })).map(([, model]) => model))).toEqual(
      new Set(['sandbox/image']),
    );
    expect(
      await found({ createdFrom: job.createdAt, createdBefore: new Date(Date.parse(job.createdAt) + 1).toISOString() }),
    ).toEqual(mine);
    expect(await found({ projectId: project.id, createdBefore: job.createdAt })).toEqual([]);
  });

  it('lists jobs newest first, a page at a time, and the event log by sequence', async () => {
    const first = await listJobs({ client: agency.client, query: { limit: 3 }, throwOnError: true });
    expect(first.data.data).toHaveLength(3);
    const second = await listJobs({
      client: agency.client,
      query: { limit: 3, before: first.data.nextBefore ?? undefined },
      throwOnError: true,
    });
    const times = [...first.data.data, ...second.data.data].map((job) => Date.parse(job.createdAt));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(new Set([...first.data.data, ...second.data.data].map((job) => job.id)).size).toBe(6);
    const sequencesOf = async (testMode: boolean) =>
      (await listEvents({ client: agency.client, query: { limit: 500, testMode }, throwOnError: true })).data.data.map(
        (event) => event.sequence,
      );
    const ownSequences = [...(await sequencesOf(false)), ...(await sequencesOf(true))].sort((a, b) => a - b);
    expect(ownSequences).toEqual(ownSequences.map((_, index) => (ownSequences[0] ?? 0) + index));
  });

  it('keeps agencies apart: another one sees neither job nor events', async () => {
    const stranger = await createAgency(stack, 10);
    const { job } = await runJob(agency.client, { model: 'sandbox/image', input: { prompt: 'segredo' } });
    const seen = await getJob({ client: stranger.client, path: { jobId: job.id } });
    const missing = await getJob({ client: stranger.client, path: { jobId: randomUUID() } });
    expect(seen.response?.status).toBe(404);
    const body = ({ error }: typeof seen) => ({ ...(error as ApiError).problem, requestId: '' });
    expect(body(seen)).toEqual(body(missing));
    await expect(followToEnd(stranger.client, job.id)).rejects.toMatchObject({ code: 'resource.not_found' });
    const canceled = await cancelJob({ client: stranger.client, path: { jobId: job.id } });
    expect(canceled.response?.status).toBe(404);
  });

  it('lets the organization follow everything that happens', async () => {
    const closing = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const event of followEvents({ client: agency.client, signal: closing.signal })) {
        seen.push(event.type);
        if (event.type === 'job.succeeded') closing.abort();
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await runJob(agency.client, { model: 'sandbox/audio', input: { text: 'olá' } });
    await following;
    expect(seen).toEqual(['job.queued', 'job.processing', 'job.succeeded']);
  });
});

describe.each(BACKENDS)('jobs that wait on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend, worker: false });
    agency = await createAgency(stack, 100);
  });
  afterAll(() => stack.stop());

  it('cancels a queued job: its hold returns, and no worker ever runs it', async () => {
    const { data: accepted } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/image', input: { prompt: 'nunca' } },
      throwOnError: true,
    });
    expect(accepted).toMatchObject({ status: 'queued', credits: { held: 5, charged: null } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 95, held: 5 });
    const { data: canceled } = await cancelJob({
      client: agency.client,
      path: { jobId: accepted.id },
      throwOnError: true,
    });
    expect(canceled).toMatchObject({ outcome: 'canceled', job: { status: 'canceled', credits: { charged: 0 } } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 100, held: 0 });
    const again = await cancelJob({ client: agency.client, path: { jobId: accepted.id } });
    expect(again.error).toMatchObject({ code: 'ai.job_not_cancelable', status: 409 });
    await stack.startWorker();
    const { events } = await followToEnd(agency.client, accepted.id);
    expect(events.map((event) => event.type)).toEqual(['job.queued', 'job.canceled']);
    await stack.stopWorker();
  });

  it('expires a job that nobody started before its deadline, and returns its hold', async () => {
    const { data: accepted } = await createJob({
      client: agency.client,
      body: {
        model: 'sandbox/image',
        input: { prompt: 'tarde demais' },
        deadline: new Date(Date.now() + 2_500).toISOString(),
      },
      throwOnError: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    await stack.startWorker();
    const { job } = await followToEnd(agency.client, accepted.id);
    expect(job).toMatchObject({ status: 'expired', credits: { charged: 0 } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 100, held: 0 });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('parks a job that the balance does not cover when asked to, and runs it once there are funds', async () => {
    const poor = await createAgency(stack, 3);
    const { data: parked } = await createJob({
      client: poor.client,
      body: { model: 'sandbox/image', input: { prompt: 'com paciência' }, awaitFunds: true },
      throwOnError: true,
    });
    expect(parked).toMatchObject({ status: 'awaiting_funds', credits: { held: 0 } });
    await setAvailable(stack, poor.organizationId, 8);
    const { job, events } = await followToEnd(poor.client, parked.id);
    expect(job).toMatchObject({ status: 'succeeded', credits: { held: 5, charged: 5 } });
    expect(events.map((event) => event.type)).toEqual([
      'job.awaiting_funds',
      'job.queued',
      'job.processing',
      'job.succeeded',
    ]);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('stops a running job when asked, and says that the wish was recorded', async () => {
    const { data: accepted } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/video', input: { prompt: 'longo', simulate: { latencyMs: 60_000 } } },
      throwOnError: true,
    });
    for await (const event of (await import('#sdk')).followJob(accepted.id, { client: agency.client })) {
      if (event.type === 'job.processing') break;
    }
    const { data } = await cancelJob({ client: agency.client, path: { jobId: accepted.id }, throwOnError: true });
    expect(data).toMatchObject({ outcome: 'requested', job: { cancelRequested: true } });
    const { job } = await followToEnd(agency.client, accepted.id);
    expect(job).toMatchObject({ status: 'canceled', credits: { charged: 0 } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 100, held: 0 });
  });

  /** A job that its provider has had for a day, and that no worker holds. */
  const leftForADay = async (provider: 'works on it' | 'has finished it'): Promise<string> => {
    await stack.keepWorker();
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/image', input: { prompt: 'há um dia', simulate: { latencyMs: 60_000 } } },
      throwOnError: true,
    });
    const parked = () =>
      sql('select 1 from ai_jobs where id = $1 and external_id is not null and claim_token is null', [data.id]);
    await eventually(async () => (await parked()).length === 1, 'the job waits for its provider');
    await stack.stopWorker();
    await sql(
      `update ai_jobs set created_at = now() - interval '25 hours', started_at = now() - interval '25 hours', next_poll_at = now(),
              external_id = case when $2 then 'sandbox-0-0' else external_id end
        where id = $1`,
      [data.id, provider === 'has finished it'],
    );
    await stack.startWorker();
    return data.id;
  };
  const sql = (text: string, values: unknown[]) => withSql(stack.database.url, (query) => query(text, values));

  it('a day after its start a job that its provider still works on is given up: the whole hold returns, and event and ledger say why', async () => {
    const jobId = await leftForADay('works on it');
    const { job, events } = await followToEnd(agency.client, jobId);
    expect(job).toMatchObject({ status: 'expired', error: { code: 'ai.hold_expired' }, credits: { charged: 0 } });
    expect(events.at(-1)).toMatchObject({
      type: 'job.expired',
      data: { error: { code: 'ai.hold_expired' }, chargedCredits: 0, returnedCredits: 5 },
    });
    expect(await ledgerOf(agency.client, jobId)).toEqual([
      ['hold', -5],
      ['release', 5],
    ]);
    expect(
      await sql(`select description from credit_transactions where job_id = $1 and type = 'release'`, [jobId]),
    ).toEqual([{ description: expect.stringContaining('ai.hold_expired') }]);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 100, held: 0 });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('the provider is asked first: what it had finished by then is delivered and charged', async () => {
    const { job } = await followToEnd(agency.client, await leftForADay('has finished it'));
    expect(job).toMatchObject({ status: 'succeeded', credits: { charged: 5 } });
    expect(await balanceOf(agency.client)).toMatchObject({ available: 95, held: 0 });
    expect(await ledgerFaults(stack)).toEqual([]);
  });
});
