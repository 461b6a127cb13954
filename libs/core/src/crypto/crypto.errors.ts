import { defineError } from '#core/errors';

export const CiphertextRejected = defineError(
  'crypto.ciphertext_rejected',
  500,
  'A stored secret was moved, swapped or edited and cannot be decrypted',
);
export const EncryptionKeyMissing = defineError(
  'crypto.encryption_key_missing',
  500,
  'A stored secret needs an encryption key that is not configured',
);
