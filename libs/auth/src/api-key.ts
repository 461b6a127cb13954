import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sha256 } from '#core/crypto';

/**
 * The format of an API key:
 *
 *     base_live_2Jw0QmZpX9aKf3s_5f…43 characters…Qk0aB3dE
 *     └──┬────┘ └──────┬──────┘ └───────┬────────┘└─┬──┘
 *      prefix    id, public      secret, 256 bit   CRC-32
 *
 * - The fixed prefix lets secret scanners find a leaked key: `base_(live|test)_[0-9A-Za-z]{15}_[0-9A-Za-z]{49}`.
 * - The id finds the row; lists show it. It is no secret.
 * - The secret is 256 random bits in base 62. Only the SHA-256 of the whole key is stored: with that much entropy a
 *   slow hash adds nothing but load.
 * - The checksum is the CRC-32 (as zlib) of everything before it, in base 62, six characters: typing errors and made-up
 *   keys are refused without asking the database.
 */
export type ApiKeyMode = 'live' | 'test';

export interface ParsedApiKey {
  mode: ApiKeyMode;
  /** The public part. */
  keyId: string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^15 > 2^88, 62^43 > 2^256, 62^6 > 2^32. */
const ID = { bytes: 11, length: 15 };
const SECRET = { bytes: 32, length: 43 };
const CHECKSUM_LENGTH = 6;
const PATTERN = new RegExp(
  `^base_(live|test)_([0-9A-Za-z]{${ID.length}})_[0-9A-Za-z]{${SECRET.length + CHECKSUM_LENGTH}}$`,
);

/** What distinguishes a key from a JWT in an `Authorization: Bearer` header. */
export const API_KEY_PREFIX = 'base_';

/** Makes a new key. `key` is shown to its owner once and stored nowhere. */
export function mintApiKey(mode: ApiKeyMode): { key: string; keyId: string; hash: Buffer } {
  const keyId = randomBase62(ID);
  const secret = randomBase62(SECRET);
  const body = `${API_KEY_PREFIX}${mode}_${keyId}_${secret}`;
  const key = body + checksum(body);
  return { key, keyId, hash: hashApiKey(key) };
}

/** What is stored of a key, and what a key that comes in is compared by. */
export function hashApiKey(key: string): Buffer {
  return sha256(key);
}

/** Takes a key apart; null when it cannot be one of ours (shape or checksum). */
export function parseApiKey(text: string): ParsedApiKey | null {
  const match = PATTERN.exec(text);
  if (!match?.[1] || !match[2]) return null;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (text.slice(-CHECKSUM_LENGTH) !== checksum(body)) return null;
  return { mode: match[1] as ApiKeyMode, keyId: match[2] };
}

function checksum(body: string): string {
  let text = '';
  for (let rest = crc32(body); text.length < CHECKSUM_LENGTH; rest = Math.floor(rest / 62)) {
    text = ALPHABET.charAt(rest % 62) + text;
  }
  return text;
}

function randomBase62({ bytes, length }: { bytes: number; length: number }): string {
  let text = '';
  for (let rest = BigInt(`0x${randomBytes(bytes).toString('hex')}`); text.length < length; rest /= 62n) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
  }
  return text;
}
