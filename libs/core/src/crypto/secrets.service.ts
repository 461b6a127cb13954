import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig, ConfigurationError, DERIVED_KEY_VERSION } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { CiphertextRejected } from './crypto.errors.js';
import { DataKeysRepository } from './data-keys.repository.js';
import { newId } from './ids.js';
import { KeyRing, type WrappedDataKey } from './key-ring.js';
import { seal, type Sealed, unseal } from './sealing.js';

/** Where a secret belongs. All of it is authenticated with the ciphertext, which opens nowhere else. */
export interface SecretPlace {
  /** What it is for, e.g. `provider-api-key`. */
  purpose: string;
  organizationId: string;
  /** Whose secret it is for us, e.g. `openai`. */
  provider: string;
  rowId: string;
}

/** A secret as a row keeps it. */
export interface StoredSecret extends Sealed {
  dataKeyId: string;
}

/** A secret with the data key that opens it, read in one statement. */
export interface SealedSecret extends Sealed {
  dataKey: WrappedDataKey;
}

/**
 * Secrets of organizations: encrypted with a data key of the organization, which a key-encryption key wraps
 * (`KeyRing`). Refuses to start when a key-encryption key that stored secrets need is missing or another one.
 */
@Injectable()
export class SecretsService implements OnModuleInit {
  private readonly keyRing: KeyRing;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly dataKeys: DataKeysRepository,
    config: AppConfig,
  ) {
    this.keyRing = new KeyRing(config.appSecret, config.encryptionKeys);
  }

  /** @throws ConfigurationError naming the versions that are missing or changed */
  async onModuleInit(): Promise<void> {
    const faults: string[] = [];
    for (const { dataKeys, sample } of await this.dataKeys.listVersionsInUse(this.db)) {
      const fault = this.faultOf(sample);
      if (fault) faults.push(`${fault} It still protects ${dataKeys} of the organizations' data keys.`);
    }
    if (faults.length > 0) throw new ConfigurationError(faults);
  }

  /** Encrypts for one place; the organization gets a data key when it has none. */
  async seal(place: SecretPlace, secret: string): Promise<StoredSecret> {
    const dataKey = await this.currentDataKey(place.organizationId);
    const sealed = seal(this.keyRing.unwrap(dataKey), Buffer.from(secret, 'utf8'), context(place));
    return { ...sealed, dataKeyId: dataKey.id };
  }

  /** @throws CiphertextRejected when it was moved, swapped or edited; EncryptionKeyMissing */
  open(place: SecretPlace, { dataKey, ...sealed }: SealedSecret): string {
    return unseal(this.keyRing.unwrap(dataKey), sealed, context(place)).toString('utf8');
  }

  /** The version of the key-encryption key that wraps new data keys. */
  get activeVersion(): string {
    return this.keyRing.activeVersion;
  }

  /**
   * Gives organizations whose current data key is under another version than the active one a fresh data key; what the
   * retired ones encrypt has to be sealed again by its owners. Worker only.
   * @returns how many were replaced, and whether there may be more
   */
  async replaceOutdatedDataKeys(limit: number): Promise<{ replaced: number; more: boolean }> {
    const outdated = await this.dataKeys.listOutdated(this.db, this.activeVersion, limit);
    let replaced = 0;
    for (const old of outdated) {
      const fresh = this.keyRing.makeDataKey(newId(), old.organizationId);
      const mine = await this.db.transaction().execute((trx) => this.dataKeys.replace(trx, old.id, fresh));
      if (mine) replaced += 1;
    }
    return { replaced, more: outdated.length === limit };
  }

  /** Deletes data keys that have been retired for `retiredForMs` and encrypt nothing any more. Worker only. */
  dropRetiredDataKeys(retiredForMs: number, limit: number): Promise<number> {
    return this.dataKeys.dropRetired(this.db, retiredForMs, limit);
  }

  /** The versions of key-encryption keys that stored secrets need now. */
  async versionsInUse(): Promise<string[]> {
    return (await this.dataKeys.listVersionsInUse(this.db)).map(({ sample }) => sample.keyVersion);
  }

  private async currentDataKey(organizationId: string): Promise<WrappedDataKey> {
    const known = await this.dataKeys.findCurrent(this.db, organizationId);
    if (known) return known;
    await this.dataKeys.addFirst(this.db, this.keyRing.makeDataKey(newId(), organizationId));
    const current = await this.dataKeys.findCurrent(this.db, organizationId);
    if (!current) throw new Error(`The organization ${organizationId} has no data key after it was given one`);
    return current;
  }

  private faultOf(sample: WrappedDataKey): string | undefined {
    const version = sample.keyVersion;
    if (!this.keyRing.has(version))
      return `ENCRYPTION_KEYS lacks the version ${version}: add it back behind the others.`;
    try {
      this.keyRing.unwrap(sample);
      return undefined;
    } catch (error) {
      if (!CiphertextRejected.is(error)) throw error;
      return version === DERIVED_KEY_VERSION
        ? 'APP_SECRET is not the one that the stored provider keys were encrypted under: give the old one back.'
        : `ENCRYPTION_KEYS has another key under the version ${version} than before: give the old one back.`;
    }
  }
}

function context({ purpose, organizationId, provider, rowId }: SecretPlace): string {
  return JSON.stringify(['v1', organizationId, provider, rowId, purpose]);
}
