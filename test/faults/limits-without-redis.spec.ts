import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createJob, getCreditBalance } from '#sdk';
import { createAgency } from '../support/agency.js';
import { whenRedis } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

whenRedis('limits while Redis is gone', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({ backend: 'redis', worker: false, environment: { RATE_LIMIT_FACTOR: '0.5' } });
  });
  afterAll(() => stack.stop());

  const buckets = (organizationId: string) =>
    withSql(stack.database.url, (query) =>
      query(`select 1 from rate_limits where bucket like 'organization:' || $1 || ':%'`, [organizationId]),
    );

  it('reads go on, bounded by the process; generation is counted in PostgreSQL; both without a restart', async () => {
    const agency = await createAgency(stack, 100_000, 'free');
    const limit = 60;
    await stack.redis?.stop();

    const reads = await Promise.all(
      Array.from({ length: limit * 3 }, () => getCreditBalance({ client: agency.client })),
    );
    const statuses = reads.map(({ response }) => response?.status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(await buckets(agency.organizationId)).toHaveLength(0);

    const body = { model: 'sandbox/image', input: { prompt: 'sem redis' } };
    const jobs = await Promise.all(Array.from({ length: limit * 3 }, () => createJob({ client: agency.client, body })));
    const accepted = jobs.filter(({ response }) => response?.status === 202).length;
    expect(accepted).toBeGreaterThan(0);
    expect(jobs.map(({ response }) => response?.status)).toContain(429);
    expect(await buckets(agency.organizationId)).toHaveLength(1);

    await stack.redis?.start();
    const calm = await createAgency(stack, 100, 'free');
    await eventually(async () => {
      await getCreditBalance({ client: calm.client });
      return (await stack.redisKeys(`base:limit:organization:${calm.organizationId}:*`)).length > 0;
    }, 'Redis counts again');
  });
});
