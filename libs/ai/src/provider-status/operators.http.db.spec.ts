import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillingHttpModule } from '#billing';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from '../../../auth/src/testing/index.js';
import { AiHttpModule } from '../ai.http.module.js';
import type { PriceHistoryDto } from '../model-prices/model-prices.dto.js';
import { ABILITIES, abilitiesOf } from '../models/model.js';
import { MODELS } from '../models/model-catalogue.js';
import type { ModelListDto } from '../models/models.dto.js';
import type { ProviderStatusesDto } from './provider-status.dto.js';

let database: TestDatabase;
let api: TestApi;
let operator: SignedIn;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database, {
    env: { OPENAI_API_KEY: 'k' },
    modules: [
      EventsModule.forRoot({ streams: true }),
      QueueModule.forRoot({ poolSize: 1 }),
      BillingHttpModule,
      AiHttpModule,
    ],
  });
  operator = await api.registerOperator();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

it('operators see how every provider was doing, also those that were never asked, and how the last hour went', async () => {
  await api.sql(
    `insert into provider_status (provider, state, latency_ms, detail) values ('openai', 'degraded', 212, 'provider.authentication_failed: 401')`,
  );
  const ended = `now() - interval '1 minute'`;
  const organizationId = await api.createOrganization(await api.register());
  await api.sql(
    `insert into ai_jobs (organization_id, type, model, provider, status, input, price, price_version, started_at, finished_at)
     values ($1, 'image', 'openai/gpt-image-2', 'openai', 'succeeded', '{}', '{}', 1, ${ended} - interval '2 seconds', ${ended})`,
    [organizationId],
  );
  const noJobs = { jobs: 0, succeeded: 0, failed: 0, unknownOutcomes: 0, medianMs: null, p95Ms: null };
  const { status, body } = await api.send<ProviderStatusesDto>('GET', '/api/admin/providers', {
    bearer: operator.accessToken,
  });
  expect(status).toBe(200);
  expect(body.data).toEqual(
    expect.arrayContaining([
      {
        ...{ provider: 'openai', configured: true, state: 'degraded', latencyMs: 212 },
        ...{ detail: 'provider.authentication_failed: 401' },
        ...{ checkedAt: expect.any(String), changedAt: expect.any(String), keyRefusedAt: null },
        lastHour: { jobs: 1, succeeded: 1, failed: 0, unknownOutcomes: 0, medianMs: 2000, p95Ms: 2000 },
      },
      {
        ...{ provider: 'fal', configured: false, state: 'unknown', latencyMs: null, detail: null },
        ...{ checkedAt: null, changedAt: null, keyRefusedAt: null },
        lastHour: noJobs,
      },
    ]),
  );
});

