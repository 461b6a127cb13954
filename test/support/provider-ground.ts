import { environmentOf, type FakeProviders, startFakeProviders } from '#ai/testing';
import { type Client, type CreateJobDto, enterPrices, type EventDto, listEvents } from '#sdk';
import { type Agency, createAgency, createOperator, ledgerFaults } from './agency.js';
import { Stack } from './stack.js';

export type ProviderId = keyof FakeProviders;

/** Answer with the file itself. */
export const SYNCHRONOUS = ['openai', 'elevenlabs'] as const;
/** Answer with a task, and report its end. */
export const ASYNCHRONOUS = ['replicate', 'freepik', 'fal'] as const;
export const PROVIDERS: readonly ProviderId[] = [...SYNCHRONOUS, ...ASYNCHRONOUS];

export const JOBS: Readonly<Record<ProviderId, CreateJobDto>> = {
  openai: { model: 'openai/gpt-image-2', input: { prompt: 'Um farol', quality: 'low' } },
  elevenlabs: { model: 'elevenlabs/eleven_flash_v2_5', input: { text: 'Bom dia' } },
  replicate: { model: 'replicate/black-forest-labs/flux-schnell', input: { prompt: 'Um farol' } },
  freepik: { model: 'freepik/text-to-image/seedream-v4-5', input: { prompt: 'Um farol' } },
  fal: { model: 'fal/fal-ai/flux/schnell', input: { prompt: 'Um farol' } },
};

/** What one of them costs. */
export const CREDITS: Readonly<Record<ProviderId, number>> = {
  openai: 8,
  elevenlabs: 1,
  replicate: 4,
  freepik: 50,
  fal: 4,
};

export function isSynchronous(provider: ProviderId): boolean {
  return SYNCHRONOUS.some((synchronous) => synchronous === provider);
}

type FakeOptions = NonNullable<Parameters<typeof startFakeProviders>[0]>;

/** The real API, worker, database and files, with every provider played on loopback and an agency for each. */
export class ProviderGround {
  private constructor(
    readonly stack: Stack,
    readonly fakes: FakeProviders,
    private readonly agencies: ReadonlyMap<ProviderId, Agency>,
  ) {}

  static async start(environment: Record<string, string>, options: FakeOptions = {}): Promise<ProviderGround> {
    const fakes = await startFakeProviders(options);
    const stack = await Stack.start({
      backend: 'postgres',
      callbacks: true,
      environment: {
        ...environmentOf(fakes),
        // Short enough for a test, long enough for a loaded machine.
        PROVIDER_REQUEST_TIMEOUT_SECONDS: '6',
        PROVIDER_GENERATION_TIMEOUT_SECONDS: '6',
        PROVIDER_LONGEST_POLL_SECONDS: '0.25',
        // One fault after the other is no reason to leave a provider alone, but where that is what is tested.
        PROVIDER_CIRCUIT_FAILURES: '1000',
        JOB_RETRY_BASE_SECONDS: '0.05',
        ...environment,
      },
    });
    await priceFreepik(stack);
    const agencies = new Map<ProviderId, Agency>();
    for (const provider of PROVIDERS) agencies.set(provider, await createAgency(stack, 10_000));
    return new ProviderGround(stack, fakes, agencies);
  }

  /** Acts as the live key of the provider's agency. */
  clientOf(provider: ProviderId): Client {
    const agency = this.agencies.get(provider);
    if (!agency) throw new Error(`No agency for ${provider}`);
    return agency.client;
  }

  /** What must be empty after every test: planned faults that hit nobody, and broken invariants of the ledgers. */
  async leftOver(): Promise<unknown[]> {
    const unplayed = PROVIDERS.flatMap((provider) =>
      this.fakes[provider].forgetFaults().map((fault) => `${provider} was never asked: ${fault}`),
    );
    return [...unplayed, ...(await ledgerFaults(this.stack))];
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    await Promise.all(Object.values(this.fakes).map((fake) => fake.close()));
  }
}

/** All that was told of a job so far, oldest first; also what came after its end, which a follower does not wait for. */
export async function eventsOf(client: Client, jobId: string): Promise<EventDto[]> {
  const { data } = await listEvents({ client, query: { jobId, limit: 100 }, throwOnError: true });
  return data.data;
}

/** The order of these events, leaving out how often progress was told while the job was worked on. */
export function storyOf(events: readonly EventDto[]): string {
  const story = events.map(({ type }) => type.replace('job.', '')).join(', ');
  return story.replace(/(?<=processing)(, progress)+/, '');
}

/** Freepik's list prices are in another currency, so none is in force until an operator enters it. */
async function priceFreepik(stack: Stack): Promise<void> {
  const lines = [{ component: 'output', unit: 'image', costUsdMicros: 40_000 } as const];
  const body = { model: JOBS.freepik.model, lines, source: 'for a test' };
  await enterPrices({ client: await createOperator(stack), body, throwOnError: true });
}
