import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BillingHttpModule } from '#billing';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { startTestApi, type TestApi } from '../../auth/src/testing/index.js';
import { AiHttpModule } from './ai.http.module.js';
import type { ProviderStatusesDto } from './provider-status.dto.js';

let database: TestDatabase;
let api: TestApi;
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
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

it('operators see how every provider was doing, also those that were never asked', async () => {
  await api.sql(
    `insert into provider_status (provider, state, latency_ms, detail) values ('openai', 'degraded', 212, 'provider.authentication_failed: 401')`,
  );
  const operator = await api.registerOperator();
  const { status, body } = await api.send<ProviderStatusesDto>('GET', '/api/admin/providers', {
    bearer: operator.accessToken,
  });
  expect(status).toBe(200);
  expect(body.data).toEqual(
    expect.arrayContaining([
      {
        ...{ provider: 'openai', configured: true, state: 'degraded', latencyMs: 212 },
        ...{ detail: 'provider.authentication_failed: 401' },
        ...{ checkedAt: expect.any(String), changedAt: expect.any(String) },
      },
      {
        ...{ provider: 'fal', configured: false, state: 'unknown', latencyMs: null, detail: null },
        ...{ checkedAt: null, changedAt: null },
      },
    ]),
  );
});