describe('prices that operators enter', () => {
  const MYSTIC = 'freepik/mystic';
  const line = (costUsdMicros: number, more: object = {}) => ({
    component: 'output',
    unit: 'image',
    costUsdMicros,
    ...more,
  });
  const enter = (body: object) =>
    api.send<{ version: number; code?: string; errors?: object[] }>('POST', '/api/admin/prices', {
      bearer: operator.accessToken,
      body: { model: MYSTIC, source: 'Invoice of October', ...body },
    });
  const history = async (model: string) => {
    const { body } = await api.send<PriceHistoryDto>('GET', '/api/admin/prices', { bearer: operator.accessToken });
    return body.data.find((prices) => prices.model === model);
  };
  const offered = async () =>
    (await api.send<ModelListDto>('GET', '/api/ai/models')).body.data.find(({ id }) => id === MYSTIC);

  it('price every request of each model that has a price', async () => {
    const { body } = await api.send<PriceHistoryDto>('GET', '/api/admin/prices', { bearer: operator.accessToken });
    const isPriced = ({ lines }: PriceHistoryDto['data'][number]) =>
      lines.some(({ validUntil }) => validUntil === null);
    const priced = body.data.filter(isPriced);
    expect(priced.length).toBeGreaterThan(30);
    expect(priced.filter(({ unpriced }) => unpriced.length > 0)).toEqual([]);
    const isReal = ({ provider }: (typeof MODELS)[number]) => provider !== 'sandbox';
    const sold = MODELS.filter(isReal).filter(({ id }) => priced.some(({ model }) => model === id));
    const abilities = new Set(sold.flatMap(abilitiesOf));
    expect(ABILITIES.filter((ability) => !abilities.has(ability))).toEqual(['sound']);
  });

  it('make a model available, and end what was in force without changing it', async () => {
    expect(await history(MYSTIC)).toMatchObject({
      charges: { output: 'image' },
      dimensions: { resolution: ['1k', '2k', '4k'] },
      unpriced: [{ resolution: '1k' }, { resolution: '2k' }, { resolution: '4k' }],
      lines: [],
    });
    expect(await offered()).toMatchObject({ available: false, prices: [] });

    const first = [line(110_000), line(350_000, { dimensions: { resolution: '4k' }, credits: 500 })];
    expect(await enter({ lines: first })).toMatchObject({
      status: 200,
      body: {
        model: MYSTIC,
        version: 1,
        lines: [{ credits: 500 }, { credits: 138, unitSize: 1, markupPercent: 25 }],
        replaced: [],
      },
    });
    // 137.5 credits, rounded up.
    expect((await offered())?.prices).toEqual([
      { component: 'output', unit: 'image', unitSize: 1, credits: 138, dimensions: {} },
      { component: 'output', unit: 'image', unitSize: 1, credits: 500, dimensions: { resolution: '4k' } },
    ]);

    const later = new Date(Date.now() + 86_400_000).toISOString();
    expect(await enter({ lines: [line(90_000)], effectiveFrom: later })).toMatchObject({ body: { version: 2 } });
    expect((await offered())?.prices).toHaveLength(2);
    expect(await enter({ lines: [line(100_000)] })).toMatchObject({
      body: { version: 3, lines: [{ credits: 125 }], replaced: [{ credits: 500 }, { credits: 138 }] },
    });
    const { lines = [], unpriced } = (await history(MYSTIC)) ?? {};
    const [newest, ...past] = lines;
    expect(unpriced).toEqual([]);
    expect(newest).toMatchObject({ version: 3, validUntil: null, credits: 125, costUsdMicros: 100_000 });
    expect(past).toMatchObject([
      { version: 1, validUntil: newest?.validFrom, credits: 500 },
      { version: 1, validUntil: newest?.validFrom, credits: 138 },
    ]);
    const told = await api.sql(
      `select target_id, before, after from audit_logs where action = 'prices.enter' order by created_at`,
    );
    const entered = { version: 1, source: 'Invoice of October', lines: [{ credits: '500' }, { credits: '138' }] };
    expect(told).toMatchObject([
      { target_id: MYSTIC, before: null, after: entered },
      { before: entered, after: { version: 2 } },
      { before: entered, after: { version: 3, lines: [{ credits: '125', costUsdMicros: '100000' }] } },
    ]);
  });

  it.each([
    ['no line for some requests', { lines: [line(1, { dimensions: { resolution: '4k' } })] }, '/lines', 'required'],
    ['two lines for one request', { lines: [line(1), line(2)] }, '/lines/1', 'array_unique'],
    ['another unit', { lines: [line(1, { unit: 'second' })] }, '/lines/0/unit', 'is_in'],
    ['another component', { lines: [line(1, { component: 'input' })] }, '/lines/0/component', 'is_in'],
    [
      'a value that no request has',
      { lines: [line(1), line(1, { dimensions: { resolution: '8k' } })] },
      '/lines/1/dimensions/resolution',
      'is_in',
    ],
    [
      'a component that every object inherits',
      { lines: [line(1, { component: 'constructor' })] },
      '/lines/0/component',
      'is_in',
    ],
    ['a leap second', { lines: [line(1)], effectiveFrom: '2030-12-31T23:59:60Z' }, '/effectiveFrom', 'is_rfc3339'],
    ['a source that says nothing', { lines: [line(1)], source: '  ' }, '/source', 'matches'],
    ['nothing to pay', { lines: [line(0)] }, '/lines/0/credits', 'required'],
    [
      'a beginning in the past',
      { lines: [line(1)], effectiveFrom: '2026-01-01T00:00:00Z' },
      '/effectiveFrom',
      'in_the_past',
    ],
    ['an unknown model', { lines: [line(1)], model: 'freepik/none' }, '/model', 'unknown_model'],
  ])('are refused with %s', async (_what, body, pointer, code) => {
    const before = await history(MYSTIC);
    expect(await enter(body)).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
    expect(await history(MYSTIC)).toEqual(before);
  });

  it('are asked about when they sell below cost, or leap more than tenfold', async () => {
    const asked = [line(90_000, { credits: 89 }), line(1, { dimensions: { resolution: '4k' }, credits: 12 })];
    const before = await history(MYSTIC);
    expect(await enter({ lines: asked })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { pointer: '/lines/0/credits', code: 'below_cost' },
          { pointer: '/lines/1/credits', code: 'price_leap' },
        ],
      },
    });
    expect(await history(MYSTIC)).toEqual(before);
    expect(await enter({ lines: asked, confirm: true })).toMatchObject({
      status: 200,
      body: { lines: [{ credits: 12 }, { credits: 89, markupPercent: -2 }] },
    });
  });

  it('are for operators', async () => {
    const { accessToken: bearer } = await api.register();
    expect((await api.send('POST', '/api/admin/prices', { bearer, body: { model: MYSTIC } })).status).toBe(403);
  });
});
