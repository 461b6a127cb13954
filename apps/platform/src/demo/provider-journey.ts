import { setTimeout } from 'node:timers/promises';
import type { FakeServer } from '#ai/testing';
import {
  type Client,
  createBaseClient,
  createGeneratedAsset,
  type CreateJobDto,
  enterPrices,
  getCreditBalance,
  grantCredits,
  type JobOutputDto,
  listPriceHistory,
  type PriceHistoryDto,
} from '#sdk';
import { type DemoReport, formatCredits } from './demo-report.js';
import { ensure } from './demo.errors.js';
import { runJob } from './job-life.js';
import { findBrokenInvariants, makeOperator } from './ledger.repository.js';
import { downloadOutput } from './output-files.js';
import { registerPerson, signUp } from './sign-up.js';
import type { ThrowawayPlatform } from './throwaway-platform.js';

interface ProviderJob {
  provider: 'openai' | 'replicate' | 'freepik' | 'elevenlabs' | 'fal';
  body: CreateJobDto;
}

interface Played {
  job: ProviderJob;
  output: JobOutputDto;
  charged: number;
}

const PROMPT = 'A lighthouse at dusk, watercolour';

/** One for each provider and medium that it makes. */
const JOBS: readonly ProviderJob[] = [
  { provider: 'openai', body: { model: 'openai/gpt-image-2', input: { prompt: PROMPT, quality: 'low' } } },
  { provider: 'openai', body: { model: 'openai/tts-1', input: { input: 'Bom dia!' } } },
  { provider: 'replicate', body: { model: 'replicate/black-forest-labs/flux-schnell', input: { prompt: PROMPT } } },
  {
    provider: 'replicate',
    body: {
      model: 'replicate/bytedance/seedance-1-pro-fast',
      input: { prompt: PROMPT, duration: 2, resolution: '480p' },
    },
  },
  { provider: 'freepik', body: { model: 'freepik/text-to-image/seedream-v4-5', input: { prompt: PROMPT } } },
  {
    provider: 'freepik',
    body: { model: 'freepik/text-to-video/veo-3-1-fast', input: { prompt: PROMPT, duration: 4 } },
  },
  { provider: 'freepik', body: { model: 'freepik/sound-effects', input: { text: 'Waves', duration_seconds: 2 } } },
  { provider: 'elevenlabs', body: { model: 'elevenlabs/eleven_flash_v2_5', input: { text: 'Bom dia!' } } },
  { provider: 'fal', body: { model: 'fal/fal-ai/flux/schnell', input: { prompt: PROMPT } } },
];

/** What works on a picture, each with the first one that was made. */
const PICTURE_JOBS: readonly (ProviderJob & { pictureAs: string })[] = [
  {
    provider: 'fal',
    body: {
      model: 'fal/fal-ai/kling-video/v3/pro/image-to-video',
      input: { prompt: 'The light turns', duration: '3' },
    },
    pictureAs: 'start_image_url',
  },
  { provider: 'fal', body: { model: 'fal/fal-ai/recraft/upscale/crisp', input: {} }, pictureAs: 'image_url' },
  { provider: 'fal', body: { model: 'fal/fal-ai/bria/background/remove', input: {} }, pictureAs: 'image_url' },
  { provider: 'fal', body: { model: 'fal/bria/fibo-edit-1.5/expand', input: {} }, pictureAs: 'image_url' },
  {
    provider: 'replicate',
    body: { model: 'replicate/recraft-ai/recraft-crisp-upscale', input: {} },
    pictureAs: 'image',
  },
  {
    provider: 'replicate',
    body: { model: 'replicate/recraft-ai/recraft-remove-background', input: {} },
    pictureAs: 'image',
  },
];
const ALL_JOBS: readonly ProviderJob[] = [...JOBS, ...PICTURE_JOBS];

