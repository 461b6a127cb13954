export { deriveKey, sha256, safeEqual } from './keys.js';
export { newId } from './ids.js';
