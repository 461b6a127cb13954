import { Injectable } from '@nestjs/common';
import { ANONYMOUS, AuditNotes } from '#core/audit';
import { AppConfig } from '#core/config';
import type { Person } from '#core/http';
import { SignInFailed } from './auth.audit.js';
import type { AuthenticationDto, LoginDto, RegisterDto, RegistrationPendingDto, SessionDto } from './auth.dto.js';
import {
  InvalidCredentials,
  LinkInvalid,
  NotOfferedByIssuer,
  RefreshTokenInvalid,
  SecondFactorInvalid,
} from './auth.errors.js';
import type { Caller } from './caller.js';
import type { SignIn } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { assertStrongPassword } from './password-policy.js';
import { SupabaseAuthClient, type SupabaseSession, unwrap, withSecondFactor } from './supabase-auth.client.js';
import { SupabaseUsersService } from './supabase-users.service.js';
import { UsersService } from './users.service.js';

/**
 * Signing in at Supabase Auth through our routes. Guessing is slowed here as well, per account and address: Supabase Auth
 * sees one address for all of our users.
 */
@Injectable()
export class SupabaseSignInService implements SignIn {
  constructor(
    private readonly supabase: SupabaseAuthClient,
    private readonly people: SupabaseUsersService,
    private readonly users: UsersService,
    private readonly attempts: LoginAttemptsService,
    private readonly notes: AuditNotes,
    private readonly config: AppConfig,
  ) {}

  /**
   * With "Confirm email" on, Supabase Auth answers the same for an address that has an account. With it off it signs in
   * at once, and has to refuse such an address.
   * @throws PasswordTooWeak, TooManyAttempts, SignUpClosed; EmailTaken with "Confirm email" off
   */
  async register(request: RegisterDto, caller: Caller): Promise<AuthenticationDto | RegistrationPendingDto> {
    const { email, password, name, locale = 'pt-BR' } = request;
    await assertStrongPassword(password, [email, name]);
    await this.attempts.beginForAddress(caller.ip);
    const emailRedirectTo = `${this.config.studioUrl}/confirm-registration`;
    const client = await this.supabase.anonymous();
    const signUp = await client.signUp({ email, password, options: { data: { name, locale }, emailRedirectTo } });
    const { session } = unwrap(signUp);
    return session ? this.answer(session) : { status: 'confirmation_sent', email };
  }

  /** @throws LinkInvalid */
  async confirmRegistration(token: string): Promise<AuthenticationDto> {
    const client = await this.supabase.anonymous();
    const { session } = unwrap(await client.verifyOtp({ type: 'email', token_hash: token }));
    if (!session) throw LinkInvalid('Register again.');
    return this.answer(session);
  }

  /** @throws InvalidCredentials, TooManyAttempts; SecondFactorRequired, SecondFactorInvalid after the right password */
  async login(request: LoginDto, caller: Caller): Promise<AuthenticationDto> {
    try {
      return await this.signIn(request, caller);
    } catch (error) {
      // Whose account it was, if anybody's, Supabase Auth does not tell.
      const refusal = [InvalidCredentials, SecondFactorInvalid].find((known) => known.is(error));
      if (refusal) {
        this.notes.note(SignInFailed, {
          ...{ by: ANONYMOUS, target: null, outcome: 'failed' },
          after: { code: refusal.code },
        });
      }
      throw error;
    }
  }

  private async signIn({ email, password, code }: LoginDto, caller: Caller): Promise<AuthenticationDto> {
    const attempt = await this.attempts.beginForAccount(email, caller.ip);
    const client = await this.supabase.anonymous();
    const { session } = unwrap(await client.signInWithPassword({ email, password }));
    const secondFactor = code === undefined ? undefined : await this.attempts.beginForSecondFactor(session.user.id);
    const raised = await withSecondFactor(client, session, code);
    await attempt.succeeded();
    await secondFactor?.succeeded();
    return this.answer(raised);
  }

  /** @throws RefreshTokenInvalid, RefreshTokenReused, SessionEnded */
  async refresh(refreshToken: string): Promise<AuthenticationDto> {
    const client = await this.supabase.anonymous();
    const { session } = unwrap(await client.refreshSession({ refresh_token: refreshToken }));
    if (!session) throw RefreshTokenInvalid('Sign in again.');
    return this.answer(session);
  }

  async logout(person: Person, accessToken: string): Promise<void> {
    await this.supabase.signOut(accessToken, 'local');
    this.people.forget(person.sessionId);
  }

  async logoutAll(person: Person, accessToken: string): Promise<void> {
    await this.supabase.signOut(accessToken, 'global');
    this.people.forgetAll(person.userId);
  }

  /** @throws NotOfferedByIssuer: Supabase Auth does not tell */
  listSessions(): Promise<SessionDto[]> {
    throw NotOfferedByIssuer('Supabase Auth does not list sessions. End them all with /api/auth/logout-all.');
  }

  /** @throws NotOfferedByIssuer */
  endSession(): Promise<void> {
    throw NotOfferedByIssuer('Supabase Auth ends this session (/api/auth/logout) or all (/api/auth/logout-all).');
  }

  /** The tokens in our words; makes or follows the person's row. */
  async answer(session: SupabaseSession): Promise<AuthenticationDto> {
    const user = await this.people.follow(session.user);
    return {
      accessToken: session.access_token,
      refreshToken: session.refresh_token,
      tokenType: 'bearer',
      expiresIn: session.expires_in,
      user: this.users.toDto(user),
    };
  }
}
