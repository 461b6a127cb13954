import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FakeServer } from '#ai/testing';
import { type Client, createJob, createProviderKey } from '#sdk';
import { balanceOf, createAgency, runJob } from '../support/agency.js';
import {
  CREDITS,
  eventsOf,
  JOBS,
  ProviderGround,
  type ProviderId,
  PROVIDERS,
  storyOf,
} from '../support/provider-ground.js';
import { endingOf, type Scenario, SCENARIOS, titleOf } from '../support/provider-scenarios.js';

/** Every provider through the real API, worker, database and files, with its server played on loopback. */
describe('whatever a provider does, a job ends once, is charged once, and is submitted once', () => {
  let ground: ProviderGround;

  beforeAll(async () => {
    // Looks for a lost create come at once; what is not found by then, is not found later either.
    ground = await ProviderGround.start({ PROVIDER_RECOVERY_SECONDS: '1' });
  });
  afterEach(async () => {
    expect(await ground.leftOver()).toEqual([]);
  });
  afterAll(async () => {
    await ground.stop();
  });

  const play = async (provider: ProviderId, { fault, options }: Scenario) => {
    const fake: FakeServer = ground.fakes[provider];
    const client = ground.clientOf(provider);
    const before = await balanceOf(client);
    const [creates, from] = [fake.creates, fake.requests.length];
    if (fault) fake.failNext(typeof fault === 'function' ? fault(provider) : fault, options);
    const { job } = await runJob(client, JOBS[provider]);
    const [after, events] = [await balanceOf(client), await eventsOf(client, job.id)];
    const asked = fake.requests.slice(from).flatMap(({ kind, atMs }) => (kind === 'create' ? [atMs] : []));
    const waitMs = (options?.retryAfterSeconds ?? 0) * 1000;
    return {
      provider,
      status: job.status,
      code: job.error?.code,
      creates: fake.creates - creates,
      asks: asked.length,
      waits: asked.every((atMs, index) => index === 0 || atMs - (asked[index - 1] ?? 0) >= waitMs),
      story: storyOf(events),
      outputs: job.outputs.length,
      paid: before.available - after.available === job.credits.charged,
      charged: job.credits.charged,
      held: after.held,
      told: JSON.stringify([job, events]).includes(fake.apiKey),
    };
  };

  it.each(SCENARIOS.map((scenario) => [titleOf(scenario), scenario] as const))('%s', async (_title, scenario) => {
    const { among = PROVIDERS, asks = 1 } = scenario;
    const played = await Promise.all(among.map((provider) => play(provider, scenario)));
    expect(played).toEqual(
      among.map((provider) => {
        const ending = endingOf(scenario, provider);
        const succeeded = ending.status === 'succeeded';
        return {
          provider,
          ...{ code: undefined, ...ending },
          asks,
          waits: true,
          story: `queued, processing, ${ending.status}`,
          outputs: succeeded ? 1 : 0,
          paid: true,
          charged: succeeded ? CREDITS[provider] : 0,
          held: 0,
          told: false,
        };
      }),
    );
  });

  it('what a provider says of a failure is told to whose key it was asked with, and to nobody else', async () => {
    const agency = await createAgency(ground.stack, 10_000);
    const told = ['replicate', 'fal'] as const;
    const words = async (client: Client) =>
      Promise.all(
        told.map(async (provider) => {
          ground.fakes[provider].failNext('task_failed');
          const { job } = await runJob(client, JOBS[provider]);
          return [job.error?.code, job.error?.providerMessage ?? null];
        }),
      );
    const code = 'provider.generation_failed';
    expect(await words(agency.client)).toEqual(told.map(() => [code, null]));
    for (const provider of told) {
      const body = { provider, name: 'Nossa conta', secret: ground.fakes[provider].apiKey };
      await createProviderKey({ client: agency.owner, body, throwOnError: true });
    }
    expect(await words(agency.client)).toEqual(told.map(() => [code, expect.stringMatching(/fail|error|memory/i)]));
  });

  it.each(['https://169.254.169.254/latest', 'https://3232235521/', 'https://[::1]/', 'https://intranet/'])(
    'a file at %s is refused before anything is held',
    async (image) => {
      const client = ground.clientOf('openai');
      const before = await balanceOf(client);
      const body = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low', image: [image] } };
      const { response, error } = await createJob({ client, body });
      expect([response?.status, error]).toMatchObject([422, { code: 'outbound.address_refused' }]);
      expect(await balanceOf(client)).toEqual(before);
    },
  );

  it('a file that is not there is refused before anything is held, and its provider is not asked', async () => {
    const client = ground.clientOf('openai');
    const [asked, before] = [ground.fakes.openai.requests.length, await balanceOf(client)];
    const image = ['01900000-0000-7000-8000-0000000000ab'];
    const body = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low', image } };
    const { response, error } = await createJob({ client, body });
    expect([response?.status, error]).toMatchObject([422, { errors: [{ code: 'unknown_asset' }] }]);
    expect(await balanceOf(client)).toEqual(before);
    expect(ground.fakes.openai.requests.length).toBe(asked);
  });
});
