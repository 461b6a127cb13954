import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeFal, type FakeOpenAi, type FakeOpenAiFault, startFakeOpenAi } from '#ai/testing';
import { freePort } from '#core/embedded';
import {
  createBaseClient,
  createJob,
  type CreateJobDto,
  createProviderKey,
  createQuote,
  type CreateQuoteDto,
} from '#sdk';
import { type Agency, balanceOf, createAgency, createKey, ledgerFaults, runJob } from '../support/agency.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

const FIRST = 'openai/gpt-image-2';
const SECOND = 'fal/fal-ai/flux/schnell';

/** A job with another model to go on with, its providers played on loopback. */
describe('a job goes on with its next model as long as no provider has accepted it', () => {
  let openAi: FakeOpenAi;
  let fal: FakeFal;
  let stack: Stack;
  let agency: Agency;
  const body = {
    model: FIRST,
    input: { prompt: 'Um farol', size: '1024x1024', quality: 'high' },
    fallbackModels: [SECOND],
  };

  beforeAll(async () => {
    [openAi, fal] = await Promise.all([startFakeOpenAi(), FakeFal.start()]);
    stack = await Stack.start({
      backend: 'postgres',
      environment: {
        OPENAI_BASE_URL: openAi.baseUrl,
        OPENAI_API_KEY: openAi.apiKey,
        FAL_QUEUE_URL: fal.baseUrl,
        FAL_KEY: fal.apiKey,
        PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
        PROVIDER_LONGEST_POLL_SECONDS: '0.3',
        JOB_RETRY_BASE_SECONDS: '0.05',
        // Nobody listens, nobody has the name, and somebody who knows no TLS.
        REPLICATE_BASE_URL: `http://127.0.0.1:${await freePort()}`,
        REPLICATE_API_TOKEN: 'k',
        FREEPIK_BASE_URL: 'https://nowhere.invalid',
        FREEPIK_API_KEY: 'k',
        ELEVENLABS_BASE_URL: fal.baseUrl.replace('http:', 'https:'),
        ELEVENLABS_API_KEY: 'k',
      },
    });
    await withSql(stack.database.url, (query) =>
      query(
        `insert into pricing (provider, model, unit, cost_usd_micros, credits_per_unit)
         values ('freepik', 'freepik/mystic', 'image', 8000, 10)`,
      ),
    );
    agency = await createAgency(stack, 10_000);
  });
  afterEach(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    expect(await balanceOf(agency.client)).toMatchObject({ held: 0 });
  });
  afterAll(async () => {
    await stack.stop();
    await openAi.close();
    await fal.close();
  });

  it.each<[string, FakeOpenAiFault]>([
    ['a refused key', 'unauthorized'],
    ['an empty account', 'insufficient_quota'],
  ])('%s: the next one makes it, for no more than was held', async (_, fault) => {
    const [asked, made] = [openAi.requests.length, fal.creates];
    openAi.failNext(fault);
    const { job, events } = await runJob(agency.client, body);
    expect(job).toMatchObject({ status: 'succeeded', model: SECOND, requestedModel: FIRST, provider: 'fal' });
    expect(job.input).toMatchObject({ prompt: 'Um farol', image_size: 'square_hd' });
    expect(job.credits.charged).toBeGreaterThan(0);
    expect(job.credits.charged).toBeLessThan(job.credits.held);
    const [rerouted] = events.filter(({ type }) => type === 'job.rerouted');
    expect(rerouted?.data).toMatchObject({ from: { model: FIRST }, to: { model: SECOND, provider: 'fal' } });
    const creates = openAi.requests.slice(asked).filter(({ kind }) => kind === 'create');
    expect([creates.length, fal.creates - made]).toEqual([1, 1]);
  });

  const lighthouse = { prompt: 'Um farol' };
  it.each<[string, CreateJobDto]>([
    [
      'refuses the connection',
      { model: 'replicate/black-forest-labs/flux-dev', input: lighthouse, fallbackModels: [SECOND] },
    ],
    ['has no address', { model: 'freepik/mystic', input: lighthouse, fallbackModels: [SECOND] }],
    [
      'fails at the handshake of TLS',
      { model: 'elevenlabs/eleven_flash_v2_5', input: { text: 'Bom dia' }, fallbackModels: ['sandbox/audio'] },
    ],
  ])('a provider that %s was sent nothing: the next one makes it', async (_, asked) => {
    const { job, events } = await runJob(agency.client, asked);
    expect(job).toMatchObject({ status: 'succeeded', model: asked.fallbackModels?.[0], requestedModel: asked.model });
    const [rerouted] = events.filter(({ type }) => type === 'job.rerouted');
    expect(rerouted?.data).toMatchObject({ error: { code: 'provider.unavailable' } });
  });

  it('its price is promised with the chain', async () => {
    const { data: quote } = await createQuote({ client: agency.client, body, throwOnError: true });
    // As if the next model had been cheaper when it was quoted.
    const promised = ['fallbacks', SECOND, 'components', '0', 'creditsPerUnit'];
    await withSql(stack.database.url, (query) =>
      query(`update quotes set price = jsonb_set(price, $2, '"1"') where id = $1`, [quote.id, promised]),
    );
    openAi.failNext('unauthorized');
    const { job } = await runJob(agency.client, { ...body, quoteId: quote.id });
    expect(job).toMatchObject({ model: SECOND, credits: { held: quote.maxCredits, charged: 1 } });
  });

  it('a dearer next model is quoted and held for, and only what it cost is charged', async () => {
    // The same model at two providers, by their defaults: one picture, and two megapixels that were begun.
    const alone = { model: 'replicate/black-forest-labs/flux-schnell', input: lighthouse };
    const chain = { ...alone, fallbackModels: [SECOND] };
    const quoteOf = async (asked: CreateQuoteDto) =>
      (await createQuote({ client: agency.client, body: asked, throwOnError: true })).data;
    const [first, both] = [await quoteOf(alone), await quoteOf(chain)];
    expect(both.estimatedCredits).toBe(first.maxCredits);
    expect(both.maxCredits).toBeGreaterThan(first.maxCredits);

    const refusedBy = async (terms: Partial<CreateJobDto>) =>
      (await createJob({ client: agency.client, body: { ...chain, ...terms } })).error;
    expect(await refusedBy({ quoteId: first.id })).toMatchObject({
      errors: [{ pointer: '/fallbackModels/0', code: 'too_expensive' }],
    });
    expect(await refusedBy({ maxCredits: first.maxCredits })).toMatchObject({
      code: 'ai.max_credits_exceeded',
      problem: { requiredCredits: both.maxCredits },
    });

    const { job } = await runJob(agency.client, { ...chain, quoteId: both.id, maxCredits: both.maxCredits });
    expect(job).toMatchObject({
      ...{ status: 'succeeded', model: SECOND, input: { image_size: 'square_hd' } },
      // The picture that came has one megapixel.
      credits: { held: both.maxCredits, charged: first.maxCredits },
    });
  });

  it('whose use is not told costs the most that it was promised to cost itself, not what a dearer next model would', async () => {
    const alone = { model: FIRST, input: { prompt: 'Um farol', quality: 'low' } };
    const chain = { ...alone, fallbackModels: ['freepik/mystic'] };
    const maximumOf = async (asked: CreateQuoteDto) =>
      (await createQuote({ client: agency.client, body: asked, throwOnError: true })).data.maxCredits;
    const [own, held] = [await maximumOf(alone), await maximumOf(chain)];
    expect(held).toBeGreaterThan(own);
    openAi.failNext('without_usage');
    const { job } = await runJob(agency.client, chain);
    expect(job).toMatchObject({ status: 'succeeded', model: FIRST, credits: { held, charged: own } });
  });

  it('a create that may have been accepted never moves on', async () => {
    const made = fal.creates;
    openAi.failNext('bad_gateway');
    const { job, events } = await runJob(agency.client, body);
    expect(job).toMatchObject({ status: 'outcome_unknown', model: FIRST, credits: { charged: 0 } });
    expect(events.map(({ type }) => type)).not.toContain('job.rerouted');
    expect(fal.creates).toBe(made);
  });

  it('refused content and parameters are the request’s own fault, and stay where they are', async () => {
    const made = fal.creates;
    openAi.failNext('content_policy');
    const { job } = await runJob(agency.client, body);
    expect(job).toMatchObject({ status: 'failed', model: FIRST, error: { code: 'provider.content_policy' } });
    expect(fal.creates).toBe(made);
  });

  it('an own key that was revoked moves on too', async () => {
    const other = await createAgency(stack, 10_000);
    const secret = openAi.apiKey;
    await createProviderKey({
      client: other.owner,
      body: { provider: 'openai', name: 'own', secret },
      throwOnError: true,
    });
    openAi.failNext('unauthorized');
    const { job, events } = await runJob(other.client, body);
    expect(job).toMatchObject({ status: 'succeeded', model: SECOND });
    const [rerouted] = events.filter(({ type }) => type === 'job.rerouted');
    expect(rerouted?.data).toMatchObject({ error: { code: 'provider.own_key_refused' } });
  });

  it('runs the chain on the sandbox under a test key', async () => {
    const client = createBaseClient({
      baseUrl: stack.url,
      token: await createKey(agency.owner, agency.organizationId, 'test'),
    });
    const input = { prompt: 'Um farol', simulate: { failure: 'unavailable' } };
    const next = 'replicate/black-forest-labs/flux-schnell';
    const { job } = await runJob(client, { model: 'sandbox/image', input, fallbackModels: [next] });
    expect(job).toMatchObject({ status: 'succeeded', model: next, provider: 'sandbox', testMode: true });
  });

  const wide = { model: FIRST, input: { prompt: 'Um farol', size: '1536x1024' } };

  it.each([
    ['a model that makes something else', body, 'sandbox/video', 'unsuitable'],
    ['a model that cannot make this shape', wide, SECOND, 'unsuitable'],
    ['itself', body, FIRST, 'unsuitable'],
    ['a model that nobody has', body, 'nobody/nothing', 'unknown_model'],
  ])('%s in the chain is refused before anything is held', async (_, request, fallback, code) => {
    const asked = { ...request, fallbackModels: [fallback] };
    const { error, response } = await createJob({ client: agency.client, body: asked });
    expect(response?.status).toBe(422);
    expect(error).toMatchObject({ errors: [{ pointer: '/fallbackModels/0', code }] });
  });

  it('a storm of rate limits is not waited out, and while it lasts the provider is not even asked', async () => {
    openAi.failNext('rate_limited', { retryAfterSeconds: 120 });
    const [asked, made] = [openAi.requests.length, fal.creates];
    for (const _ of [1, 2]) {
      const { job } = await runJob(agency.client, body);
      expect(job).toMatchObject({ status: 'succeeded', model: SECOND });
    }
    expect([openAi.requests.length - asked, fal.creates - made]).toEqual([1, 2]);
  });
});
