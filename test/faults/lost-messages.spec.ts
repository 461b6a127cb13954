import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Client, createJob, listDeadLetters, redriveDeadLetter } from '#sdk';
import { type Agency, balanceOf, createAgency, createOperator, followToEnd, ledgerFaults } from '../support/agency.js';
import { BACKENDS } from '../support/backends.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

describe.each(BACKENDS)('messages lost by the queue on %s', (backend) => {
  let stack: Stack;
  let agency: Agency;
  let operator: Client;

  beforeAll(async () => {
    stack = await Stack.start({ backend, worker: false });
    agency = await createAgency(stack, 1000);
    operator = await createOperator(stack);
  });
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
    await stack.stopWorker();
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
    await stack.keepWorker();
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
    await stack.stopWorker();
    const [id = ''] = await submit(1);
    const queues = stack.api.get((await import('#core/queue')).Queues);
    await queues.queue('audio').add('ai.run-generation', { jobId: id }, { jobId: 'a-second-message' });
    await queues.queue('audio').add('ai.run-generation', { jobId: id }, { jobId: 'a-third-message' });
    await stack.startWorker();
    const { job, events } = await followToEnd(agency.client, id);
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(events.map((event) => event.type)).toEqual(['job.queued', 'job.processing', 'job.succeeded']);
  });

  it('a message that was given up keeps what each try ended with, and is sent again once, by an operator', async () => {
    const { Queues } = await import('#core/queue');
    const queues = stack.api.get(Queues);
    // Three tries, while the worker may not even ask whose job it is.
    const forbid = (verb: 'revoke' | 'grant', preposition: 'from' | 'to') =>
      withSql(stack.database.url, (query) =>
        query(`${verb} execute on function private.take_job_slot(uuid) ${preposition} base_worker`),
      );
    await forbid('revoke', 'from');
    const [id = ''] = await submit(1);
    const options = { jobId: 'tried', attempts: 3, backoff: { type: 'fixed', delay: 1 }, removeOnFail: true };
    await queues.queue('audio').add('ai.run-generation', { jobId: id }, options);
    await stack.keepWorker();
    const letter = await eventually(async () => {
      const { data } = await listDeadLetters({ client: operator, throwOnError: true });
      return data.data.find(({ queue, name }) => queue === 'audio' && name === 'ai.run-generation');
    }, 'the message is given up');
    expect(letter.payload).toEqual({ jobId: id });
    expect(letter.error).toContain('permission denied');
    expect(letter.attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    await stack.stopWorker();
    await forbid('grant', 'to');
    const redrive = () => redriveDeadLetter({ client: operator, path: { deadLetterId: letter.id } });
    const wasIn = (status: string) =>
      withSql(stack.database.url, (query) => query('update ai_jobs set status = $2 where id = $1', [id, status]));
    await wasIn('failed');
    expect((await redrive()).error).toMatchObject({ status: 409, code: 'queue.not_redrivable' });
    await wasIn('queued');
    const both = await Promise.all([redrive(), redrive()]);
    expect(both.map(({ response }) => response?.status).sort()).toEqual([200, 409]);
    expect(await queues.queue('dead-letter').getJob('audio-tried')).toBeUndefined();
    expect(await queues.queue('audio').getJob(`redriven-${letter.id}`)).toBeDefined();
  });

  it('a message nobody understands is kept for people and harms nothing', async () => {
    await stack.keepWorker();
    const queues = stack.api.get((await import('#core/queue')).Queues);
    await queues.queue('audio').add('ai.run-generation', { jobId: 'not a uuid' });
    await queues.queue('audio').add('from.a-newer-release', {});
    const [id = ''] = await submit(1);
    expect((await followToEnd(agency.client, id)).job.status).toBe('succeeded');
    const dead = await queues.queue('dead-letter').getJobs(['waiting']);
    expect(dead.map((job) => job.name).sort()).toEqual(['ai.run-generation', 'from.a-newer-release']);
    const { data } = await listDeadLetters({ client: operator, query: { limit: 2 }, throwOnError: true });
    expect(data.data.map(({ name, queue, redrivenAt }) => [name, queue, redrivenAt]).sort()).toEqual([
      ['ai.run-generation', 'audio', null],
      ['from.a-newer-release', 'audio', null],
    ]);
    expect(data.data.map(({ attempts }) => attempts.map(({ attempt }) => attempt))).toEqual([[1], [1]]);
    for (const { id: deadLetterId } of data.data) {
      const { error } = await redriveDeadLetter({ client: operator, path: { deadLetterId } });
      expect(error).toMatchObject({ status: 409, code: 'queue.not_redrivable' });
    }
  });
});
