import type { FactoryProvider } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { EmailChangesService } from './email-changes.service.js';
import { EmailVerificationService } from './email-verification.service.js';
import { IDENTITY_ISSUER, type IdentityIssuer } from './identity-issuer.js';
import { IdentityService } from './identity.service.js';
import { PasswordsService } from './passwords.service.js';
import { ReauthenticationService } from './reauthentication.service.js';
import { SupabaseAddressesService } from './supabase-addresses.service.js';
import { SupabasePasswordsService } from './supabase-passwords.service.js';
import { SupabaseSecondFactorService } from './supabase-second-factor.service.js';
import { SupabaseSignInService } from './supabase-sign-in.service.js';
import { TotpService } from './totp.service.js';

/** The issuer of this installation, by `AUTH_ISSUER`. */
export const IdentityIssuerProvider: FactoryProvider<IdentityIssuer> = {
  provide: IDENTITY_ISSUER,
  inject: [
    AppConfig,
    IdentityService,
    PasswordsService,
    EmailVerificationService,
    EmailChangesService,
    TotpService,
    ReauthenticationService,
    SupabaseSignInService,
    SupabasePasswordsService,
    SupabaseAddressesService,
    SupabaseSecondFactorService,
  ],
  useFactory: (
    config: AppConfig,
    signIn: IdentityService,
    passwords: PasswordsService,
    verification: EmailVerificationService,
    changes: EmailChangesService,
    secondFactor: TotpService,
    reauthentication: ReauthenticationService,
    supabaseSignIn: SupabaseSignInService,
    supabasePasswords: SupabasePasswordsService,
    supabaseAddresses: SupabaseAddressesService,
    supabaseSecondFactor: SupabaseSecondFactorService,
  ): IdentityIssuer =>
    config.auth.issuer === 'supabase'
      ? {
          signIn: supabaseSignIn,
          passwords: supabasePasswords,
          addresses: supabaseAddresses,
          secondFactor: supabaseSecondFactor,
          reauthentication: supabasePasswords,
          removal: supabaseAddresses,
        }
      : {
          signIn,
          passwords,
          addresses: {
            confirm: (token) => verification.confirm(token),
            resend: (email, ip) => verification.resend(email, ip),
            requestChange: (person, email) => changes.request(person, email),
            confirmChange: (token) => changes.confirm(token),
          },
          secondFactor,
          reauthentication,
          // The erasure takes the account with everything else.
          removal: { assertPossible: () => Promise.resolve(), remove: () => Promise.resolve() },
        },
};
