import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail, personActor } from '#core/audit';
import { type Db, InjectDb } from '#core/db';
import type { Person } from '#core/http';
import { MailOutbox } from '#core/mail';
import { FileStorage } from '#core/storage';
import { DependentsService, LastOwner } from '#organizations';
import { AccountErased, DataExported } from './auth.audit.js';
import { SessionEnded } from './auth.errors.js';
import { AccountErasedMail } from './auth.mails.js';
import { IDENTITY_ISSUER, type IdentityIssuer } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import type { PersonalDataDto } from './users.dto.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** What the law gives people over their data (LGPD, articles 18 and 19): a copy, and erasure. */
@Injectable()
export class PersonalDataService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: UsersRepository,
    private readonly users: UsersService,
    private readonly attempts: LoginAttemptsService,
    private readonly outbox: MailOutbox,
    private readonly storage: FileStorage,
    @Inject(IDENTITY_ISSUER) private readonly issuer: IdentityIssuer,
    private readonly dependents: DependentsService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws RateLimited: three copies at once, then one every twenty minutes */
  async export(person: Person): Promise<PersonalDataDto> {
    await this.attempts.countExport(person.userId);
    await this.audit.note(this.db, DataExported, { by: personActor(person.userId), target: person.userId });
    const data = await this.repository.export(this.db, person.userId);
    if (!data) throw SessionEnded('Sign in again.');
    return { exportedAt: new Date(), data };
  }

  /** @throws LastOwner naming the organizations that would be left without an owner */
  async assertErasable(person: Person): Promise<void> {
    const organizations = await this.repository.listSoleOwnerships(this.db, person.userId);
    if (organizations.length === 0) return;
    throw LastOwner({
      detail: `Make somebody else an owner of ${organizations.map(({ name }) => name).join(', ')}, or delete it, first.`,
      extensions: { organizations },
    });
  }

  /**
   * Erases the person for ever: account, sessions, memberships, the keys they made, their picture. What remains (jobs,
   * books, audit lines) carries an id that leads nowhere. A last mail says so.
   * @throws LastOwner, NotOfferedByIssuer
   */
  async erase(person: Person): Promise<void> {
    await this.assertErasable(person);
    await this.issuer.removal.assertPossible();
    const user = await this.users.get(person.userId);
    await this.db.transaction().execute(async (trx) => {
      const everywhere = { by: personActor(user.id), userId: user.id, organizationId: null, role: null };
      await this.dependents.told(trx, everywhere, () => this.repository.erase(trx, user.id));
      await this.audit.write(trx, AccountErased, { by: personActor(user.id), target: user.id });
      // After the erasure, which clears the outbox of the address; this one is forgotten when it is sent.
      await this.outbox.leave(trx, AccountErasedMail, {}, { to: user.email, locale: user.locale });
    });
    this.users.forget(user.id);
    await this.issuer.removal.remove(user.id);
    await this.attempts.forgetPerson(user.id, user.email);
    if (user.avatarPath !== null) await this.storage.delete(user.avatarPath);
  }
}
