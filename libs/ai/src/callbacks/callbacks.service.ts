import { Injectable, Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { messageOf, NotFound } from '#core/errors';
import { CallbackRefused } from '../ai.errors.js';
import { CallbackAddresses } from './callback-addresses.js';
import { CallbacksRepository, type ReportedJob, type ReportedOn } from './callbacks.repository.js';
import { inBatches } from '../in-batches.js';
import { ProviderCredentialsService } from '../provider-keys/provider-credentials.service.js';
import type { CallbackNews, Provider, ProviderCallback } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

/** For asking the provider what its secret is. */
const CHECK_TIMEOUT_MS = 10_000;
/** What an id may be. Whoever has a key of their own can sign reports, and the database takes no NUL. */
const EXTERNAL_ID = /^[\x21-\x7e]{1,500}$/;

/**
 * What providers report. A report is a hint only: it tells the id of a generation whose create was never answered, and
 * that now is a good time to ask. The end itself is always asked for, so a forged, repeated or late report changes
 * nothing. Reports that come at the same time share their statements.
 */
@Injectable()
export class CallbacksService {
  private readonly logger = new Logger('Callbacks');
  private readonly lookups = inBatches((reports: ReportedOn[]) => this.callbacks.find(this.db, reports));
  private readonly notes = inBatches(async (reports: (ReportedOn & { externalId: string })[]) => {
    await this.callbacks.note(this.db, reports);
    return reports;
  });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly callbacks: CallbacksRepository,
    private readonly addresses: CallbackAddresses,
    private readonly providers: ProviderRegistry,
    private readonly credentials: ProviderCredentialsService,
  ) {}

  /**
   * @throws NotFound for an address that we never gave to this provider; CallbackRefused when the signature, its age or
   *   the body is not the provider's
   */
  async receive(providerId: string, token: string, callback: ProviderCallback): Promise<void> {
    const provider = this.providers.find(providerId);
    const jobId = this.addresses.jobOf(providerId, token);
    if (!provider || !jobId) throw NotFound();
    const job = await this.lookups.add({ jobId, provider: providerId });
    if (!job) throw NotFound();
    const news = await this.read(provider, job, callback).catch((error: unknown) => {
      this.logger.warn(`A callback of ${providerId} could not be checked: ${messageOf(error)}`);
      return undefined;
    });
    if (!news || !EXTERNAL_ID.test(news.externalId)) throw CallbackRefused();
    await this.notes.add({ jobId, provider: providerId, externalId: news.externalId });
  }

  /** With the key that the job was sent under: every account signs with a secret of its own. */
  private async read(
    provider: Provider,
    job: ReportedJob,
    callback: ProviderCallback,
  ): Promise<CallbackNews | undefined> {
    const own = await this.credentials.findForJob({
      ...job,
      provider: provider.id,
      testMode: false,
      externalId: job.externalId ?? 'under way',
    });
    const credentials = own && { apiKey: own.apiKey };
    return provider.parseCallback(callback, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS), attempt: 1, credentials });
  }
}
