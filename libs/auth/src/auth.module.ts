import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { MailModule } from '#core/mail';
import { RealtimeModule } from '#core/realtime';
import { OrganizationsModule } from '#organizations';
import { AccessTokensService } from './access-tokens.service.js';
import { AccountsRepository } from './accounts.repository.js';
import { ApiKeyUsageService } from './api-key-usage.service.js';
import { ApiKeyVerifier } from './api-key.verifier.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthenticatorService } from './authenticator.service.js';
import { AvatarsService } from './avatars.service.js';
import { BackgroundWork } from './background-work.js';
import { IdentityIssuerProvider } from './create-identity-issuer.js';
import { EmailChangesRepository } from './email-changes.repository.js';
import { EmailChangesService } from './email-changes.service.js';
import { EmailVerificationService } from './email-verification.service.js';
import { IDENTITY_ISSUER } from './identity-issuer.js';
import { IdentityService } from './identity.service.js';
import { LoginAttemptsRepository } from './login-attempts.repository.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { OneTimeTokensRepository } from './one-time-tokens.repository.js';
import { OrganizationContextService } from './organization-context.service.js';
import { PasswordsService } from './passwords.service.js';
import { PersonalDataService } from './personal-data.service.js';
import { PrincipalsService } from './principals.service.js';
import { ReauthenticationService } from './reauthentication.service.js';
import { RegistrationsRepository } from './registrations.repository.js';
import { RegistrationsService } from './registrations.service.js';
import { SeenSessionsService } from './seen-sessions.service.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeysService } from './signing-keys.service.js';
import { SupabaseAddressesService } from './supabase-addresses.service.js';
import { SupabaseAuthClient } from './supabase-auth.client.js';
import { SupabasePasswordsService } from './supabase-passwords.service.js';
import { SupabaseSecondFactorService } from './supabase-second-factor.service.js';
import { SupabaseSignInService } from './supabase-sign-in.service.js';
import { SupabaseUsersService } from './supabase-users.service.js';
import { TotpRepository } from './totp.repository.js';
import { TotpService } from './totp.service.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Who is who: accounts, sessions, tokens, API keys. */
@Module({
  imports: [AuditModule, MailModule, OrganizationsModule, RealtimeModule],
  providers: [
    AccessTokensService,
    AccountsRepository,
    ApiKeyUsageService,
    ApiKeyVerifier,
    ApiKeysRepository,
    ApiKeysService,
    AuthenticatorService,
    AvatarsService,
    BackgroundWork,
    EmailChangesRepository,
    EmailChangesService,
    EmailVerificationService,
    IdentityIssuerProvider,
    IdentityService,
    LoginAttemptsRepository,
    LoginAttemptsService,
    OneTimeTokensRepository,
    OrganizationContextService,
    PasswordsService,
    PersonalDataService,
    PrincipalsService,
    ReauthenticationService,
    RegistrationsRepository,
    RegistrationsService,
    SeenSessionsService,
    SessionsRepository,
    SessionsService,
    SigningKeysRepository,
    SigningKeysService,
    SupabaseAddressesService,
    SupabaseAuthClient,
    SupabasePasswordsService,
    SupabaseSecondFactorService,
    SupabaseSignInService,
    SupabaseUsersService,
    TotpRepository,
    TotpService,
    UsersRepository,
    UsersService,
  ],
  exports: [
    ApiKeysService,
    AuthenticatorService,
    AvatarsService,
    IDENTITY_ISSUER,
    IdentityService,
    OrganizationContextService,
    PersonalDataService,
    SigningKeysService,
    UsersService,
  ],
})
export class AuthModule {}
