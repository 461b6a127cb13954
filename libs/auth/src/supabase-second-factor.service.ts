import { Injectable } from '@nestjs/common';
import type { Person } from '#core/http';
import { askedAgain } from './asked-again.js';
import { NotOfferedByIssuer, SecondFactorExists, SecondFactorMissing } from './auth.errors.js';
import type { SecondFactor } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { proveFactor, SupabaseAuthClient, unwrap, verifiedTotp } from './supabase-auth.client.js';
import { SupabaseSignInService } from './supabase-sign-in.service.js';
import { SupabaseUsersService } from './supabase-users.service.js';
import type { RecoveryCodesDto, TotpConfirmedDto, TotpEnrolmentDto, TotpStatusDto } from './totp.dto.js';

const ISSUER = 'BASE Agency';

/** Authenticator apps that Supabase Auth keeps. It has no recovery codes. */
@Injectable()
export class SupabaseSecondFactorService implements SecondFactor {
  constructor(
    private readonly supabase: SupabaseAuthClient,
    private readonly people: SupabaseUsersService,
    private readonly signIn: SupabaseSignInService,
    private readonly attempts: LoginAttemptsService,
  ) {}

  async status(_person: Person, accessToken: string): Promise<TotpStatusDto> {
    const user = await this.supabase.userOf(accessToken);
    return { enabled: verifiedTotp(user) !== undefined, recoveryCodesLeft: 0 };
  }

  /** Begins anew when an enrolment was left unfinished. @throws SecondFactorExists */
  async enrol(_person: Person, accessToken: string): Promise<TotpEnrolmentDto> {
    const user = await this.supabase.userOf(accessToken);
    if (verifiedTotp(user)) throw SecondFactorExists('Remove it first.');
    const client = await this.supabase.actingAs(accessToken);
    for (const unfinished of user.factors?.filter((factor) => factor.factor_type === 'totp') ?? []) {
      unwrap(await client.mfa.unenroll({ factorId: unfinished.id }));
    }
    const { totp } = unwrap(await client.mfa.enroll({ factorType: 'totp', issuer: ISSUER, friendlyName: ISSUER }));
    return { secret: totp.secret, uri: totp.uri };
  }

  /**
   * The session goes on with new tokens, which say that it has a second factor; those of before are refused.
   * @throws SecondFactorMissing, SecondFactorExists, CodeWrong, TooManyAttempts
   */
  async confirm(person: Person, code: string, accessToken: string): Promise<TotpConfirmedDto> {
    const user = await this.supabase.userOf(accessToken);
    if (verifiedTotp(user)) throw SecondFactorExists('Remove it first.');
    const factor = user.factors?.find((one) => one.factor_type === 'totp');
    if (!factor) throw SecondFactorMissing('Enrol first.');
    const attempt = await this.attempts.beginForSecondFactor(person.userId);
    const client = await this.supabase.actingAs(accessToken);
    const session = await askedAgain(() => proveFactor(client, factor.id, code));
    await attempt.succeeded();
    this.people.forgetAll(person.userId);
    return { recoveryCodes: [], session: await this.signIn.answer(session) };
  }

  /** @throws NotOfferedByIssuer */
  replaceRecoveryCodes(): Promise<RecoveryCodesDto> {
    throw NotOfferedByIssuer('Supabase Auth has no recovery codes.');
  }

  /** @throws SecondFactorMissing, CodeWrong, TooManyAttempts */
  async remove(person: Person, code: string, accessToken: string): Promise<void> {
    const factor = verifiedTotp(await this.supabase.userOf(accessToken));
    if (!factor) throw SecondFactorMissing('There is nothing to remove.');
    const attempt = await this.attempts.beginForSecondFactor(person.userId);
    const client = await this.supabase.actingAs(accessToken);
    await askedAgain(() => proveFactor(client, factor.id, code));
    await attempt.succeeded();
    unwrap(await client.mfa.unenroll({ factorId: factor.id }));
    this.people.forgetAll(person.userId);
  }
}
