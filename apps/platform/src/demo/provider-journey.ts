import type { FakeServer } from '#ai/testing';
import { getCreditBalance, type Client, type CreateJobDto } from '#sdk';
import type { DemoReport } from './demo-report.js';
import { ensure } from './demo.errors.js';
import { runJob } from './job-life.js';
import { enterPrices, findBrokenInvariants } from './ledger.repository.js';
import { downloadOutput } from './output-files.js';
import { signUp } from './sign-up.js';
import type { ThrowawayPlatform } from './throwaway-platform.js';

interface ProviderJob {
  provider: 'openai' | 'replicate' | 'freepik' | 'elevenlabs' | 'fal';
  body: CreateJobDto;
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
    // Freepik's list prices are in another currency, so an operator enters them; here they are made up.
    await enterPrices(
      this.platform.ownerUrl,
      JOBS.filter(({ provider }) => provider === 'freepik').map(({ body }) => body.model),
    );
    this.report.heading('A new customer');
    const client = await signUp(this.platform.url, this.report);
    this.report.heading('One job for each provider and medium');
    const rows = await Promise.all(JOBS.map((job) => this.play(client, job)));
    this.report.table(['provider', 'model', 'file', 'credits'], rows);
    this.report.heading('On the wire');
    for (const provider of new Set(JOBS.map((job) => job.provider))) this.countRequests(provider);
    await this.check(client);
  }

  private async play(client: Client, { provider, body }: ProviderJob): Promise<string[]> {
    const label = `${provider}-${body.model.split('/').at(-1)}`;
    const job = await runJob(client, { label, body }, this.signal, () => undefined);
    const [output] = job.outputs;
    ensure(output !== undefined && job.outputs.length === 1, `The job at ${provider} should have made one file.`);
    const { charged, held } = job.credits;
    ensure(charged !== null && charged > 0 && charged <= held, `${body.model} held ${held} and charged ${charged}.`);
    await downloadOutput(output, this.outputFolder, label);
    return [provider, body.model, output.mimeType, String(charged)];
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
    for (const provider of new Set(JOBS.map((job) => job.provider))) {
      const wanted = JOBS.filter((job) => job.provider === provider).length;
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
