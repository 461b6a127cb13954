import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeElevenLabs, FakeReplicate } from '#ai/testing';
import { createJob, createProviderKey, getJob, updateProviderKey } from '#sdk';
import { type Agency, balanceOf, createAgency, followToEnd, ledgerFaults, runJob } from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { Stack } from '../support/stack.js';
import { ended, startWorkerProcess } from '../support/worker-process.js';

const PLACES = 2;
const speech = { model: 'elevenlabs/eleven_flash_v2_5', input: { text: 'Bom dia' } };
const picture = { model: 'replicate/black-forest-labs/flux-schnell', input: { prompt: 'Um farol' } };

/** Two workers, and providers that count. */
describe('a key is asked at its own pace', () => {
  let elevenLabs: FakeElevenLabs;
  let replicate: FakeReplicate;
  let stack: Stack;
  let second: ChildProcess;
  let agency: Agency;

  beforeAll(async () => {
    [elevenLabs, replicate] = await Promise.all([
      FakeElevenLabs.start({ latencyMs: 400, maxConcurrent: PLACES }),
      FakeReplicate.start(),
    ]);
    stack = await Stack.start({
      backend: 'postgres',
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
    second = await startWorkerProcess(stack.workerEnvironment);
    agency = await createAgency(stack, 100_000);
  });
  afterEach(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    for (const fake of [elevenLabs, replicate]) fake.forgetFaults();
    elevenLabs.mostAtOnce = 0;
  });
  afterAll(async () => {
    second.kill('SIGTERM');
    await Promise.all([stack.stop(), ended(second)]);
    await Promise.all([elevenLabs.close(), replicate.close()]);
  });

  const speak = async (count: number) => {
    const asked = await Promise.all(
      Array.from({ length: count }, () => createJob({ client: agency.client, body: speech, throwOnError: true })),
    );
    return Promise.all(asked.map(({ data }) => followToEnd(agency.client, data.id)));
  };
  const refusals = () => elevenLabs.requests.filter(({ status }) => status === 429).length;

  it('over all workers, never more generations than its plan has places; who waits burns no try', async () => {
    const spoken = await speak(8);
    expect(spoken.map(({ job }) => [job.status, job.attempt])).toEqual(spoken.map(() => ['succeeded', 1]));
    expect([elevenLabs.mostAtOnce, refusals()]).toEqual([PLACES, 0]);
  });

  it('"too many at once" is waited for and burns no try; "system busy" is one', async () => {
    const creates = elevenLabs.creates;
    // Whoever else uses the account takes its places.
    elevenLabs.failNext('rate_limited', { times: 5, retryAfterSeconds: 0.1 });
    expect((await runJob(agency.client, speech)).job).toMatchObject({ status: 'succeeded', attempt: 1 });
    elevenLabs.failNext('busy', { retryAfterSeconds: 0.1 });
    expect((await runJob(agency.client, speech)).job).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(elevenLabs.creates - creates).toBe(2);
  });

  it('a throttled account is waited for and burns no try; keys of other providers go on meanwhile', async () => {
    replicate.failNext('throttled', { retryAfterSeconds: 2 });
    const { data } = await createJob({ client: agency.client, body: picture, throwOnError: true });
    await eventually(
      () => Promise.resolve(replicate.requests.some(({ status }) => status === 429) || undefined),
      'the account is throttled',
    );
    const [spoken] = await speak(1);
    const { data: waiting } = await getJob({ client: agency.client, path: { jobId: data.id }, throwOnError: true });
    expect([spoken?.job.status, waiting.status]).toEqual(['succeeded', 'queued']);
    const { job } = await followToEnd(agency.client, data.id);
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(replicate.creates).toBe(1);
  });

  it('a place that a killed worker had is free again', async () => {
    const { data: key } = await createProviderKey({
      client: agency.owner,
      body: { provider: 'elevenlabs', name: 'Nossa conta', secret: elevenLabs.apiKey, maxConcurrent: 1 },
      throwOnError: true,
    });
    expect(key.maxConcurrent).toBe(1);
    await stack.stopWorker();
    elevenLabs.failNext('hang');
    const before = await balanceOf(agency.client);
    const { data: lost } = await createJob({ client: agency.client, body: speech, throwOnError: true });
    await eventually(
      () => Promise.resolve(elevenLabs.requests.some(({ outcome }) => outcome === 'open') || undefined),
      'the provider has the request',
    );
    second.kill('SIGKILL');
    await ended(second);
    second = await startWorkerProcess(stack.workerEnvironment);
    const [next] = await speak(1);
    expect(next?.job).toMatchObject({ status: 'succeeded', attempt: 1 });
    const { job } = await followToEnd(agency.client, lost.id);
    expect(job).toMatchObject({ status: 'outcome_unknown', credits: { charged: 0 } });
    const after = await balanceOf(agency.client);
    expect([before.available - after.available, after.held]).toEqual([next?.job.credits.charged, 0]);
    const change = { client: agency.owner, path: { providerKeyId: key.id }, body: { maxConcurrent: null } };
    expect((await updateProviderKey({ ...change, throwOnError: true })).data.maxConcurrent).toBeNull();
  });

  // The last of them: the key is left alone afterwards.
  it('a wait of hours is not begun: the job ends, with its credits given back', async () => {
    const { available, held } = await balanceOf(agency.client);
    elevenLabs.failNext('rate_limited', { retryAfterSeconds: 7200 });
    const { job } = await runJob(agency.client, speech);
    expect(job).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'provider.rate_limited' } });
    expect(await balanceOf(agency.client)).toMatchObject({ available, held });
  });
});
