import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type FakeOpenAi, type FakeOpenAiFault, startFakeOpenAi } from '#ai/testing';
import { cancelJob, createJob } from '#sdk';
import { type Agency, balanceOf, createAgency, followToEnd, ledgerFaults, runJob } from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

/** The whole path through the OpenAI provider and the official SDK, against a server that speaks OpenAI's wire format. */
describe('jobs on OpenAI', () => {
  let openAi: FakeOpenAi;
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    openAi = await startFakeOpenAi();
    stack = await Stack.start({
      backend: 'postgres',
      environment: { OPENAI_BASE_URL: openAi.baseUrl, OPENAI_API_KEY: openAi.apiKey },
    });
    agency = await createAgency(stack, 1000);
  });
  afterEach(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    expect(await balanceOf(agency.client)).toMatchObject({ held: 0 });
  });
  afterAll(async () => {
    await stack.stop();
    await openAi.close();
  });

  /** What OpenAI charged for a job, or may have charged. */
  const costsOf = (jobId: string) =>
    withSql(stack.database.url, (query) =>
      query<{ kind: string; provider: string; cost_usd_micros: string }>(
        'select kind, provider, cost_usd_micros::text from provider_costs where job_id = $1',
        [jobId],
      ),
    );

  const image = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low', n: 2 } };

  it('an image job: priced by size, quality and text, made once, charged for what came', async () => {
    const creates = openAi.creates;
    const { job } = await runJob(agency.client, image);
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(job.outputs).toHaveLength(2);
    expect(job.outputs[0]).toMatchObject({ mimeType: 'image/png', width: 1024, height: 1024 });
    // Two pictures at 7.38 credits; held with the most their text can be, charged with the 2 tokens that were reported.
    expect(job.credits).toMatchObject({ held: 16, charged: 15 });
    expect(openAi.creates - creates).toBe(1);
    const [cost] = await costsOf(job.id);
    expect(cost).toMatchObject({ kind: 'job', provider: 'openai' });
    expect(Number(cost?.cost_usd_micros)).toBeGreaterThan(0);
  });

  it('a speech job, streamed into storage', async () => {
    const { job } = await runJob(agency.client, {
      model: 'openai/tts-1',
      input: { input: 'Bom dia', voice: 'nova', response_format: 'wav' },
    });
    expect(job).toMatchObject({ status: 'succeeded', outputs: [{ mimeType: 'audio/wav' }] });
  });

  it.each<[FakeOpenAiFault, string, string, number, number]>([
    // fault, end state, code, creates at the provider, tries
    ['content_policy', 'failed', 'provider.content_policy', 1, 1],
    ['insufficient_quota', 'failed', 'provider.quota_exhausted', 1, 1],
    ['unauthorized', 'failed', 'provider.authentication_failed', 1, 1],
    ['bad_gateway', 'outcome_unknown', 'provider.unavailable', 1, 1],
    ['reset', 'outcome_unknown', 'provider.outcome_unknown', 1, 1],
    ['html', 'outcome_unknown', 'provider.bad_response', 1, 1],
  ])(
    '%s: the job ends as %s (%s), nothing is charged, OpenAI is asked for it %d time',
    async (fault, status, code, asked, attempt) => {
      const before = await balanceOf(agency.client);
      const from = openAi.requests.length;
      openAi.failNext(fault);
      const { job, events } = await runJob(agency.client, image);
      expect(job).toMatchObject({ status, attempt, error: { code }, credits: { charged: 0 } });
      expect(openAi.requests.slice(from).filter(({ kind }) => kind === 'create')).toHaveLength(asked);
      expect(events.at(-1)?.type).toBe(`job.${status}`);
      expect((await balanceOf(agency.client)).available).toBe(before.available);
      expect(JSON.stringify(job)).not.toContain(openAi.apiKey);
      // Nobody but the owner of the key hears what the provider says of the account, or is sent there.
      expect(job.error).toMatchObject({ localized: { en: job.error?.message }, providerMessage: null });
      expect(job.error?.message).not.toMatch(/replace|top it up/i);
      expect(job.error?.message.includes('was not sent again')).toBe(status === 'outcome_unknown');
      // Two pictures and the most their text can be: what may have been charged stands beside the books.
      expect(await costsOf(job.id)).toEqual(
        status === 'outcome_unknown' ? [{ kind: 'outcome_unknown', provider: 'openai', cost_usd_micros: '12150' }] : [],
      );
      const line = await withSql(stack.database.url, (query) =>
        query<{ description: string }>(
          `select description from credit_transactions where job_id = $1 and type = 'release'`,
          [job.id],
        ),
      );
      expect(line).toEqual([{ description: expect.stringContaining(code) }]);
      expect(events.at(-1)?.data).toMatchObject({ error: { code }, chargedCredits: 0, returnedCredits: 16 });
    },
  );

  it('a rate limit is waited out and charged once', async () => {
    const from = openAi.requests.length;
    openAi.failNext('rate_limited', { retryAfterSeconds: 1 });
    const { job } = await runJob(agency.client, image);
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(openAi.requests.length - from).toBe(2);
  });

  it.each(['canceled', 'past its deadline'])(
    'what OpenAI has accepted cannot be stopped: a job that is %s meanwhile is delivered, and charged once',
    async (how) => {
      const [before, creates] = [await balanceOf(agency.client), openAi.creates];
      // Three seconds, in which the worker asks several times whether it should go on.
      openAi.failNext('slow_drip', { on: 'create', dripMs: 150 });
      const deadline = how === 'canceled' ? undefined : new Date(Date.now() + 2_000).toISOString();
      const { data: job } = await createJob({
        client: agency.client,
        body: { ...image, ...(deadline && { deadline }) },
        throwOnError: true,
      });
      await eventually(() => Promise.resolve(openAi.creates > creates), 'OpenAI has accepted it');
      if (how === 'canceled') {
        const { data } = await cancelJob({ client: agency.client, path: { jobId: job.id }, throwOnError: true });
        expect(data.outcome).toBe('requested');
      }
      const { job: ended } = await followToEnd(agency.client, job.id);
      expect(ended).toMatchObject({
        status: 'succeeded',
        cancelRequested: how === 'canceled',
        credits: { charged: 15 },
      });
      expect(ended.outputs).toHaveLength(2);
      expect(openAi.creates - creates).toBe(1);
      expect(before.available - (await balanceOf(agency.client)).available).toBe(15);
    },
  );
});
