import { Module } from '@nestjs/common';
import { OrganizationsModule } from '#organizations';
import { AccessTokensService } from './access-tokens.service.js';
import { AccountsRepository } from './accounts.repository.js';
import { ApiKeyUsageService } from './api-key-usage.service.js';
import { ApiKeyVerifier } from './api-key.verifier.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthenticatorService } from './authenticator.service.js';
import { IdentityService } from './identity.service.js';
import { LoginAttemptsRepository } from './login-attempts.repository.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { OrganizationContextService } from './organization-context.service.js';
import { PrincipalsService } from './principals.service.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeysService } from './signing-keys.service.js';
import { UsersService } from './users.service.js';

/** Who is who: accounts, sessions, tokens, API keys. */
@Module({
  imports: [OrganizationsModule],
  providers: [
    AccessTokensService,
    AccountsRepository,
    ApiKeyUsageService,
    ApiKeyVerifier,
    ApiKeysRepository,
    ApiKeysService,
    AuthenticatorService,
    IdentityService,
    LoginAttemptsRepository,
    LoginAttemptsService,
    OrganizationContextService,
    PrincipalsService,
    SessionsRepository,
    SessionsService,
    SigningKeysRepository,
    SigningKeysService,
    UsersService,
  ],
  exports: [
    ApiKeysService,
    AuthenticatorService,
    IdentityService,
    OrganizationContextService,
    SessionsService,
    SigningKeysService,
  ],
})
export class AuthModule {}
