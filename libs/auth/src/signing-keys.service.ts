import { Injectable, Logger } from '@nestjs/common';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import { AppConfig } from '#core/config';
import { deriveKey, openText, sealText } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { type SigningKeyRow, SigningKeysRepository } from './signing-keys.repository.js';

export const SIGNING_ALGORITHM = 'ES256';
/** How soon a process notices that another one rotated the key. */
const RELOAD_AFTER_MS = 5 * 60_000;
/** A token with an unknown key id makes us look again, but not for every such token. */
const RELOAD_COOLDOWN_MS = 2_000;
/** A retired key stays published until every token it signed has expired, in processes that had not noticed too. */
const PUBLISHED_AFTER_RETIREMENT_MINUTES = 60;

interface KeySet {
  current: { kid: string; privateKey: CryptoKey };
  published: JSONWebKeySet;
  find: JWTVerifyGetKey;
}

/**
 * The keys that sign the local issuer's access tokens. Made once, stored sealed (AES-256-GCM under a key derived from
 * the root secret, bound to their row), shared by every API process.
 */
@Injectable()
export class SigningKeysService {
  private readonly logger = new Logger('SigningKeys');
  private readonly sealingKey: Buffer;
  private keySet: Promise<KeySet> | undefined;
  private loadStartedAt = 0;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: SigningKeysRepository,
    config: AppConfig,
  ) {
    this.sealingKey = deriveKey(config.appSecret, 'jwt-signing');
  }

  /** The key to sign with now. */
  async current(): Promise<{ kid: string; privateKey: CryptoKey }> {
    return (await this.load(RELOAD_AFTER_MS)).current;
  }

  /** The public keys, for anyone who verifies our tokens. */
  async published(): Promise<JSONWebKeySet> {
    return (await this.load(RELOAD_AFTER_MS)).published;
  }

  /** Finds the public key that a token's header names, for jose. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = await this.load(RELOAD_AFTER_MS);
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await this.load(RELOAD_COOLDOWN_MS)).find(header, token);
    }
  };

  /**
   * Signs with a new key from now on; the old one stays published until its last token has expired.
   * Other processes follow within five minutes.
   */
  async rotate(): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      await this.repository.lock(trx);
      await this.repository.retireAll(trx);
      await this.repository.insert(trx, await this.makeKey());
    });
    this.keySet = undefined;
  }

  private load(maxAgeMs: number): Promise<KeySet> {
    if (!this.keySet || Date.now() - this.loadStartedAt > maxAgeMs) {
      this.loadStartedAt = Date.now();
      const loading = this.read();
      this.keySet = loading;
      loading.catch(() => {
        if (this.keySet === loading) this.keySet = undefined;
      });
    }
    return this.keySet;
  }

  private async read(): Promise<KeySet> {
    const rows = await this.repository.list(this.db, PUBLISHED_AFTER_RETIREMENT_MINUTES);
    const current = (await this.openNewest(rows)) ?? (await this.makeFirst());
    const published = { keys: [...rows.map((row) => row.publicJwk), current.publicJwk].filter(firstOfItsKid) };
    return {
      current: { kid: current.kid, privateKey: current.privateKey },
      published,
      find: createLocalJWKSet(published),
    };
  }

  /** The newest key in use that our root secret opens. */
  private async openNewest(rows: SigningKeyRow[]) {
    for (const row of rows.filter((candidate) => !candidate.retired)) {
      try {
        const jwk = JSON.parse(openText(this.sealingKey, row.privateJwkSealed, context(row.kid))) as JWK;
        const privateKey = (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey;
        return { kid: row.kid, publicJwk: row.publicJwk, privateKey };
      } catch {
        this.logger.warn(
          `The signing key ${row.kid} does not open with this APP_SECRET; it is left for verification only`,
        );
      }
    }
    return undefined;
  }

  /** Several processes may start at once on an empty table: the lock lets exactly one of them make the key. */
  private async makeFirst() {
    return this.db.transaction().execute(async (trx) => {
      await this.repository.lock(trx);
      const existing = await this.openNewest(await this.repository.list(trx, 0));
      if (existing) return existing;
      const made = await this.makeKey();
      await this.repository.insert(trx, made);
      return { kid: made.kid, publicJwk: made.publicJwk, privateKey: made.privateKey };
    });
  }

  private async makeKey() {
    const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const publicPart = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(publicPart);
    const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
    return {
      kid,
      algorithm: SIGNING_ALGORITHM,
      publicJwk: { ...publicPart, kid, alg: SIGNING_ALGORITHM, use: 'sig' },
      privateJwkSealed: sealText(this.sealingKey, privateJwk, context(kid)),
      privateKey: pair.privateKey,
    };
  }
}

function context(kid: string): string {
  return `identity.signing_keys ${kid}`;
}

function firstOfItsKid(jwk: JWK, index: number, all: JWK[]): boolean {
  return all.findIndex((other) => other.kid === jwk.kid) === index;
}
