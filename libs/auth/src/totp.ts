import { createHmac, randomBytes } from 'node:crypto';
import { safeEqual } from '#core/crypto';

/**
 * Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, steps of 30 seconds.
 * SHA-1 is what all apps know; HMAC does not suffer from its collisions.
 */
const STEP_SECONDS = 30;
const DIGITS = 6;
/** Clocks of phones are a little off: the steps before and after count too. */
const TOLERANCE_STEPS = 1;
const SECRET_BYTES = 20;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret: 160 bits, in base 32 as people type it into their app. */
export function makeTotpSecret(): string {
  return toBase32(randomBytes(SECRET_BYTES));
}

/** What the QR code for the app says. */
export function totpUri(secret: string, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: String(DIGITS),
    period: String(STEP_SECONDS),
  });
  return `otpauth://totp/${label}?${query.toString()}`;
}

/** The code of one step. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step whose code this is, now; null: of none. A step may be used once: the caller remembers it. */
export function matchTotp(secret: string, code: string, now = Date.now()): number | null {
  const current = Math.floor(now / 1000 / STEP_SECONDS);
  const given = Buffer.from(code);
  let matched: number | null = null;
  for (let step = current - TOLERANCE_STEPS; step <= current + TOLERANCE_STEPS; step++) {
    if (safeEqual(Buffer.from(totpCode(secret, step)), given)) matched = step;
  }
  return matched;
}

/** A code for the day the phone is lost: 50 random bits, `XXXXX-XXXXX`. */
export function makeRecoveryCode(): string {
  const text = toBase32(randomBytes(7)).slice(0, 10);
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

/** However a recovery code was typed. */
export function normalizeRecoveryCode(text: string): string {
  return text.toUpperCase().replace(/[^A-Z2-7]/g, '');
}

function toBase32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let rest = 0;
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32.charAt((rest >>> (bits - 5)) & 31);
    rest &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32.charAt((rest << (5 - bits)) & 31) : text;
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let rest = 0;
  for (const character of text) {
    rest = (rest << 5) | BASE32.indexOf(character);
    bits += 5;
    if (bits >= 8) {
      bytes.push((rest >>> (bits - 8)) & 255);
      bits -= 8;
    }
    rest &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}
