import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { deriveKey, sha256 } from '#core/crypto';

const TOKEN = /^[\w-]{43}$/;

/**
 * The secret parts of share links. A token is made from the link's id and the platform's root secret: the organization
 * can be shown it again, and whoever reads the database finds its hash only.
 */
@Injectable()
export class ShareTokens {
  private readonly key: Buffer;

  constructor(config: AppConfig) {
    this.key = deriveKey(config.appSecret, 'share-links');
  }

  /** 256 bits, base64url. */
  of(shareLinkId: string): string {
    return createHmac('sha256', this.key).update(shareLinkId).digest('base64url');
  }

  /** What is stored of a token; undefined for a text that can be none. */
  hash(token: string): Buffer | undefined {
    return TOKEN.test(token) ? sha256(token) : undefined;
  }
}
