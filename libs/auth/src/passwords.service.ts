import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ANONYMOUS, AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx } from '#core/db';
import { RateLimited } from '#core/errors';
import type { Person } from '#core/http';
import { MailOutbox } from '#core/mail';
import { AccountsRepository } from './accounts.repository.js';
import { PasswordChanged, PasswordReset, PasswordResetRequested } from './auth.audit.js';
import { LinkInvalid } from './auth.errors.js';
import { PasswordChangedMail, ResetPasswordMail } from './auth.mails.js';
import { BackgroundWork } from './background-work.js';
import type { Passwords } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { OneTimeTokensRepository } from './one-time-tokens.repository.js';
import { hashPassword } from './password-hash.js';
import { assertAnotherPassword, assertStrongPassword } from './password-policy.js';
import { ReauthenticationService } from './reauthentication.service.js';
import { SessionsService } from './sessions.service.js';
import type { UserRow } from './users.repository.js';
import { UsersService } from './users.service.js';

const RESET_VALID_MINUTES = 30;

/** Passwords that are forgotten or changed. */
@Injectable()
export class PasswordsService implements Passwords {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly accounts: AccountsRepository,
    private readonly tokens: OneTimeTokensRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly reauthentication: ReauthenticationService,
    private readonly attempts: LoginAttemptsService,
    private readonly background: BackgroundWork,
    private readonly outbox: MailOutbox,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /**
   * Sends a link to choose a new password, if the address has an account. The answer does not wait for it, so that
   * neither its words nor its time tell whether it has.
   * @throws TooManyAttempts for an address on the network that asks for many
   */
  async forgot(email: string, ip: string): Promise<void> {
    await this.attempts.beginForAddress(ip);
    this.background.begin('A reset mail was not left', () => this.sendLink(email));
  }

  /**
   * Sets a new password by a link. All sessions end; the address is proved, because the link came by it.
   * @throws LinkInvalid, PasswordTooWeak (the link stays good)
   */
  async reset({ token, password }: { token: string; password: string }): Promise<void> {
    const hash = sha256(token);
    const userId = await this.tokens.findOwner(this.db, 'reset_password', hash);
    const user = userId && (await this.users.findNow(userId));
    if (!user) throw LinkInvalid('Ask for another mail.');
    await assertStrongPassword(password, [user.email, user.name]);
    const passwordHash = await hashPassword(password);
    await this.db.transaction().execute(async (trx) => {
      if (!(await this.tokens.consume(trx, 'reset_password', hash))) throw LinkInvalid('Ask for another mail.');
      await this.accounts.setPasswordHash(trx, user.id, passwordHash);
      await this.accounts.confirmEmail(trx, user.id);
      await this.audit.write(trx, PasswordReset, { by: personActor(user.id), target: user.id });
      await this.leaveNotice(trx, user);
    });
    await this.sessions.endAll(user.id);
    await this.attempts.forgive(user.email);
    this.users.forget(user.id);
  }

  /**
   * Changes the password of somebody who is signed in; the other sessions end.
   * @throws PasswordWrong, PasswordTooWeak, TooManyAttempts
   */
  async change({ userId, sessionId }: Person, passwords: { current: string; next: string }, ip: string): Promise<void> {
    const user = await this.users.get(userId);
    await this.reauthentication.assertPassword(user.id, passwords.current, ip);
    assertAnotherPassword(passwords.next, passwords.current);
    await assertStrongPassword(passwords.next, [user.email, user.name], '/newPassword');
    const hash = await hashPassword(passwords.next);
    await this.db.transaction().execute(async (trx) => {
      await this.accounts.setPasswordHash(trx, user.id, hash);
      await this.audit.write(trx, PasswordChanged, { by: personActor(user.id), target: user.id });
      await this.leaveNotice(trx, user);
    });
    await this.sessions.endAll(user.id, sessionId ?? undefined);
  }

  private async sendLink(email: string): Promise<void> {
    const account = await this.accounts.findByEmail(this.db, email);
    const user = account && (await this.users.findNow(account.userId));
    if (!user) return;
    try {
      await this.attempts.countMail(`reset:${user.id}`);
    } catch (error) {
      if (RateLimited.is(error)) return;
      throw error;
    }
    const token = randomBytes(32).toString('base64url');
    const url = `${this.config.studioUrl}/reset-password#token=${token}`;
    await this.db.transaction().execute(async (trx) => {
      await this.tokens.replace(trx, {
        userId: user.id,
        purpose: 'reset_password',
        hash: sha256(token),
        validMinutes: RESET_VALID_MINUTES,
      });
      await this.audit.write(trx, PasswordResetRequested, { by: ANONYMOUS, target: user.id });
      await this.outbox.leave(
        trx,
        ResetPasswordMail,
        { name: user.name, url },
        { to: user.email, locale: user.locale },
      );
    });
  }

  private async leaveNotice(trx: Trx, user: UserRow): Promise<void> {
    await this.tokens.discard(trx, user.id, 'reset_password');
    await this.outbox.leave(trx, PasswordChangedMail, { name: user.name }, { to: user.email, locale: user.locale });
  }
}
