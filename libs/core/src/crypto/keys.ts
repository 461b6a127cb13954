import { hash, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * A 256-bit key for one purpose, derived from the root secret with HKDF-SHA-256 (RFC 5869),
 * so that no two uses ever share key material.
 */
export function deriveKey(appSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', appSecret, 'base-agency', purpose, 32));
}

export function sha256(data: string | Buffer): Buffer {
  // In one call: a Hash object is native memory that the garbage collector has to look after.
  return hash('sha256', data, 'buffer');
}

/** Compares in constant time; different lengths are unequal. */
export function safeEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
