import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx } from '#core/db';
import { MailOutbox } from '#core/mail';
import { AccountsRepository } from './accounts.repository.js';
import { EmailConfirmed, VerificationRequested } from './auth.audit.js';
import { LinkInvalid } from './auth.errors.js';
import { VerifyEmailMail } from './auth.mails.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { OneTimeTokensRepository } from './one-time-tokens.repository.js';
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

  /** Sends the mail again. Nothing happens when the address is proved already. @throws TooManyAttempts, SessionEnded */
  async requestAgain(userId: string): Promise<void> {
    const user = await this.users.get(userId);
    if (user.emailVerified) return;
    await this.attempts.countMail(`verify:${userId}`);
    await this.db.transaction().execute(async (trx) => {
      await this.audit.write(trx, VerificationRequested, { by: personActor(userId), target: userId });
      await this.request(trx, user);
    });
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
}
