import { Injectable, Logger } from '@nestjs/common';
import { ShortLivedCache } from '#core/cache';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { ProviderStatusRepository } from './provider-status.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

const CACHE_MS = 5000;
const ASK_TIMEOUT_MS = 15_000;
const ALL = 'all';

/**
 * Whether providers can be asked with the platform's key. One that refuses it is left alone for five minutes, or until a
 * check of all providers finds the key accepted; the next job after that finds out again. Organizations with keys of
 * their own do not notice.
 */
@Injectable()
export class ProviderAvailability {
  private readonly logger = new Logger('Providers');
  private readonly refusing = new ShortLivedCache<ReadonlySet<string>>({ max: 1, ttlMs: CACHE_MS });
  /** Providers that are being asked about the key. */
  private readonly asking = new Map<string, Promise<void>>();

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly providers: ProviderRegistry,
    private readonly statuses: ProviderStatusRepository,
  ) {}

  /** Whether everybody can use a provider here. */
  async isServed(provider: string): Promise<boolean> {
    if (!this.providers.get(provider).isConfigured()) return false;
    return !(await this.refusing.get(ALL, () => this.statuses.listRefusing(this.db))).has(provider);
  }

  /**
   * A job met a refusal of the platform's key. It may have been about the job alone, so the provider is asked about the key
   * alone, once for all who meet it together; a refusal is kept, and operators are told.
   */
  async noteRefusal(provider: string): Promise<void> {
    const asking = this.asking.get(provider) ?? this.ask(provider).finally(() => this.asking.delete(provider));
    this.asking.set(provider, asking);
    await asking.catch((error: unknown) => {
      this.logger.warn(`${provider} refused the platform's key, and could not be asked about it: ${messageOf(error)}`);
    });
  }

  private async ask(provider: string): Promise<void> {
    const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
    const health = await this.providers.get(provider).health({ signal, attempt: 1 });
    if (!health.keyRefused) return;
    await this.statuses.noteRefusedKey(this.db, provider, health);
    this.refusing.forget(ALL);
    this.logger.error(
      { alert: 'provider.key_refused', provider },
      `${provider} refuses the platform's key: replace it. No jobs are accepted for it meanwhile`,
    );
  }
}
