import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createJob, followJob } from '#sdk';
import { type Agency, balanceOf, createAgency, followToEnd, ledgerFaults, ledgerOf } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { Stack } from '../support/stack.js';
import { ended } from '../support/worker-process.js';

describe.each(BACKENDS)('kill -9 of the worker on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    // On a busy machine a first drawing takes longer than the other specs allow, and would be handed back.
    stack = await Stack.start({ backend, worker: false, environment: { SHUTDOWN_TIMEOUT_SECONDS: '120' } });
    agency = await createAgency(stack, 1000);
  });
  afterAll(() => stack.stop());

  /** Submits a job and kills the worker as soon as the job has seen an event of this type. */
  const killAt = async (type: string, latencyMs: number): Promise<string> => {
    const worker = await stack.keepWorker();
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/image', input: { prompt: 'interrompido', simulate: { latencyMs } } },
      throwOnError: true,
    });
    for await (const event of followJob(data.id, { client: agency.client })) if (event.type === type) break;
    worker.kill('SIGKILL');
    await ended(worker);
    return data.id;
  };

  it.each([
    ['while the provider is being asked', 'job.processing', 900],
    ['while the job waits for the provider', 'job.progress', 4000],
  ])('%s: the job is finished once and charged once after a restart', async (_when, type, latencyMs) => {
    const before = await balanceOf(agency.client);
    const jobId = await killAt(type, latencyMs);
    await stack.startWorker();
    const { job, events } = await followToEnd(agency.client, jobId);
    expect(job).toMatchObject({ status: 'succeeded', credits: { charged: 5 } });
    expect(job.outputs).toHaveLength(1);
    expect(events.filter((event) => event.type === 'job.succeeded')).toHaveLength(1);
    const after = await balanceOf(agency.client);
    expect({ charged: before.available - after.available, held: after.held }).toEqual({ charged: 5, held: 0 });
    expect((await ledgerOf(agency.client, jobId)).filter(([kind]) => kind === 'hold')).toHaveLength(1);
    expect((await ledgerOf(agency.client, jobId)).filter(([kind]) => kind === 'settle')).toHaveLength(1);
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('SIGTERM lets a running job finish and exits 0', async () => {
    const worker = await stack.keepWorker();
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/image', input: { prompt: 'em paz', simulate: { latencyMs: 800 } } },
      throwOnError: true,
    });
    for await (const event of followJob(data.id, { client: agency.client })) if (event.type === 'job.processing') break;
    worker.kill('SIGTERM');
    expect(await ended(worker)).toBe(0);
    const { job } = await followToEnd(agency.client, data.id);
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 });
  });
});
