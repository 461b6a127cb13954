import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { type AuditActor, AuditTrail, SYSTEM } from '#core/audit';
import { WriteBehind } from '#core/batching';
import { ShortLivedCache } from '#core/cache';
import { CiphertextRejected, EncryptionKeyMissing, SecretsService } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { messageOf, NotFound } from '#core/errors';
import { EventsRepository } from '#core/events';
import { EventSignals } from '#core/realtime';
import { ProviderKeyTested } from '../ai.audit.js';
import { ProviderError } from '../providers/provider.errors.js';
import { redactSecrets } from '../providers/redact-secrets.js';
import { inBatches } from '../in-batches.js';
import { KeyCheckClient } from './key-check.client.js';
import { isKeyProvider, placeOf, type SealedProviderKey } from './provider-key.js';
import { type KeyOwner, ProviderKeysRepository, type ProviderKeyUse } from './provider-keys.repository.js';

const CACHE_MS = 5_000;
const CACHED_ORGANIZATIONS = 10_000;
const FLUSH_INTERVAL_MS = 15_000;

/** An organization's own key, in plain text: for one call, then let go. */
export interface OwnKey {
  id: string;
  apiKey: string;
  /** So many generations at once, as its owner says. */
  maxConcurrent: number | null;
}

/** The job that a key is asked for. */
export interface KeyedJob {
  organizationId: string;
  provider: string;
  testMode: boolean;
  externalId: string | null;
  /** The own key that the provider was asked with. */
  providerKeyId: string | null;
}

/**
 * The organizations' own keys for those who call providers. What is remembered for five seconds is the ciphertext, never
 * the key: a memory dump of an idle process holds none, and a change is felt everywhere within that time.
 */
@Injectable()
export class ProviderCredentialsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('ProviderKeys');
  private readonly usable = new ShortLivedCache<SealedProviderKey[]>({ max: CACHED_ORGANIZATIONS, ttlMs: CACHE_MS });
  /** Jobs that start at the same time ask together. */
  private readonly lookups = inBatches((asked: KeyOwner[]) => this.repository.listUsable(this.db, asked));
  private readonly uses: WriteBehind<ProviderKeyUse>;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ProviderKeysRepository,
    private readonly secrets: SecretsService,
    private readonly checks: KeyCheckClient,
    private readonly events: EventsRepository,
    private readonly signals: EventSignals,
    private readonly audit: AuditTrail,
  ) {
    this.uses = new WriteBehind({
      intervalMs: FLUSH_INTERVAL_MS,
      what: 'the last use of some provider keys',
      write: (uses) => repository.touch(db, uses),
    });
  }

  /** Whether the organization has a key of its own at the provider that may be used. */
  async has(organizationId: string, provider: string): Promise<boolean> {
    return (await this.listUsable(organizationId, provider)).length > 0;
  }

  /**
   * The own key that a job's provider is asked with: the newest that may be used, and for a generation that is under way
   * the one it was begun with. Undefined: the platform's.
   * @throws ProviderError when the key is gone or does not decrypt
   */
  async findForJob(job: KeyedJob): Promise<OwnKey | undefined> {
    if (job.testMode || !isKeyProvider(job.provider)) return undefined;
    if (!job.externalId) return this.open((await this.listUsable(job.organizationId, job.provider))[0]);
    if (!job.providerKeyId) return undefined;
    const key = await this.repository.findById(this.db, job.organizationId, job.provider, job.providerKeyId);
    if (!key) throw new ProviderError('provider.own_key_unusable', { retry: 'never', providerMessage: 'deleted' });
    return this.open(key);
  }

  /**
   * What to make of a provider's error: under an own key it speaks of the organization's account, whose owner may read the
   * provider's own words. When it refused the key, it is asked about the key alone: one that is refused there too is not
   * used any more, and the organization is told.
   */
  async explain(error: unknown, job: KeyedJob, own: OwnKey | undefined): Promise<unknown> {
    if (!own || !(error instanceof ProviderError)) return error;
    const { providerMessage } = error.options;
    const words =
      providerMessage === undefined ? {} : { providerMessage: redactSecrets(providerMessage, [own.apiKey]) };
    const options = { ...error.options, ...words, ownKey: true };
    if (error.code === 'provider.quota_exhausted') return new ProviderError('provider.own_quota_exhausted', options);
    if (error.code !== 'provider.authentication_failed') return new ProviderError(error.code, options);
    await this.check(job.organizationId, job.provider, own.id, SYSTEM).catch((cause: unknown) => {
      this.logger.warn(`The provider key ${own.id} was refused, and could not be tested: ${messageOf(cause)}`);
    });
    return new ProviderError('provider.own_key_refused', options);
  }

  /**
   * Asks the provider whether it accepts a stored key, and keeps its verdict.
   * @throws NotFound, ProviderUnreachable, CiphertextRejected
   */
  async check(organizationId: string, provider: string, id: string, by: AuditActor): Promise<void> {
    const key = await this.repository.findById(this.db, organizationId, provider, id);
    if (!key || !isKeyProvider(provider)) throw NotFound();
    const refused = !(await this.checks.isAccepted(provider, this.secrets.open(placeOf(key), key)));
    const news = await this.db.transaction().execute(async (trx) => {
      const outcome = await this.repository.recordTest(trx, key, refused);
      if (outcome === 'outdated') return false;
      await this.audit.write(trx, ProviderKeyTested, { by, organizationId, target: id, after: { provider, refused } });
      if (outcome !== 'newly_refused') return false;
      const data = { providerKeyId: id, provider };
      await this.events.append(trx, [{ organizationId, type: 'provider_key.refused', subjectId: id, data }]);
      return true;
    });
    this.forget(organizationId, provider);
    if (news) this.signals.announce([organizationId]);
  }

  /** The next asker in this process gets a fresh answer. */
  forget(organizationId: string, provider: string): void {
    this.usable.forget(cacheKey(organizationId, provider));
  }

  /** Writes the last uses that were noted. */
  flush(): Promise<void> {
    return this.uses.flush();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.uses.close();
  }

  private async listUsable(organizationId: string, provider: string): Promise<SealedProviderKey[]> {
    if (!isKeyProvider(provider)) return [];
    const keys = await this.usable.get(cacheKey(organizationId, provider), () =>
      this.lookups.add({ organizationId, provider }),
    );
    // That there is none is not remembered: a key is used as soon as it is saved.
    if (keys.length === 0) this.forget(organizationId, provider);
    return keys;
  }

  private open(key: SealedProviderKey | undefined): OwnKey | undefined {
    if (!key) return undefined;
    try {
      const apiKey = this.secrets.open(placeOf(key), key);
      this.uses.note(key.id, { id: key.id, usedAtMs: Date.now() });
      return { id: key.id, apiKey, maxConcurrent: key.maxConcurrent };
    } catch (error) {
      if (!CiphertextRejected.is(error) && !EncryptionKeyMissing.is(error)) throw error;
      this.logger.error({ err: error, providerKeyId: key.id }, 'A provider key cannot be decrypted');
      throw new ProviderError('provider.own_key_unusable', { retry: 'never', providerMessage: error.code });
    }
  }
}

function cacheKey(organizationId: string, provider: string): string {
  return `${organizationId} ${provider}`;
}
