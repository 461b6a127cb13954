export { canonicalJson } from './canonical-json.js';
export { deriveKey, sha256, safeEqual } from './keys.js';
export { newId } from './ids.js';
export { openText, seal, type Sealed, sealText, unseal } from './sealing.js';
export { CiphertextRejected, EncryptionKeyMissing } from './crypto.errors.js';
export type { WrappedDataKey } from './key-ring.js';
export { type SealedSecret, type SecretPlace, SecretsService, type StoredSecret } from './secrets.service.js';
export { SecretsModule } from './secrets.module.js';
