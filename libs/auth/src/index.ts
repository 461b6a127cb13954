export { AuthModule } from './auth.module.js';
export { AuthHttpModule } from './auth.http.module.js';
export * from './auth.errors.js';
export { AUTH_MAILS } from './auth.mails.js';
export { ApiKeysService } from './api-keys.service.js';
export { IdentityService } from './identity.service.js';
export { PlatformOperatorsRepository } from './platform-operators.repository.js';
export { PlatformOperatorsService } from './platform-operators.service.js';
