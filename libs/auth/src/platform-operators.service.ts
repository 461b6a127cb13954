import { type AuditTrail, SYSTEM } from '#core/audit';
import type { Db, Trx } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import { OperatorAdded, OperatorRemoved } from './auth.audit.js';
import type { PlatformOperatorRow, PlatformOperatorsRepository } from './platform-operators.repository.js';

/**
 * Makes people platform operators and takes it back. No route leads here: whoever does it has the login of the
 * database's owner, and a person who came by an operator's session cannot make more of them. It counts on every node
 * within five seconds.
 */
export class PlatformOperatorsService {
  /** @param db as the owner of the tables */
  constructor(
    private readonly db: Db,
    private readonly repository: PlatformOperatorsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** By address. @throws InvalidRequest when the login is not the owner's */
  async list(): Promise<PlatformOperatorRow[]> {
    await this.requireOwner();
    return this.repository.list(this.db);
  }

  /**
   * @returns whether something changed: false for somebody who is one already
   * @throws NotFound without such an account
   * @throws InvalidRequest when the address is not proved: anybody can make an account in another's name
   */
  add(email: string): Promise<boolean> {
    return this.change(email, async (trx, person) => {
      if (person.isOperator) return false;
      if (!person.emailVerified) {
        throw InvalidRequest(
          `${person.email} is not proved to be its owner's: have the link in its mail opened first. While no SMTP_URL is set, mails are shown at /admin/mailbox.`,
        );
      }
      await this.repository.set(trx, person.id, true);
      await this.audit.write(trx, OperatorAdded, { by: SYSTEM, target: person.id });
      return true;
    });
  }

  /**
   * @returns whether something changed: false for somebody who is none
   * @throws NotFound without such an account
   */
  remove(email: string): Promise<boolean> {
    return this.change(email, async (trx, person) => {
      if (!person.isOperator) return false;
      await this.repository.set(trx, person.id, false);
      await this.audit.write(trx, OperatorRemoved, { by: SYSTEM, target: person.id });
      return true;
    });
  }

  private async change(
    email: string,
    work: (trx: Trx, person: PlatformOperatorRow) => Promise<boolean>,
  ): Promise<boolean> {
    await this.requireOwner();
    return this.db.transaction().execute(async (trx) => {
      const person = await this.repository.findForUpdate(trx, email);
      if (!person) throw NotFound(`There is no account with the address ${email}: have the person sign up first.`);
      return work(trx, person);
    });
  }

  private async requireOwner(): Promise<void> {
    if (!(await this.repository.isHidden(this.db))) return;
    throw InvalidRequest('This login does not own the tables: give that of the owner in DIRECT_DATABASE_URL.');
  }
}
