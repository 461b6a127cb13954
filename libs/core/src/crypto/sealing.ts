import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CiphertextRejected } from './crypto.errors.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TEXT_VERSION = 'v1';

/** Something encrypted with AES-256-GCM. */
export interface Sealed {
  /** Random, 96 bits. */
  nonce: Buffer;
  /** As long as the plain bytes, and 16 bytes of authentication tag. */
  ciphertext: Buffer;
}

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D). `context` is authenticated with it: the bytes open only where they were
 * made for. Nonces are random, so that one key may seal 2^32 times.
 */
export function seal(key: Buffer, plain: Buffer, context: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  return { nonce, ciphertext: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
}

/** @throws CiphertextRejected when the key or the context is another one, or a bit was changed */
export function unseal(key: Buffer, { nonce, ciphertext }: Sealed, context: string): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw CiphertextRejected({
      detail:
        'It was moved, swapped or edited, or sealed with another key. Restore it from a backup, or save it again.',
      cause,
    });
  }
}

/** The same for text, as text: `v1.<nonce>.<body>.<tag>` in base64url. */
export function sealText(key: Buffer, text: string, context: string): string {
  const { nonce, ciphertext } = seal(key, Buffer.from(text, 'utf8'), context);
  const parts = [nonce, ciphertext.subarray(0, -TAG_BYTES), ciphertext.subarray(-TAG_BYTES)];
  return [TEXT_VERSION, ...parts.map((part) => part.toString('base64url'))].join('.');
}

/** @throws CiphertextRejected when the key or the context is another one, or the text was changed */
export function openText(key: Buffer, sealed: string, context: string): string {
  const [version, nonce, body, tag] = sealed.split('.');
  if (version !== TEXT_VERSION || !nonce || body === undefined || !tag) {
    throw CiphertextRejected('The sealed text has an unknown form.');
  }
  const ciphertext = Buffer.concat([Buffer.from(body, 'base64url'), Buffer.from(tag, 'base64url')]);
  return unseal(key, { nonce: Buffer.from(nonce, 'base64url'), ciphertext }, context).toString('utf8');
}
