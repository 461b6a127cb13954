import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createJob } from '#sdk';
import { type Agency, balanceOf, createAgency, ledgerFaults } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { Stack } from '../support/stack.js';

describe.each(BACKENDS)('1,000 concurrent submits on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend, worker: false });
    agency = await createAgency(stack, 25 * 5 + 4);
  });
  afterAll(() => stack.stop());

  it('against a balance for 25: exactly 25 are accepted, the others say why, nothing drifts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        createJob({ client: agency.client, body: { model: 'sandbox/image', input: { prompt: `pedido ${index}` } } }),
      ),
    );
    const statuses = answers.map(({ response }) => response?.status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(25);
    const others = answers.filter(({ response }) => response?.status !== 202 && response?.status !== 402);
    expect(others.map(({ response, error }) => [response?.status, error])).toEqual([]);
    expect(await balanceOf(agency.client)).toMatchObject({ available: 4, held: 125 });
    expect(await ledgerFaults(stack)).toEqual([]);
  });
});
