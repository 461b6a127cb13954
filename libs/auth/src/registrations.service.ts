import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ANONYMOUS, AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { newId, sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx } from '#core/db';
import { MailOutbox } from '#core/mail';
import { AccountsRepository } from './accounts.repository.js';
import { AccountRegistered, VerificationRequested } from './auth.audit.js';
import { EmailTaken, LinkInvalid } from './auth.errors.js';
import { AccountExistsMail, ConfirmRegistrationMail } from './auth.mails.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { type Registration, RegistrationsRepository } from './registrations.repository.js';

const VALID_MINUTES = 24 * 60;

/** Registrations that a mail must prove first: until its link is opened there is no account. */
@Injectable()
export class RegistrationsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: RegistrationsRepository,
    private readonly accounts: AccountsRepository,
    private readonly attempts: LoginAttemptsService,
    private readonly outbox: MailOutbox,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /** Sends the link; or, to the owner of an address that has an account, a mail that says so. A few times only. */
  async begin(wish: Registration): Promise<void> {
    await this.attempts.countMail(`registration:${sha256(wish.email).toString('base64url')}`);
    const token = randomBytes(32).toString('base64url');
    await this.db.transaction().execute(async (trx) => {
      if (await this.accounts.isTaken(trx, wish.email)) {
        const data = { url: `${this.config.studioUrl}/login` };
        await this.outbox.leave(trx, AccountExistsMail, data, { to: wish.email, locale: wish.locale });
        return;
      }
      await this.repository.insert(trx, { ...wish, tokenHash: sha256(token), validMinutes: VALID_MINUTES });
      await this.leaveLink(trx, wish, token);
    });
  }

  /** Sends the link of an open registration again, with a new token. @returns whether there is one. */
  async resend(email: string): Promise<boolean> {
    const token = randomBytes(32).toString('base64url');
    return this.db.transaction().execute(async (trx) => {
      const wish = await this.repository.renew(trx, email, sha256(token));
      if (!wish) return false;
      await this.audit.write(trx, VerificationRequested, { by: ANONYMOUS, target: null });
      await this.leaveLink(trx, wish, token);
      return true;
    });
  }

  /**
   * Makes the account, its address proved; part of the transaction that opens its first session.
   * @returns its id
   * @throws LinkInvalid, also when the address has an account by now
   */
  async confirm(trx: Trx, token: string): Promise<string> {
    const wish = await this.repository.take(trx, sha256(token));
    if (!wish) throw LinkInvalid('Register again.');
    const id = newId();
    try {
      await this.accounts.create(
        trx,
        { id, email: wish.email, name: wish.name, locale: wish.locale },
        wish.passwordHash,
      );
    } catch (error) {
      if (EmailTaken.is(error)) throw LinkInvalid({ detail: 'Sign in, or ask for a new password.', cause: error });
      throw error;
    }
    await this.accounts.confirmEmail(trx, id);
    await this.audit.write(trx, AccountRegistered, { by: personActor(id), target: id });
    return id;
  }

  private async leaveLink(trx: Trx, wish: Registration, token: string): Promise<void> {
    const url = `${this.config.studioUrl}/confirm-registration#token=${token}`;
    const letter = { to: wish.email, locale: wish.locale };
    await this.outbox.leave(trx, ConfirmRegistrationMail, { name: wish.name, url }, letter);
  }
}
