import { z } from 'zod';

/** A key-encryption key, by the name under which the database refers to it. */
export interface EncryptionKey {
  version: string;
  /** 256 bits. */
  key: Buffer;
}

/** The version of the key that is derived from APP_SECRET; always readable. */
export const DERIVED_KEY_VERSION = 'app-secret';

const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const KEY_BYTES = 32;

/**
 * `ENCRYPTION_KEYS`: `<version>:<key>` separated by commas, the key as 32 bytes in base64. The first one encrypts, so
 * that exactly one is active; all decrypt. Faults are told by place and version, never with the key.
 */
export const encryptionKeys = z.string().transform((text, context): EncryptionKey[] => {
  const fault = (message: string) => context.addIssue({ code: 'custom', message });
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [version, encoded] = splitOnce(entry.trim());
    const key = Buffer.from(encoded ?? '', 'base64');
    if (encoded === undefined || !VERSION.test(version)) {
      fault(
        `entry ${index + 1} must look like <version>:<key>, the version in letters, digits, dot, dash and underscore`,
      );
    } else if (version === DERIVED_KEY_VERSION) {
      fault(`entry ${index + 1} must not be named ${DERIVED_KEY_VERSION}: that is the key derived from APP_SECRET`);
    } else if (key.length !== KEY_BYTES || !/^[A-Za-z0-9+/_-]{43}=?$/.test(encoded)) {
      fault(`version ${version} must be 32 bytes in base64, as \`openssl rand -base64 32\` prints them`);
    } else if (keys.some((known) => known.version === version)) {
      fault(`names the version ${version} twice`);
    }
    keys.push({ version, key });
  }
  return keys;
});

function splitOnce(entry: string): [string, string | undefined] {
  const colon = entry.indexOf(':');
  return colon < 0 ? [entry, undefined] : [entry.slice(0, colon), entry.slice(colon + 1)];
}
