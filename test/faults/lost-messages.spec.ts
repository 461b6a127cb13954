import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createJob } from '#sdk';
import { type Agency, balanceOf, createAgency, followToEnd, ledgerFaults } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

describe.each(BACKENDS)('messages lost by the queue on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend, worker: false });
    agency = await createAgency(stack, 1000);
  });
  afterEach(() => stack.stopWorker());
  afterAll(() => stack.stop());

  /** Everything the queue knows, gone. */
  const wipeQueue = async (): Promise<void> => {
    const { REDIS_URL } = stack.environment;
    if (REDIS_URL) {
      const client = new Redis(REDIS_URL);
      await client.flushall();
      client.disconnect();
    } else {
      await withSql(stack.database.superuserUrl, (query) => query('delete from bullmq.job'));
    }
  };

  const submit = async (count: number): Promise<string[]> => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        createJob({
          client: agency.client,
          body: { model: 'sandbox/audio', input: { text: `perdido ${index}` } },
          throwOnError: true,
        }),
      ),
    );
    return answers.map(({ data }) => data.id);
  };

  it('the queue forgets everything before a worker comes: every accepted job is done once', async () => {
    const ids = await submit(20);
    await wipeQueue();
    await stack.startWorker();
    const ended = await Promise.all(ids.map((id) => followToEnd(agency.client, id)));
    expect(ended.map(({ job }) => job.status)).toEqual(ids.map(() => 'succeeded'));
    expect(ended.map(({ events }) => events.filter((event) => event.type === 'job.succeeded').length)).toEqual(
      ids.map(() => 1),
    );
    expect(await balanceOf(agency.client)).toMatchObject({ held: 0, available: 1000 - 20 });
    expect(await ledgerFaults(stack)).toEqual([]);
  });

  it('the queue forgets everything while jobs wait for their provider', async () => {
    await stack.startWorker();
    const { data } = await createJob({
      client: agency.client,
      body: { model: 'sandbox/audio', input: { text: 'espera', simulate: { latencyMs: 1500 } } },
      throwOnError: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await wipeQueue();
    const { job } = await followToEnd(agency.client, data.id);
    expect(job.status).toBe('succeeded');
  });

  it('two messages for one job make it once', async () => {
    const [id = ''] = await submit(1);
    const queues = stack.api.get((await import('#core/queue')).Queues);
    await queues.queue('audio').add('ai.run-generation', { jobId: id }, { jobId: 'a-second-message' });
    await queues.queue('audio').add('ai.run-generation', { jobId: id }, { jobId: 'a-third-message' });
    await stack.startWorker();
    const { job, events } = await followToEnd(agency.client, id);
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(events.map((event) => event.type)).toEqual(['job.queued', 'job.processing', 'job.succeeded']);
  });

  it('a message nobody understands is kept for people and harms nothing', async () => {
    await stack.startWorker();
    const queues = stack.api.get((await import('#core/queue')).Queues);
    await queues.queue('audio').add('ai.run-generation', { jobId: 'not a uuid' });
    await queues.queue('audio').add('from.a-newer-release', {});
    const [id = ''] = await submit(1);
    expect((await followToEnd(agency.client, id)).job.status).toBe('succeeded');
    const dead = await queues.queue('dead-letter').getJobs(['waiting']);
    expect(dead.map((job) => job.name).sort()).toEqual(['ai.run-generation', 'from.a-newer-release']);
  });
});
