import { Injectable } from '@nestjs/common';
import { ANONYMOUS, AuditNotes, AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { newId } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import type { Person } from '#core/http';
import { ACCESS_TOKEN_SECONDS, AccessTokensService } from './access-tokens.service.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountRegistered, SignedIn, SignInFailed } from './auth.audit.js';
import type { AuthenticationDto, LoginDto, RegisterDto, RegistrationPendingDto, SessionDto } from './auth.dto.js';
import { InvalidCredentials, SecondFactorInvalid, SessionEnded } from './auth.errors.js';
import { BackgroundWork } from './background-work.js';
import type { Caller } from './caller.js';
import { EmailVerificationService } from './email-verification.service.js';
import type { SignIn } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { hashPassword, needsRehash, verifyPassword } from './password-hash.js';
import { assertStrongPassword } from './password-policy.js';
import { RegistrationsService } from './registrations.service.js';
import { type OpenSession, SessionsService } from './sessions.service.js';
import { TotpService } from './totp.service.js';
import { UsersService } from './users.service.js';

/** Accounts of the local issuer: register, sign in, stay signed in. */
@Injectable()
export class IdentityService implements SignIn {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly accounts: AccountsRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokensService,
    private readonly attempts: LoginAttemptsService,
    private readonly verification: EmailVerificationService,
    private readonly registrations: RegistrationsService,
    private readonly background: BackgroundWork,
    private readonly totp: TotpService,
    private readonly audit: AuditTrail,
    private readonly notes: AuditNotes,
    private readonly config: AppConfig,
  ) {}

  /**
   * Where mails prove addresses first: sends one, and answers the same for an address that has an account, after the
   * same work. Elsewhere: makes the account, signs it in, and sends a mail that proves its address.
   * @throws PasswordTooWeak, TooManyAttempts (many registrations from one address on the network); EmailTaken elsewhere
   */
  async register(request: RegisterDto, caller: Caller): Promise<AuthenticationDto | RegistrationPendingDto> {
    await assertStrongPassword(request.password, [request.email, request.name]);
    const attempt = await this.attempts.beginForAddress(caller.ip);
    const passwordHash = await hashPassword(request.password);
    if (this.config.auth.emailConfirmation === 'required') {
      const { email, name, locale = 'pt-BR' } = request;
      const begin = () => this.registrations.begin({ email, name, locale, passwordHash });
      this.background.begin('A registration was not begun', begin);
      return { status: 'confirmation_sent', email };
    }
    const answer = await this.open(request, passwordHash, caller);
    await attempt.succeeded();
    return answer;
  }

  /** Makes an account and signs it in, without waiting for a mail to prove it. @throws PasswordTooWeak, EmailTaken */
  async registerNow(request: RegisterDto, caller: Caller): Promise<AuthenticationDto> {
    await assertStrongPassword(request.password, [request.email, request.name]);
    return this.open(request, await hashPassword(request.password), caller);
  }

  private async open(request: RegisterDto, passwordHash: string, caller: Caller): Promise<AuthenticationDto> {
    const account = { id: newId(), email: request.email, name: request.name, locale: request.locale ?? 'pt-BR' };
    const session = await this.db.transaction().execute(async (trx) => {
      await this.accounts.create(trx, account, passwordHash);
      await this.audit.write(trx, AccountRegistered, { by: personActor(account.id), target: account.id });
      await this.verification.request(trx, account);
      return this.sessions.open(trx, account.id, caller);
    });
    await this.attempts.rememberPlace(account.email, caller.ip);
    return this.answer(session);
  }

  /** Makes the account that the link in the mail proves, and signs it in. @throws LinkInvalid */
  async confirmRegistration(token: string, caller: Caller): Promise<AuthenticationDto> {
    const session = await this.db.transaction().execute(async (trx) => {
      const userId = await this.registrations.confirm(trx, token);
      return this.sessions.open(trx, userId, caller);
    });
    const answer = await this.answer(session);
    await this.attempts.rememberPlace(answer.user.email, caller.ip);
    return answer;
  }

  /**
   * Signs in. An unknown address and a wrong password get the same answer after the same work.
   * @throws InvalidCredentials, TooManyAttempts; SecondFactorRequired, SecondFactorInvalid after the right password
   */
  async login(request: LoginDto, caller: Caller): Promise<AuthenticationDto> {
    const attempt = await this.attempts.beginForAccount(request.email, caller.ip);
    const account = await this.accounts.findByEmail(this.db, request.email);
    const fits = await verifyPassword(account?.passwordHash ?? null, request.password);
    if (!account || !fits) {
      this.noteFailure(account?.userId ?? null, InvalidCredentials.code);
      throw InvalidCredentials('Check both, or choose a new password.');
    }
    await attempt.succeeded();
    const secondFactor = await this.assertSecondFactor(account.userId, request.code);
    if (needsRehash(account.passwordHash)) {
      await this.accounts.setPasswordHash(this.db, account.userId, await hashPassword(request.password));
    }
    const session = await this.db.transaction().execute(async (trx) => {
      const opened = await this.sessions.open(trx, account.userId, caller);
      await this.audit.write(trx, SignedIn, {
        by: personActor(account.userId),
        target: opened.sessionId,
        after: { secondFactor },
      });
      return opened;
    });
    return this.answer(session);
  }

  /** @throws RefreshTokenInvalid, SessionEnded, RefreshTokenReused */
  async refresh(refreshToken: string, caller: Caller): Promise<AuthenticationDto> {
    return this.answer(await this.sessions.refresh(refreshToken, caller));
  }

  /** Ends the session of the request. */
  async logout(person: Person): Promise<void> {
    if (person.sessionId) await this.sessions.end(person.userId, person.sessionId);
  }

  logoutAll(person: Person): Promise<void> {
    return this.sessions.endAll(person.userId);
  }

  async listSessions(person: Person): Promise<SessionDto[]> {
    const sessions = await this.sessions.list(person.userId);
    return sessions.map((session) => ({ ...session, current: session.id === person.sessionId }));
  }

  /** @throws NotFound */
  endSession(person: Person, sessionId: string): Promise<void> {
    return this.sessions.end(person.userId, sessionId);
  }

  /** @returns whether there is one. */
  private async assertSecondFactor(userId: string, code: string | undefined): Promise<boolean> {
    try {
      return await this.totp.assertIfEnabled(userId, code);
    } catch (error) {
      if (SecondFactorInvalid.is(error)) this.noteFailure(userId, SecondFactorInvalid.code);
      throw error;
    }
  }

  private noteFailure(userId: string | null, code: string): void {
    this.notes.note(SignInFailed, { by: ANONYMOUS, target: userId, outcome: 'failed', after: { code } });
  }

  private async answer(session: OpenSession): Promise<AuthenticationDto> {
    const user = await this.users.find(session.userId);
    if (!user) throw SessionEnded('Sign in again.');
    return {
      accessToken: await this.accessTokens.sign(user, session.sessionId, await this.totp.isEnabled(user.id)),
      refreshToken: session.refreshToken,
      tokenType: 'bearer',
      expiresIn: ACCESS_TOKEN_SECONDS,
      user: this.users.toDto(user),
    };
  }
}
