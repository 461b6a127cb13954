import {
  createQuote,
  getCreditBalance,
  listCreditTransactions,
  listModels,
  type Client,
  type CreateJobDto,
  type JobDto,
} from '#sdk';
import { formatCredits, type DemoReport } from './demo-report.js';
import { ensure } from './demo.errors.js';
import { runJob, type JobRequest } from './job-life.js';
import { ledgerFaults } from './ledger-check.js';
import { findBrokenInvariants } from './ledger.repository.js';
import { downloadOutput } from './output-files.js';
import { signUp } from './sign-up.js';
import type { ThrowawayPlatform } from './throwaway-platform.js';

const IMAGE = { model: 'sandbox/image', input: { prompt: 'Um farol ao entardecer, aquarela', seed: 7 } };
const VIDEO = { model: 'sandbox/video', input: { prompt: 'Ondas quebrando na praia', duration: 4, seed: 7 } };
const AUDIO = { model: 'sandbox/audio', input: { text: 'Bom dia! Sua campanha ficou pronta.', seed: 7 } };
const OPENAI = { model: 'openai/gpt-image-2', input: { prompt: 'A lighthouse at dusk, watercolour', quality: 'low' } };

/** What a customer does on their first day, through the SDK only. */
export class Journey {
  private readonly labels = new Map<string, string>();

  constructor(
    private readonly platform: ThrowawayPlatform,
    private readonly report: DemoReport,
    private readonly outputFolder: string,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws DemoFailure, ApiError: the first thing that is not as it should be */
  async run(): Promise<void> {
    this.report.heading('A new customer');
    const { client } = await signUp(this.platform.url, this.report);
    await this.readCatalogue(client);
    const quoteId = await this.askForQuote(client);

    this.report.heading('Three jobs at once, followed by server-sent events');
    await this.runJobs(client, [
      { label: 'image', body: { ...IMAGE, quoteId } },
      { label: 'video', body: VIDEO },
      { label: 'audio', body: AUDIO },
    ]);

    this.report.heading('One job through the OpenAI provider and the official SDK');
    await this.runJobs(client, [{ label: 'openai', body: OPENAI }]);
    this.checkOpenAi();

    this.report.heading('Ledger');
    await this.checkLedger(client);
  }

  private async readCatalogue(client: Client): Promise<void> {
    const { data: models } = await listModels({ client, throwOnError: true });
    const available = models.data.filter((model) => model.available);
    this.report.fact('Models', `${models.data.length} in the catalogue, ${available.length} can be used here`);
    for (const { model: wanted } of [IMAGE, VIDEO, AUDIO, OPENAI]) {
      const found = available.find((model) => model.id === wanted);
      ensure(found !== undefined, `The catalogue does not offer ${wanted}.`);
      ensure(found.prices.length > 0, `The catalogue names no price for ${wanted}.`);
    }
  }

  private async askForQuote(client: Client): Promise<string> {
    const { data: quote } = await createQuote({ client, body: IMAGE, throwOnError: true });
    const minutes = Math.round((new Date(quote.expiresAt).getTime() - Date.now()) / 60_000);
    this.report.fact('Quote', `${IMAGE.model}: ${formatCredits(quote.maxCredits)} at most, for ${minutes} minutes`);
    return quote.id;
  }

  /** All at once; then their files, one by one. */
  private async runJobs(client: Client, requests: JobRequest[]): Promise<void> {
    const timeline = this.report.timeline();
    const jobs = await Promise.all(
      requests.map((request) => runJob(client, request, this.signal, (moment) => timeline.add(moment))),
    );
    timeline.end();
    for (const [index, { label, body }] of requests.entries()) {
      await this.keepFiles(label, body, jobs[index]);
    }
  }

  private async keepFiles(label: string, body: CreateJobDto, job: JobDto | undefined): Promise<void> {
    ensure(job?.outputs.length === 1, `The ${label} job should have made one file.`);
    const { charged, held } = job.credits;
    ensure(charged !== null && charged > 0 && charged <= held, `The ${label} job held ${held} and charged ${charged}.`);
    this.labels.set(job.id, `${label}: ${body.model}`);
    for (const output of job.outputs) {
      this.report.file(output, await downloadOutput(output, this.outputFolder, label));
    }
  }

  /** A provider that is asked twice is paid twice. */
  private checkOpenAi(): void {
    const { creates, requests } = this.platform.fakes.openai;
    const submit = requests.find(({ accepted }) => accepted);
    ensure(creates === 1 && submit !== undefined, `OpenAI should have been asked once and was asked ${creates} times.`);
    this.report.fact('On the wire', `${submit.method} ${submit.path}, once`);
  }

  private async checkLedger(client: Client): Promise<void> {
    const [{ data: page }, { data: balance }] = await Promise.all([
      listCreditTransactions({ client, query: { limit: 200 }, throwOnError: true }),
      getCreditBalance({ client, throwOnError: true }),
    ]);
    const lines = page.data.toReversed();
    this.report.ledger(lines, balance, this.labels);
    const faults = [...ledgerFaults(lines, balance), ...(await findBrokenInvariants(this.platform.ownerUrl))];
    ensure(faults.length === 0, `The ledger is not sound: ${faults.join('; ')}.`);
    ensure(balance.held === 0, `All jobs are done, and ${formatCredits(balance.held)} are still held.`);
    ensure(this.platform.mishaps.length === 0, `A service did not stay alive: ${this.platform.mishaps.join(' ')}`);
    this.report.fact('Drift', 'none: the lines sum to available + held, all invariants hold');
  }
}
