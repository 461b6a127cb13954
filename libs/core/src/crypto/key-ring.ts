import { randomBytes } from 'node:crypto';
import { DERIVED_KEY_VERSION, type EncryptionKey } from '#core/config';
import { EncryptionKeyMissing } from './crypto.errors.js';
import { deriveKey } from './keys.js';
import { seal, unseal } from './sealing.js';

const DATA_KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** A data key as it is stored: wrapped by a key-encryption key. */
export interface WrappedDataKey {
  id: string;
  organizationId: string;
  /** Nonce, ciphertext and tag. */
  wrappedKey: Buffer;
  /** The version of the key-encryption key. */
  keyVersion: string;
}

/**
 * The key-encryption keys: the configured ones, of which the first wraps, and the one derived from APP_SECRET, which
 * wraps when none is configured and is always readable, so that configuring the first one is a rotation like any other.
 */
export class KeyRing {
  readonly activeVersion: string;
  private readonly keys: ReadonlyMap<string, Buffer>;

  constructor(appSecret: string, configured: readonly EncryptionKey[]) {
    const derived = { version: DERIVED_KEY_VERSION, key: deriveKey(appSecret, 'encryption-keys') };
    this.keys = new Map([...configured, derived].map(({ version, key }) => [version, key]));
    this.activeVersion = configured[0]?.version ?? derived.version;
  }

  has(version: string): boolean {
    return this.keys.has(version);
  }

  /** A fresh data key, wrapped by the active key. */
  makeDataKey(id: string, organizationId: string): WrappedDataKey {
    const keyVersion = this.activeVersion;
    const { nonce, ciphertext } = seal(
      this.key(keyVersion),
      randomBytes(DATA_KEY_BYTES),
      context({ id, organizationId, keyVersion }),
    );
    return { id, organizationId, keyVersion, wrappedKey: Buffer.concat([nonce, ciphertext]) };
  }

  /** @throws EncryptionKeyMissing; CiphertextRejected when it was moved, swapped or edited */
  unwrap(dataKey: WrappedDataKey): Buffer {
    const sealed = {
      nonce: dataKey.wrappedKey.subarray(0, NONCE_BYTES),
      ciphertext: dataKey.wrappedKey.subarray(NONCE_BYTES),
    };
    return unseal(this.key(dataKey.keyVersion), sealed, context(dataKey));
  }

  private key(version: string): Buffer {
    const key = this.keys.get(version);
    if (!key) throw EncryptionKeyMissing(`ENCRYPTION_KEYS lacks the version ${version}.`);
    return key;
  }
}

function context({ id, organizationId, keyVersion }: Omit<WrappedDataKey, 'wrappedKey'>): string {
  return JSON.stringify(['v1', 'data-key', organizationId, id, keyVersion]);
}
