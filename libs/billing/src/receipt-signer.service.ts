import { Injectable, Logger } from '@nestjs/common';
import {
  calculateJwkThumbprint,
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { AppConfig } from '#core/config';
import { deriveKey, openText, sealText } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { type ReceiptKeyRow, ReceiptKeysRepository } from './receipt-keys.repository.js';

const ALGORITHM = 'ES256';

interface SigningKey {
  kid: string;
  publicJwk: JWK;
  privateKey: CryptoKey;
}

/**
 * Signs receipts (JWS, compact serialization, RFC 7515) with a key of their own, kept sealed under the root secret and
 * shared by every API process. Public keys stay published for ever; with another root secret a new key is made.
 */
@Injectable()
export class ReceiptSigner {
  private readonly logger = new Logger('Receipts');
  private readonly sealingKey: Buffer;
  private key: Promise<SigningKey> | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ReceiptKeysRepository,
    config: AppConfig,
  ) {
    this.sealingKey = deriveKey(config.appSecret, 'receipt-signing');
  }

  /** A compact JWS whose payload is the claims as JSON; `kid` names the key of the published set. */
  async sign(claims: object): Promise<string> {
    const { kid, privateKey } = await this.current();
    return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'receipt+jwt' })
      .sign(privateKey);
  }

  /** The public keys of every receipt ever signed. */
  async published(): Promise<JSONWebKeySet> {
    await this.current();
    return { keys: (await this.repository.list(this.db)).map((row) => row.publicJwk) };
  }

  private current(): Promise<SigningKey> {
    if (!this.key) {
      const loading = this.repository.list(this.db).then(async (rows) => (await this.open(rows)) ?? this.make());
      loading.catch(() => (this.key = undefined));
      this.key = loading;
    }
    return this.key;
  }

  /** The newest key that our root secret opens. */
  private async open(rows: ReceiptKeyRow[]): Promise<SigningKey | undefined> {
    for (const { kid, publicJwk, privateJwkSealed } of rows) {
      try {
        const jwk = JSON.parse(openText(this.sealingKey, privateJwkSealed, contextOf(kid))) as JWK;
        return { kid, publicJwk, privateKey: (await importJWK(jwk, ALGORITHM)) as CryptoKey };
      } catch {
        this.logger.warn(`The receipt key ${kid} does not open with this APP_SECRET; it verifies only`);
      }
    }
    return undefined;
  }

  /** Several processes may start at once on an empty table: the lock lets exactly one of them make the key. */
  private make(): Promise<SigningKey> {
    return this.db.transaction().execute(async (trx) => {
      await this.repository.lock(trx);
      const existing = await this.open(await this.repository.list(trx));
      if (existing) return existing;
      const pair = await generateKeyPair(ALGORITHM, { extractable: true });
      const publicPart = await exportJWK(pair.publicKey);
      const kid = await calculateJwkThumbprint(publicPart);
      const publicJwk: JWK = { ...publicPart, kid, alg: ALGORITHM, use: 'sig' };
      const privateJwkSealed = sealText(
        this.sealingKey,
        JSON.stringify(await exportJWK(pair.privateKey)),
        contextOf(kid),
      );
      await this.repository.insert(trx, { kid, publicJwk, privateJwkSealed });
      return { kid, publicJwk, privateKey: pair.privateKey };
    });
  }
}

function contextOf(kid: string): string {
  return `identity.receipt_keys ${kid}`;
}