/** `npm run demo -- --providers`: every provider of the catalogue, each played by a local server of its wire format. */
export class ProviderJourney {
  constructor(
    private readonly platform: ThrowawayPlatform,
    private readonly report: DemoReport,
    private readonly outputFolder: string,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws DemoFailure, ApiError: the first thing that is not as it should be */
  async run(): Promise<void> {
    const operator = await this.enterPrices();
    this.report.heading('A new customer');
    const { client, organizationId } = await signUp(this.platform.url, this.report);
    await this.grant(operator, organizationId);
    this.report.heading('One job for each provider and medium, and for each work on a picture');
    const played = await Promise.all(JOBS.map((job) => this.play(client, job)));
    const picture = played.find(({ output }) => output.mimeType.startsWith('image/'))?.output;
    ensure(picture !== undefined, 'There is no picture to work on.');
    played.push(
      ...(await Promise.all(
        PICTURE_JOBS.map(async (job) => this.play(client, await withPicture(client, job, picture))),
      )),
    );
    this.report.table(
      ['provider', 'model', 'file', 'credits'],
      played.map(({ job, output, charged }) => [job.provider, job.body.model, output.mimeType, String(charged)]),
    );
    this.report.heading('On the wire');
    for (const provider of new Set(ALL_JOBS.map((job) => job.provider))) this.countRequests(provider);
    await this.check(client);
  }

  /**
   * Freepik's list prices are in another currency, so an operator enters them; here they are made up.
   * @returns a client that acts as the operator
   */
  private async enterPrices(): Promise<Client> {
    const { user, accessToken } = await registerPerson(this.platform.url, 'Olga Prado');
    await makeOperator(this.platform.ownerUrl, user.id);
    const client = createBaseClient({ baseUrl: this.platform.url, token: accessToken });
    const history = await this.askAsOperator(client);
    const models = JOBS.filter(({ provider }) => provider === 'freepik').map(({ body }) => body.model);
    for (const { model, charges } of history.data.filter((prices) => models.includes(prices.model))) {
      const lines = Object.entries(charges).map(([component, unit]) => ({ component, unit, costUsdMicros: 8000 }));
      await enterPrices({ client, body: { model, lines, source: 'made up for the demo' }, throwOnError: true });
    }
    this.report.heading('An operator');
    this.report.fact('Prices', `entered for ${models.length} models that had none`);
    return client;
  }

  /** A film alone costs nearly all that a new organization is given. */
  private async grant(operator: Client, organizationId: string): Promise<void> {
    const body = { amountCredits: 1000, reason: 'To try every provider' };
    await grantCredits({ client: operator, path: { organizationId }, body, throwOnError: true });
    this.report.fact('Grant', formatCredits(body.amountCredits));
  }

  /** Who somebody is, is remembered for some seconds. */
  private async askAsOperator(client: Client): Promise<PriceHistoryDto> {
    for (;;) {
      const { data, response } = await listPriceHistory({ client });
      if (data) return data;
      ensure(response?.status === 403, `The prices were answered with ${response?.status}.`);
      await setTimeout(500, undefined, { signal: this.signal });
    }
  }

  private async play(client: Client, asked: ProviderJob): Promise<Played> {
    const { provider, body } = asked;
    const label = `${provider}-${body.model.split('/').at(-1)}`;
    const job = await runJob(client, { label, body }, this.signal, () => undefined);
    const [output] = job.outputs;
    ensure(output !== undefined && job.outputs.length === 1, `The job at ${provider} should have made one file.`);
    const { charged, held } = job.credits;
    ensure(charged !== null && charged > 0 && charged <= held, `${body.model} held ${held} and charged ${charged}.`);
    await downloadOutput(output, this.outputFolder, label);
    return { job: asked, output, charged };
  }

  private countRequests(provider: ProviderJob['provider']): void {
    const { creates, requests }: FakeServer = this.platform.fakes[provider];
    const count = (wanted: string) => requests.filter(({ kind }) => kind === wanted).length;
    this.report.fact(provider, `${creates} generations, ${count('poll')} polls, ${count('file')} files fetched`);
  }

  private async check(client: Client): Promise<void> {
    const { data: balance } = await getCreditBalance({ client, throwOnError: true });
    ensure(balance.held === 0, `All jobs are done, and ${balance.held} credits are still held.`);
    const faults = await findBrokenInvariants(this.platform.ownerUrl);
    ensure(faults.length === 0, `The ledger is not sound: ${faults.join('; ')}.`);
    for (const provider of new Set(ALL_JOBS.map((job) => job.provider))) {
      const wanted = ALL_JOBS.filter((job) => job.provider === provider).length;
      const { creates } = this.platform.fakes[provider];
      ensure(
        creates === wanted,
        `${provider} should have been asked for ${wanted} generations and was for ${creates}.`,
      );
    }
    ensure(this.platform.mishaps.length === 0, `A service did not stay alive: ${this.platform.mishaps.join(' ')}`);
    this.report.fact('Submits', 'each generation was asked for once');
    this.report.fact('Drift', 'none: all invariants hold');
  }
}

/** The job with a generated picture as its input, as an asset. */
async function withPicture(
  client: Client,
  { pictureAs, ...job }: ProviderJob & { pictureAs: string },
  picture: JobOutputDto,
): Promise<ProviderJob> {
  const { data: asset } = await createGeneratedAsset({
    client,
    body: { generationId: picture.id },
    throwOnError: true,
  });
  return { ...job, body: { ...job.body, input: { ...job.body.input, [pictureAs]: `asset:${asset.id}` } } };
}
