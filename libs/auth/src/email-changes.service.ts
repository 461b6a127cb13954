import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { InvalidRequest } from '#core/errors';
import type { Person } from '#core/http';
import { MailOutbox } from '#core/mail';
import { AccountsRepository } from './accounts.repository.js';
import { EmailChanged, EmailChangeRequested } from './auth.audit.js';
import { LinkInvalid } from './auth.errors.js';
import { AccountExistsMail, ConfirmNewEmailMail, EmailChangedMail, EmailChangeRequestedMail } from './auth.mails.js';
import { EmailChangesRepository } from './email-changes.repository.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { OneTimeTokensRepository } from './one-time-tokens.repository.js';
import { UsersService } from './users.service.js';

const VALID_MINUTES = 24 * 60;

/** Changes of address: the new one proves itself by a link, the old one is told before and after. */
@Injectable()
export class EmailChangesService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: EmailChangesRepository,
    private readonly accounts: AccountsRepository,
    private readonly tokens: OneTimeTokensRepository,
    private readonly users: UsersService,
    private readonly attempts: LoginAttemptsService,
    private readonly outbox: MailOutbox,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /**
   * Sends the link to the new address; the person has proved who they are. For an address that has an account the answer
   * is the same, and its owner gets a mail that says so instead of a link.
   * @throws InvalidRequest for the address they have, RateLimited
   */
  async request(person: Person, email: string): Promise<void> {
    const user = await this.users.get(person.userId);
    if (email === user.email) {
      const message = 'must be another address than you have now';
      throw InvalidRequest({ errors: [{ pointer: '/email', code: 'same_address', message }] });
    }
    await this.attempts.countMail(`change-email:${user.id}`);
    const token = randomBytes(32).toString('base64url');
    await this.db.transaction().execute(async (trx) => {
      const change = { userId: user.id, oldEmail: user.email, newEmail: email };
      await this.repository.replace(trx, { ...change, tokenHash: sha256(token), validMinutes: VALID_MINUTES });
      await this.audit.write(trx, EmailChangeRequested, { by: personActor(user.id), target: user.id });
      const { name, locale } = user;
      const letter = { to: email, locale };
      if (await this.accounts.isTaken(trx, email)) {
        await this.outbox.leave(trx, AccountExistsMail, { url: `${this.config.studioUrl}/login` }, letter);
      } else {
        const url = `${this.config.studioUrl}/confirm-email#token=${token}`;
        await this.outbox.leave(trx, ConfirmNewEmailMail, { name, url }, letter);
      }
      await this.outbox.leave(trx, EmailChangeRequestedMail, { name }, { to: user.email, locale });
    });
  }

  /** The new address is the person's from now on; links that went to the old one end. @throws LinkInvalid */
  async confirm(token: string): Promise<void> {
    const userId = await this.db.transaction().execute(async (trx) => {
      const change = await this.repository.confirm(trx, sha256(token));
      const user = change && (await this.users.findNow(change.userId));
      if (!change || !user || !(await this.repository.applyToAccount(trx, change))) {
        throw LinkInvalid('Ask for the change again.');
      }
      await this.tokens.discard(trx, user.id, 'reset_password');
      await this.tokens.discard(trx, user.id, 'verify_email');
      await this.audit.write(trx, EmailChanged, { by: personActor(user.id), target: user.id });
      const { name, locale } = user;
      await this.outbox.leave(trx, EmailChangedMail, { name }, { to: change.oldEmail, locale });
      return user.id;
    });
    this.users.forget(userId);
  }
}
