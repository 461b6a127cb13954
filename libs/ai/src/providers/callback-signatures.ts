import { createHmac, createPublicKey, verify } from 'node:crypto';
import { safeEqual, sha256 } from '#core/crypto';
import type { ProviderCallback } from './provider.js';

/** A callback this much older or newer than now is refused: it may be an old one, recorded and sent again. */
const MAX_AGE_SECONDS = 300;

/**
 * Standard Webhooks (standardwebhooks.com): `v1,` and HMAC-SHA256 over `id.timestamp.body`, one of several signatures.
 * @param keys any of them may have signed
 */
export function isStandardWebhook({ headers, rawBody }: ProviderCallback, keys: readonly Buffer[]): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !timestamp || !signatures || !isFresh(timestamp)) return false;
  const given = signatures.split(' ').flatMap((one) => (one.startsWith('v1,') ? [decode(one.slice(3))] : []));
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), rawBody]);
  return keys.some((key) => {
    const wanted = createHmac('sha256', key).update(content).digest();
    // Every signature is looked at, so that the time tells nothing.
    return given.reduce((found, one) => safeEqual(one, wanted) || found, false);
  });
}

/** The key within a Standard Webhooks secret: base64 after `whsec_`. */
export function standardWebhookKey(secret: string): Buffer {
  return decode(secret.replace(/^whsec_/, ''));
}

/** A public key as fal's JWKS lists it. */
export interface Ed25519Jwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
}

/** fal: Ed25519 over request id, user id, timestamp and the SHA-256 of the body, one a line. */
export function isFalWebhook({ headers, rawBody }: ProviderCallback, keys: readonly Ed25519Jwk[]): boolean {
  const {
    'x-fal-webhook-request-id': requestId,
    'x-fal-webhook-user-id': userId,
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': signature,
  } = headers;
  if (!requestId || !userId || !timestamp || !signature || !isFresh(timestamp)) return false;
  const content = Buffer.from([requestId, userId, timestamp, sha256(rawBody).toString('hex')].join('\n'));
  return keys.some(({ kty, crv, x }) =>
    verify(null, content, createPublicKey({ key: { kty, crv, x }, format: 'jwk' }), Buffer.from(signature, 'hex')),
  );
}

/** Neither too old nor from the future. */
function isFresh(timestamp: string): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Date.now() / 1000 - Number(timestamp)) <= MAX_AGE_SECONDS;
}

function decode(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
