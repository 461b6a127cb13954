import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { deriveKey, safeEqual } from '#core/crypto';
import { FileUrlExpired, FileUrlInvalid } from './storage.errors.js';

/** Signed, expiring links to stored files: whoever has the link may read that one file until it expires. */
@Injectable()
export class FileUrls {
  private readonly key: Buffer;
  private readonly publicUrl: string;

  constructor(config: AppConfig) {
    this.key = deriveKey(config.appSecret, 'file-urls');
    this.publicUrl = config.http.publicUrl;
  }

  /** An absolute URL of a stored file. */
  sign(path: string, validSeconds = 3600): { url: string; expiresAt: Date } {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const { query, expiresAt } = this.ticket(path, validSeconds);
    return { url: `${this.publicUrl}/api/files/${encoded}?${query}`, expiresAt };
  }

  /**
   * What makes any link a signed one; `subject` says what for: a path, or for other routes something that is no path.
   * Expiry is rounded up to the hour, so that a page asked for twice is cached by browsers.
   */
  ticket(subject: string, validSeconds = 3600): { query: string; expiresAt: Date } {
    const hour = 3600;
    const expires = Math.ceil((Date.now() / 1000 + validSeconds) / hour) * hour;
    const query = `expires=${expires}&signature=${this.signature(subject, expires)}`;
    return { query, expiresAt: new Date(expires * 1000) };
  }

  /** @throws FileUrlInvalid, FileUrlExpired */
  verify(path: string, expires: string, signature: string): void {
    const expected = Buffer.from(this.signature(path, Number(expires)));
    if (!/^\d{1,12}$/.test(expires) || !safeEqual(expected, Buffer.from(signature))) throw FileUrlInvalid();
    if (Number(expires) * 1000 < Date.now()) throw FileUrlExpired('Read the job again for a fresh link.');
  }

  private signature(path: string, expires: number): string {
    return createHmac('sha256', this.key).update(`${expires}\n${path}`).digest('base64url');
  }
}
