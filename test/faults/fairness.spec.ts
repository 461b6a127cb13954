import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createJob } from '#sdk';
import { type Agency, createAgency } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

const FLOOD = 500;
/** Those that a worker has in hand when the other comes, and as many again. */
const NEXT_FEW = 10;

describe.each(BACKENDS)('a flood on %s', (backend) => {
  let stack: Stack;
  let flooding: Agency;
  let other: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend, worker: false });
    flooding = await createAgency(stack, 10_000);
    other = await createAgency(stack, 10_000, 'free');
  });
  afterAll(() => stack.stop());

  const submit = async (agency: Agency): Promise<string> => {
    const body = { model: 'sandbox/audio', input: { text: 'oi' } };
    return (await createJob({ client: agency.client, body, throwOnError: true })).data.id;
  };
  const query = <T extends object>(text: string, values: unknown[]) =>
    withSql(stack.database.url, (run) => run<T & Record<string, unknown>>(text, values));
  const startedOfFlood = async (where = 'true', values: unknown[] = []): Promise<number> => {
    const text = `select count(*)::int as count from ai_jobs j where organization_id = $1 and started_at is not null and ${where}`;
    const [row] = await query<{ count: number }>(text, [flooding.organizationId, ...values]);
    return row?.count ?? 0;
  };
  /** Jobs of the flood that were started while the other's job waited. */
  const startedBefore = (jobId: string): Promise<number> =>
    startedOfFlood(
      `exists (select from ai_jobs b where b.id = $2 and j.started_at > b.created_at and j.started_at < b.started_at)`,
      [jobId],
    );

  it(`of ${FLOOD} jobs leaves another organization's job among the next few, before it and in its middle`, async () => {
    await Promise.all(Array.from({ length: FLOOD }, () => submit(flooding)));
    const first = await submit(other);
    await stack.startWorker();
    const isStarted = (jobId: string) => async () =>
      (await query('select 1 from ai_jobs where id = $1 and started_at is not null', [jobId])).length > 0;
    await eventually(isStarted(first), 'the job behind the flood to start', 120_000);
    expect(await startedBefore(first)).toBeLessThanOrEqual(NEXT_FEW);

    await eventually(async () => (await startedOfFlood()) >= 30, 'the flood to be on its way', 120_000);
    const second = await submit(other);
    await eventually(isStarted(second), 'the job in the middle of the flood to start', 120_000);
    expect(await startedBefore(second)).toBeLessThanOrEqual(NEXT_FEW);
    // Unless the machine is so quick that nothing was left to wait for.
    expect(await startedOfFlood()).toBeLessThanOrEqual(FLOOD);
  });
});
