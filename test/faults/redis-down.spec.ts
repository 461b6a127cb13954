import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createBaseClient, createJob, getHealth } from '#sdk';
import { type Agency, createAgency, followToEnd, ledgerFaults } from '../support/agency.js';
import { whenRedis } from '../support/backends.js';
import { Stack } from '../support/stack.js';

whenRedis('Redis is gone for a while', () => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend: 'redis' });
    agency = await createAgency(stack, 1000);
  });
  afterAll(() => stack.stop());

  it('jobs are accepted all the same, and done once it is back, without a restart', async () => {
    await stack.redis?.stop();
    const accepted = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        createJob({
          client: agency.client,
          body: { model: 'sandbox/audio', input: { text: `sem fila ${index}` } },
          throwOnError: true,
        }),
      ),
    );
    expect(accepted.map(({ data }) => data.status)).toEqual(accepted.map(() => 'queued'));
    const { error } = await getHealth({ client: createBaseClient({ baseUrl: stack.url }) });
    expect(error).toMatchObject({ checks: { queue: { status: 'down' }, database: { status: 'up' } } });

    await stack.redis?.start();
    for (const { data } of accepted) {
      const { job } = await followToEnd(agency.client, data.id);
      expect(job).toMatchObject({ status: 'succeeded', credits: { charged: 1 } });
    }
    expect(await ledgerFaults(stack)).toEqual([]);
  });
});
