import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ANONYMOUS, AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx } from '#core/db';
import { RateLimited } from '#core/errors';
import { MailOutbox } from '#core/mail';
import { AccountsRepository } from './accounts.repository.js';
import { EmailConfirmed, VerificationRequested } from './auth.audit.js';
import { LinkInvalid } from './auth.errors.js';
import { VerifyEmailMail } from './auth.mails.js';
import { BackgroundWork } from './background-work.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { OneTimeTokensRepository } from './one-time-tokens.repository.js';
import { RegistrationsService } from './registrations.service.js';
import { UsersService } from './users.service.js';

const VALID_MINUTES = 24 * 60;

/** Proves addresses by a link in a mail. */
@Injectable()
export class EmailVerificationService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly accounts: AccountsRepository,
    private readonly tokens: OneTimeTokensRepository,
    private readonly users: UsersService,
    private readonly attempts: LoginAttemptsService,
    private readonly registrations: RegistrationsService,
    private readonly background: BackgroundWork,
    private readonly outbox: MailOutbox,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /** Leaves the mail with a new link; older links end. Part of the transaction that made the account or asked again. */
  async request(trx: Trx, user: { id: string; email: string; name: string; locale: string }): Promise<void> {
    const token = randomBytes(32).toString('base64url');
    await this.tokens.replace(trx, {
      userId: user.id,
      purpose: 'verify_email',
      hash: sha256(token),
      validMinutes: VALID_MINUTES,
    });
    const url = `${this.config.studioUrl}/verify-email#token=${token}`;
    await this.outbox.leave(trx, VerifyEmailMail, { name: user.name, url }, { to: user.email, locale: user.locale });
  }

  /**
   * Sends the mail again that proves an address, or that ends a registration. The answer is the same when there is
   * nothing to prove, and does not wait for the mail.
   * @throws TooManyAttempts for an address on the network that asks for many
   */
  async resend(email: string, ip: string): Promise<void> {
    await this.attempts.beginForAddress(ip);
    this.background.begin('A verification mail was not left', () => this.sendAgain(email));
  }

  /** @throws LinkInvalid */
  async confirm(token: string): Promise<void> {
    const userId = await this.db.transaction().execute(async (trx) => {
      const owner = await this.tokens.consume(trx, 'verify_email', sha256(token));
      if (!owner) throw LinkInvalid('Ask for another mail.');
      await this.accounts.confirmEmail(trx, owner);
      await this.audit.write(trx, EmailConfirmed, { by: personActor(owner), target: owner });
      return owner;
    });
    this.users.forget(userId);
  }

  private async sendAgain(email: string): Promise<void> {
    try {
      await this.attempts.countMail(`verify:${sha256(email).toString('base64url')}`);
    } catch (error) {
      if (RateLimited.is(error)) return;
      throw error;
    }
    if (await this.registrations.resend(email)) return;
    const account = await this.accounts.findByEmail(this.db, email);
    const user = account && (await this.users.findNow(account.userId));
    if (!user || user.emailVerified) return;
    await this.db.transaction().execute(async (trx) => {
      await this.audit.write(trx, VerificationRequested, { by: ANONYMOUS, target: user.id });
      await this.request(trx, user);
    });
  }
}
