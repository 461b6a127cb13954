import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { deriveKey, safeEqual } from '#core/crypto';

const ID_BYTES = 16;
const MAC_BYTES = 16;

/**
 * Where a provider reports the end of one job: an address that only the provider is told, and that names the job by
 * itself, so that a callback finds it even when the answer to its create was lost. Nothing is stored for it.
 */
@Injectable()
export class CallbackAddresses {
  private readonly key: Buffer;
  private readonly baseUrl: string | undefined;

  constructor(config: AppConfig) {
    this.key = deriveKey(config.appSecret, 'provider callbacks');
    this.baseUrl = config.providers.callbackBaseUrl;
  }

  /** @returns undefined when this installation has no address that providers could reach */
  addressFor(provider: string, jobId: string): string | undefined {
    if (this.baseUrl === undefined) return undefined;
    const id = Buffer.from(jobId.replaceAll('-', ''), 'hex');
    const token = Buffer.concat([id, this.sign(provider, id)]).toString('base64url');
    return `${this.baseUrl}/api/ai/callbacks/${provider}/${token}`;
  }

  /** @returns the job that a token names; undefined for a token that is not ours, or another provider's */
  jobOf(provider: string, token: string): string | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const id = bytes.subarray(0, ID_BYTES);
    if (bytes.length !== ID_BYTES + MAC_BYTES || !safeEqual(bytes.subarray(ID_BYTES), this.sign(provider, id))) {
      return undefined;
    }
    return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private sign(provider: string, id: Buffer): Buffer {
    return createHmac('sha256', this.key).update(provider).update('\0').update(id).digest().subarray(0, MAC_BYTES);
  }
}
