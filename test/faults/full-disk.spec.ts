import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeElevenLabs, FakeReplicate } from '#ai/testing';
import { createJob, type CreateJobDto, getJob } from '#sdk';
import { type Agency, balanceOf, createAgency, followToEnd, ledgerFaults, runJob } from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { Stack } from '../support/stack.js';
import { ended, startServiceProcess } from '../support/worker-process.js';

const speech: CreateJobDto = { model: 'elevenlabs/eleven_flash_v2_5', input: { text: 'Bom dia' } };
const picture: CreateJobDto = { model: 'replicate/black-forest-labs/flux-schnell', input: { prompt: 'Um farol' } };

/** The disk of the worker is full as root's can be: none of its files may grow beyond a few bytes. */
describe('a full disk', () => {
  let elevenLabs: FakeElevenLabs;
  let replicate: FakeReplicate;
  let stack: Stack;
  let agency: Agency;
  let worker: Awaited<ReturnType<typeof startServiceProcess>>;
  let log = '';

  beforeAll(async () => {
    [elevenLabs, replicate] = await Promise.all([FakeElevenLabs.start(), FakeReplicate.start()]);
    stack = await Stack.start({
      backend: 'postgres',
      worker: false,
      environment: {
        ELEVENLABS_API_KEY: elevenLabs.apiKey,
        ELEVENLABS_BASE_URL: elevenLabs.baseUrl,
        REPLICATE_API_TOKEN: replicate.apiKey,
        REPLICATE_BASE_URL: replicate.baseUrl,
        PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
        PROVIDER_LONGEST_POLL_SECONDS: '0.25',
        JOB_RETRY_BASE_SECONDS: '0.05',
      },
    });
    const environment = { ...stack.workerEnvironment, LOG_LEVEL: 'error' };
    worker = await startServiceProcess('worker', environment, (text) => (log += text));
    agency = await createAgency(stack, 10_000);
  });
  afterAll(async () => {
    worker.kill('SIGTERM');
    await ended(worker);
    expect(await ledgerFaults(stack)).toEqual([]);
    await stack.stop();
    await Promise.all([elevenLabs.close(), replicate.close()]);
  });

  const setRoom = (bytes: string) =>
    promisify(execFile)('prlimit', ['--pid', String(worker.pid), `--fsize=${bytes}:unlimited`]);
  const ask = async (body: CreateJobDto) =>
    (await createJob({ client: agency.client, body, throwOnError: true })).data.id;

  it('what the provider keeps waits for room, and nothing else is made meanwhile', async () => {
    await setRoom('100');
    const made = await ask(picture);
    await eventually(() => Promise.resolve(log.includes('storage.full')), 'the operator is told');
    const asked = await ask(speech);
    await eventually(async () => {
      const { data: job } = await getJob({ client: agency.client, path: { jobId: asked }, throwOnError: true });
      return job.startedAt !== null && job.status === 'queued';
    }, 'the other job was looked at, and waits');
    expect(elevenLabs.creates).toBe(0);

    await setRoom('unlimited');
    const [first, second] = await Promise.all([made, asked].map((id) => followToEnd(agency.client, id)));
    for (const ending of [first, second]) expect(ending?.job).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect([replicate.creates, elevenLabs.creates]).toEqual([1, 1]);
  });

  it('what came with the answer itself is lost: the job says why, and its credits come back', async () => {
    const before = await balanceOf(agency.client);
    await setRoom('100');
    const { job, events } = await runJob(agency.client, speech);
    await setRoom('unlimited');
    expect(job).toMatchObject({ status: 'failed', error: { code: 'storage.full' }, credits: { charged: 0 } });
    expect(events.at(-1)?.type).toBe('job.failed');
    expect(elevenLabs.creates).toBe(2);
    const after = await balanceOf(agency.client);
    expect([after.available, after.held]).toEqual([before.available, before.held]);
  });
});
