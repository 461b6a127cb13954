import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  FakeElevenLabs,
  FakeFal,
  FakeFreepik,
  FakeReplicate,
  type FakeServer,
  type FaultOptions,
  sendReport,
  startFakeOpenAi,
} from '#ai/testing';
import { cancelJob, createJob, type CreateJobDto, enterPrices, type EventDto, getJob, type JobDto } from '#sdk';
import {
  type Agency,
  balanceOf,
  createAgency,
  createOperator,
  followToEnd,
  ledgerFaults,
  runJob,
} from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { Stack } from '../support/stack.js';

type ProviderId = 'openai' | 'elevenlabs' | 'replicate' | 'freepik' | 'fal';
const PROVIDERS: readonly ProviderId[] = ['openai', 'elevenlabs', 'replicate', 'freepik', 'fal'];

const JOBS: Readonly<Record<ProviderId, CreateJobDto>> = {
  openai: { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low' } },
  elevenlabs: { model: 'elevenlabs/eleven_flash_v2_5', input: { text: 'Bom dia' } },
  replicate: { model: 'replicate/black-forest-labs/flux-schnell', input: { prompt: 'Um farol' } },
  freepik: { model: 'freepik/text-to-image/seedream-v4-5', input: { prompt: 'Um farol' } },
  fal: { model: 'fal/fal-ai/flux/schnell', input: { prompt: 'Um farol' } },
};

/** What one of them costs. */
const CREDITS: Readonly<Record<ProviderId, number>> = { openai: 8, elevenlabs: 1, replicate: 4, freepik: 50, fal: 4 };

/** Answer with the file itself; the others with a task. */
const SYNCHRONOUS: readonly ProviderId[] = ['openai', 'elevenlabs'];

/** The events of a job that say that it is over: one, whatever happened. */
function endsOf(events: readonly EventDto[]): string[] {
  return events
    .map(({ type }) => type)
    .filter((type) => /^job\.(succeeded|failed|canceled|expired|outcome_unknown)$/.test(type));
}

interface Ending {
  status: string;
  code?: string;
  /** Generations that the provider began, and would bill. */
  creates: number;
}

interface Scenario {
  name: string;
  fault?: string | ((provider: ProviderId) => string);
  options?: FaultOptions;
  /** For providers that answer with the files themselves, whom a fault of files hits at the create. */
  synchronous: Ending;
  /** For providers whose tasks are asked for. */
  asynchronous: Ending;
  /** What is different for one of them. */
  except?: Partial<Record<ProviderId, Ending>>;
}

const done: Ending = { status: 'succeeded', creates: 1 };
const refused = (code: string): Ending => ({ status: 'failed', code, creates: 0 });
const unknown = (code: string, creates: number): Ending => ({ status: 'outcome_unknown', code, creates });
/** Asynchronous providers are looked for until the time for it is up; only Replicate lists enough to be found. */
const lost = (creates: number): Ending => unknown('provider.outcome_unknown', creates);
const lostFiles: Ending = { status: 'failed', code: 'provider.output_unavailable', creates: 1 };
const onFiles = (times: number): FaultOptions => ({ on: 'file', times });

const SCENARIOS: readonly Scenario[] = [
  { name: 'nothing goes wrong', synchronous: done, asynchronous: done },
  {
    name: 'the key is refused (401)',
    fault: 'unauthorized',
    synchronous: refused('provider.authentication_failed'),
    asynchronous: refused('provider.authentication_failed'),
  },
  {
    name: 'the account is empty (402 and its like)',
    fault: (provider) => (provider === 'openai' ? 'insufficient_quota' : 'quota'),
    synchronous: refused('provider.quota_exhausted'),
    asynchronous: refused('provider.quota_exhausted'),
  },
  {
    name: 'the input is refused (422 and its like)',
    fault: (provider) => (provider === 'openai' ? 'content_policy' : 'invalid_input'),
    synchronous: refused('provider.invalid_input'),
    asynchronous: refused('provider.invalid_input'),
    except: { openai: refused('provider.content_policy') },
  },
  {
    name: 'a rate limit that says how long to wait',
    fault: 'rate_limited',
    options: { retryAfterSeconds: 0.2 },
    synchronous: done,
    asynchronous: done,
  },
  {
    name: 'a rate limit that does not',
    fault: 'rate_limited',
    options: { retryAfterSeconds: null },
    synchronous: done,
    asynchronous: done,
  },
  {
    name: 'a 500 before anything is accepted, which nobody can tell',
    fault: 'server_error_before',
    synchronous: unknown('provider.unavailable', 0),
    asynchronous: lost(0),
  },
  {
    name: 'a 500 after the acceptance',
    fault: 'server_error_after',
    synchronous: unknown('provider.unavailable', 1),
    asynchronous: lost(1),
    except: { replicate: done },
  },
  {
    name: 'no answer at all',
    fault: 'hang',
    synchronous: unknown('provider.timeout', 1),
    asynchronous: lost(1),
    except: { replicate: done },
  },
  {
    name: 'a reset before the acceptance',
    fault: 'reset_before',
    synchronous: unknown('provider.outcome_unknown', 0),
    asynchronous: lost(0),
  },
  {
    name: 'a reset instead of the answer',
    fault: 'reset',
    synchronous: unknown('provider.outcome_unknown', 1),
    asynchronous: lost(1),
    except: { replicate: done },
  },
  {
    name: "a proxy's page instead of the answer",
    fault: 'html',
    synchronous: unknown('provider.bad_response', 1),
    asynchronous: lost(1),
    except: { replicate: done },
  },
  { name: 'a slow answer', fault: 'slow_drip', options: { dripMs: 10 }, synchronous: done, asynchronous: done },
  {
    name: "a proxy's page instead of the state",
    fault: 'html',
    options: { on: 'poll' },
    synchronous: done,
    asynchronous: done,
  },
  {
    name: 'a file that drips',
    fault: 'slow_drip',
    options: { on: 'file', dripMs: 10 },
    synchronous: done,
    asynchronous: done,
  },
  { name: 'a file cut off once', fault: 'truncated', options: onFiles(1), synchronous: done, asynchronous: done },
  { name: 'half a file, once', fault: 'truncated_media', options: onFiles(1), synchronous: done, asynchronous: done },
  { name: 'an expired link, once', fault: 'expired', options: onFiles(1), synchronous: done, asynchronous: done },
  {
    name: 'a page where the file should be, always',
    fault: 'wrong_type',
    options: onFiles(3),
    synchronous: done,
    asynchronous: lostFiles,
  },
  {
    name: 'an answer cut off in the middle',
    fault: 'truncated',
    synchronous: unknown('provider.bad_response', 1),
    asynchronous: lost(1),
    except: { replicate: done },
  },
  {
    name: 'the task fails',
    fault: (provider) => (SYNCHRONOUS.includes(provider) ? 'wrong_type' : 'task_failed'),
    synchronous: unknown('provider.bad_response', 1),
    asynchronous: { status: 'failed', code: 'provider.generation_failed', creates: 1 },
  },
];

function endingOf({ except, synchronous, asynchronous }: Scenario, provider: ProviderId): Ending {
  return except?.[provider] ?? (SYNCHRONOUS.includes(provider) ? synchronous : asynchronous);
}

/** A row of the matrix with its cells, for whoever reads what was tested. */
function titleOf(scenario: Scenario): string {
  const cells = Map.groupBy(PROVIDERS, (provider) => {
    const { status, code, creates } = endingOf(scenario, provider);
    return [status, ...(code === undefined ? [] : [code]), `creates ${creates}`].join(', ');
  });
  const told = [...cells].map(([ending, providers]) => `${cells.size > 1 ? `${providers.join(', ')}: ` : ''}${ending}`);
  return `${scenario.name} → ${told.join('; ')}`;
}

/** Every provider through the real API, worker, database and files, with its server played on loopback. */
describe('whatever a provider does, a job ends once, is charged once, and is submitted once', () => {
  let fakes: {
    openai: Awaited<ReturnType<typeof startFakeOpenAi>>;
    elevenlabs: FakeElevenLabs;
    replicate: FakeReplicate;
    freepik: FakeFreepik;
    fal: FakeFal;
  };
  let stack: Stack;
  const agencies = new Map<ProviderId, Agency>();
  const agencyOf = (provider: ProviderId): Agency => {
    const agency = agencies.get(provider);
    if (!agency) throw new Error(`No agency for ${provider}`);
    return agency;
  };

  beforeAll(async () => {
    const [openai, elevenlabs, replicate, freepik, fal] = await Promise.all([
      startFakeOpenAi(),
      FakeElevenLabs.start(),
      FakeReplicate.start(),
      FakeFreepik.start(),
      FakeFal.start(),
    ]);
    fakes = { openai, elevenlabs, replicate, freepik, fal };
    stack = await Stack.start({ backend: 'postgres', callbacks: true, environment: environmentOf(fakes) });
    await priceFreepik(stack);
    for (const provider of PROVIDERS) agencies.set(provider, await createAgency(stack, 10_000));
  });
  afterEach(async () => {
    for (const fake of Object.values(fakes)) fake.forgetFaults();
    expect(await ledgerFaults(stack)).toEqual([]);
  });
  afterAll(async () => {
    await stack.stop();
    await Promise.all(Object.values(fakes).map((fake) => fake.close()));
  });

  const play = async (provider: ProviderId, scenario: Scenario) => {
    const fake: FakeServer = fakes[provider];
    const { client } = agencyOf(provider);
    const before = await balanceOf(client);
    const creates = fake.creates;
    const { fault, options } = scenario;
    if (fault) fake.failNext(typeof fault === 'function' ? fault(provider) : fault, options);
    const { job, events } = await runJob(client, JOBS[provider]);
    const after = await balanceOf(client);
    return {
      provider,
      status: job.status,
      code: job.error?.code,
      creates: fake.creates - creates,
      ends: endsOf(events),
      outputs: job.outputs.length,
      paid: before.available - after.available === job.credits.charged,
      charged: job.credits.charged,
      held: after.held,
      told: JSON.stringify([job, events]).includes(fake.apiKey),
    };
  };

  it.each(SCENARIOS.map((scenario) => [titleOf(scenario), scenario] as const))('%s', async (_title, scenario) => {
    const played = await Promise.all(PROVIDERS.map((provider) => play(provider, scenario)));
    expect(played).toEqual(
      PROVIDERS.map((provider) => {
        const ending = endingOf(scenario, provider);
        const succeeded = ending.status === 'succeeded';
        return {
          provider,
          ...{ code: undefined, ...ending },
          ends: [`job.${ending.status}`],
          outputs: succeeded ? 1 : 0,
          paid: true,
          charged: succeeded ? CREDITS[provider] : 0,
          held: 0,
          told: false,
        };
      }),
    );
  });

  it.each(['https://169.254.169.254/latest', 'https://3232235521/', 'https://[::1]/', 'https://intranet/'])(
    'a file at %s is refused before anything is held',
    async (image) => {
      const { client } = agencyOf('openai');
      const before = await balanceOf(client);
      const body = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low', image: [image] } };
      const { response, error } = await createJob({ client, body });
      expect([response?.status, error]).toMatchObject([422, { code: 'outbound.address_refused' }]);
      expect(await balanceOf(client)).toEqual(before);
    },
  );

  it('a file that is not there is refused before anything is held, and its provider is not asked', async () => {
    const { client } = agencyOf('openai');
    const [asked, before] = [fakes.openai.requests.length, await balanceOf(client)];
    const image = ['01900000-0000-7000-8000-0000000000ab'];
    const body = { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low', image } };
    const { response, error } = await createJob({ client, body });
    expect([response?.status, error]).toMatchObject([422, { errors: [{ code: 'unknown_asset' }] }]);
    expect(await balanceOf(client)).toEqual(before);
    expect(fakes.openai.requests.length).toBe(asked);
  });

  describe.each(['replicate', 'freepik', 'fal'] as const)('reports of %s', (provider) => {
    /** A job whose create was accepted and never answered, with its task at the provider. */
    const unheardJob = async () => {
      const known = fakes[provider].tasks.all().length;
      const creates = fakes[provider].creates;
      fakes[provider].failNext('reset');
      // Nothing is found by looking.
      if (provider === 'replicate') fakes.replicate.failNext('overloaded', { on: 'other', times: 50 });
      const { data } = await createJob({ client: agencyOf(provider).client, body: JOBS[provider], throwOnError: true });
      const task = await eventually(() => {
        const [newest, ...older] = fakes[provider].tasks.all();
        return Promise.resolve(older.length === known ? newest : undefined);
      }, 'the provider has the task');
      const again = () => fakes[provider].creates - creates - 1;
      return { jobId: data.id, task, url: task.webhook ?? '', again };
    };
    it('a genuine one finds a generation whose create was never answered; repeated and late ones change nothing', async () => {
      const { jobId, task, url, again } = await unheardJob();
      task.state = 'succeeded';
      expect(await sendReport(url, fakes[provider].report(task))).toBe(204);
      const { job, events } = await followToEnd(agencyOf(provider).client, jobId);
      expect(job).toMatchObject({ status: 'succeeded', credits: { charged: CREDITS[provider] } });
      const report = fakes[provider].report(task);
      expect(await sendReport(url, report)).toBe(204);
      expect(await sendReport(url, report)).toBe(204);
      const { data: still } = await getJob({ client: agencyOf(provider).client, path: { jobId }, throwOnError: true });
      expect({ ...still, outputs: still.outputs.map(withoutPreviews) }).toEqual({
        ...job,
        outputs: job.outputs.map(withoutPreviews),
      });
      expect(endsOf(events)).toEqual(['job.succeeded']);
      expect(again()).toBe(0);
    });

    it('a forged, an old and a misaddressed one are refused, and the job ends without them', async () => {
      const { jobId, task, url, again } = await unheardJob();
      const report = fakes[provider].report(task);
      const hour = 3_600_000;
      expect(await sendReport(url, { ...report, body: `${report.body} ` })).toBe(401);
      expect(await sendReport(url, fakes[provider].report(task, new Date(Date.now() - hour)))).toBe(401);
      expect(await sendReport(url, fakes[provider].report(task, new Date(Date.now() + hour)))).toBe(401);
      expect(await sendReport(`${url.slice(0, -4)}AAAA`, report)).toBe(404);
      expect(await sendReport(url.replace(`/${provider}/`, '/openai/'), report)).toBe(404);
      const { job, events } = await followToEnd(agencyOf(provider).client, jobId);
      expect(job).toMatchObject({ status: 'outcome_unknown', credits: { charged: 0 } });
      expect(endsOf(events)).toEqual(['job.outcome_unknown']);
      expect(again()).toBe(0);
    });
  });

  it.each(PROVIDERS)(
    'a job that is canceled while %s works ends once, with all of its credits or its file',
    async (provider) => {
      const { client } = agencyOf(provider);
      const fake: FakeServer = fakes[provider];
      const isSynchronous = SYNCHRONOUS.includes(provider);
      fake.failNext('slow_drip', { on: isSynchronous ? 'create' : 'poll', dripMs: isSynchronous ? 80 : 20 });
      const [before, creates] = [await balanceOf(client), fake.creates];
      const { data } = await createJob({ client, body: JOBS[provider], throwOnError: true });
      await eventually(async () => {
        const { data: job } = await getJob({ client, path: { jobId: data.id }, throwOnError: true });
        return job.status === 'processing' ? job : undefined;
      }, 'the job is under way');
      await cancelJob({ client, path: { jobId: data.id } });
      const { job, events } = await followToEnd(client, data.id);
      const after = await balanceOf(client);
      expect(['canceled', 'succeeded']).toContain(job.status);
      expect(endsOf(events)).toEqual([`job.${job.status}`]);
      expect(fake.creates - creates).toBeLessThanOrEqual(1);
      expect(before.available - after.available).toBe(job.status === 'canceled' ? 0 : CREDITS[provider]);
      expect(after.held).toBe(0);
    },
  );
});

/** A file without what is made of it beside the job, at its own time. */
function withoutPreviews(output: JobDto['outputs'][number]): Partial<JobDto['outputs'][number]> {
  const previews = ['placeholder', 'thumbnailUrl', 'previewUrl', 'posterUrl', 'peaks'];
  return Object.fromEntries(Object.entries(output).filter(([name]) => !previews.includes(name)));
}

function environmentOf(fakes: {
  openai: FakeServer;
  elevenlabs: FakeServer;
  replicate: FakeReplicate;
  freepik: FakeFreepik;
  fal: FakeFal;
}): Record<string, string> {
  return {
    OPENAI_API_KEY: fakes.openai.apiKey,
    OPENAI_BASE_URL: fakes.openai.baseUrl,
    ELEVENLABS_API_KEY: fakes.elevenlabs.apiKey,
    ELEVENLABS_BASE_URL: fakes.elevenlabs.baseUrl,
    REPLICATE_API_TOKEN: fakes.replicate.apiKey,
    REPLICATE_BASE_URL: fakes.replicate.baseUrl,
    REPLICATE_WEBHOOK_SECRET: fakes.replicate.webhookSecret,
    FREEPIK_API_KEY: fakes.freepik.apiKey,
    FREEPIK_BASE_URL: fakes.freepik.baseUrl,
    FREEPIK_WEBHOOK_SECRET: fakes.freepik.webhookSecret,
    FAL_KEY: fakes.fal.apiKey,
    FAL_QUEUE_URL: fakes.fal.baseUrl,
    FAL_JWKS_URL: fakes.fal.jwksUrl,
    PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
    // Short enough for a test, long enough for a loaded machine.
    PROVIDER_REQUEST_TIMEOUT_SECONDS: '8',
    PROVIDER_GENERATION_TIMEOUT_SECONDS: '8',
    PROVIDER_RECOVERY_SECONDS: '4',
    PROVIDER_LONGEST_POLL_SECONDS: '0.25',
    PROVIDER_CIRCUIT_FAILURES: '1000',
    JOB_RETRY_BASE_SECONDS: '0.05',
  };
}

/** Freepik's list prices are in another currency, so none is in force until an operator enters it. */
async function priceFreepik(stack: Stack): Promise<void> {
  const lines = [{ component: 'output', unit: 'image', costUsdMicros: 40_000 } as const];
  const body = { model: JOBS.freepik.model, lines, source: 'for a test' };
  await enterPrices({ client: await createOperator(stack), body, throwOnError: true });
}
