import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getCreditBalance } from '#sdk';
import { type Agency, createAgency } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

const PATH = '/api/billing/balance';

describe.each(BACKENDS)('limits of requests on %s', (backend) => {
  let stack: Stack;
  let urls: [string, string];

  beforeAll(async () => {
    stack = await Stack.start({ backend, worker: false, environment: { RATE_LIMIT_FACTOR: '1' } });
    urls = [stack.url, await stack.startAnotherApi()];
  });
  afterAll(() => stack.stop());

  const agencyOn = async (plan: string): Promise<Agency & { limit: number }> => {
    const agency = await createAgency(stack, 100, plan);
    const limit = await withSql(stack.database.url, async (query) => {
      const [row] = await query<{ limit: number }>('select requests_per_minute as "limit" from plans where id = $1', [
        plan,
      ]);
      return row?.limit ?? 0;
    });
    return { ...agency, limit };
  };
  const ask = (url: string, apiKey: string): Promise<Response> =>
    fetch(url + PATH, { headers: { authorization: `Bearer ${apiKey}` } });

  it('two APIs at once accept the plan’s limit, what refills meanwhile, and a second’s worth at most', async () => {
    const { apiKey, limit } = await agencyOn('starter');
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: limit * 2 }, (_, index) => ask(urls[index % 2 ? 1 : 0], apiKey)),
    );
    const refilled = ((performance.now() - startedAt) / 60_000) * limit;
    const accepted = answers.filter(({ status }) => status === 200).length;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(accepted).toBeLessThanOrEqual(Math.ceil(limit + refilled + limit / 60));
    // Each API may hold a twentieth that it had no more use for.
    expect(accepted).toBeGreaterThanOrEqual(limit - 2 * Math.floor(limit / 20));
  });

  it('a refusal is a problem document that names the limit and the wait; other organizations go on', async () => {
    const [busy, calm] = [await agencyOn('free'), await agencyOn('free')];
    const answers = await Promise.all(Array.from({ length: busy.limit + 40 }, () => ask(urls[0], busy.apiKey)));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('content-type')).toMatch('application/problem+json');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused?.headers.get('ratelimit')).toMatch(/^"(organization|api-key)";r=0;t=\d+$/);
    expect(await refused?.json()).toMatchObject({
      code: 'rate_limit.exceeded',
      status: 429,
      detail: expect.stringMatching(
        /^The limit "(organization|api-key)" of 120 requests a minute is used up. Wait \d+ s/,
      ),
      policy: { limit: 120, windowSeconds: 60 },
    });
    const other = await ask(urls[0], calm.apiKey);
    expect(other.status).toBe(200);
    expect(other.headers.get('ratelimit-policy')).toBe(
      '"organization";q=120;w=60, "api-key";q=120;w=60, "address";q=3000;w=60',
    );
    expect(other.headers.get('ratelimit')).toMatch(/^"organization";r=\d+;t=\d+$/);
  });

  it('all members and keys of an organization count together', async () => {
    const agency = await agencyOn('free');
    await Promise.all(Array.from({ length: agency.limit + 10 }, () => ask(urls[0], agency.apiKey)));
    const answers = await Promise.all(Array.from({ length: 20 }, () => getCreditBalance({ client: agency.owner })));
    expect(answers.map(({ response }) => response?.status)).toContain(429);
  });

  it('strangers and refused credentials are counted by address; probes and reports of services are not', async () => {
    const url = urls[1];
    const models = await fetch(`${url}/api/ai/models`);
    expect(models.headers.get('ratelimit-policy')).toBe('"public";q=600;w=60');
    const logins = await Promise.all(
      Array.from({ length: 200 }, () =>
        fetch(`${url}/api/auth/refresh`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ refreshToken: 'x'.repeat(43) }),
        }),
      ),
    );
    const refusedLogin = logins.find(({ status }) => status === 429);
    expect(await refusedLogin?.json()).toMatchObject({ policy: { name: 'sign-in', limit: 120 } });
    const guesses = await Promise.all(Array.from({ length: 160 }, (_, index) => ask(url, `base_live_${index}`)));
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401, 429]));
    const probe = await fetch(`${url}/api/health/live`);
    expect([probe.status, probe.headers.get('ratelimit')]).toEqual([200, null]);
    const report = await fetch(`${url}/api/ai/callbacks/fal/forged`, { method: 'POST' });
    expect([report.status, report.headers.get('ratelimit')]).toEqual([404, null]);
  });
});
