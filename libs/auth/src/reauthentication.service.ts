import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import type { Person } from '#core/http';
import { AccountsRepository } from './accounts.repository.js';
import { askedAgain } from './asked-again.js';
import { PasswordWrong, ReauthenticationRequired } from './auth.errors.js';
import type { Proof, Reauthentication } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { verifyPassword } from './password-hash.js';
import { SessionsService } from './sessions.service.js';
import { TotpService } from './totp.service.js';
import { UsersService } from './users.service.js';

const RECENT_MINUTES = 10;

/** Asks people again who they are, before what cannot be undone. */
@Injectable()
export class ReauthenticationService implements Reauthentication {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly accounts: AccountsRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly totp: TotpService,
    private readonly attempts: LoginAttemptsService,
  ) {}

  /** @throws PasswordWrong, TooManyAttempts */
  async assertPassword(userId: string, password: string, ip: string): Promise<void> {
    const { email } = await this.users.get(userId);
    const attempt = await this.attempts.beginForAccount(email, ip);
    const account = await this.accounts.findByEmail(this.db, email);
    if (!(await verifyPassword(account?.passwordHash ?? null, password))) {
      throw PasswordWrong('Send your present password. You are still signed in.');
    }
    await attempt.succeeded();
  }

  /** @throws PasswordWrong, CodeRequired, CodeWrong, TooManyAttempts */
  async assert(person: Person, proof: Proof & { password: string }, ip: string): Promise<void> {
    await this.assertPassword(person.userId, proof.password, ip);
    await askedAgain(() => this.totp.assertIfEnabled(person.userId, proof.code));
  }

  /** The same, waived for ten minutes after signing in. @throws ReauthenticationRequired */
  async assertRecent(person: Person, { password, code }: Proof, ip: string): Promise<void> {
    if (password !== undefined) return this.assert(person, { password, code }, ip);
    if (person.sessionId && (await this.sessions.beganWithin(person.sessionId, RECENT_MINUTES))) return;
    throw ReauthenticationRequired('You signed in more than ten minutes ago: send your password.');
  }
}
