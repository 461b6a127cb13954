import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import type { Person } from '#core/http';
import { askedAgain } from './asked-again.js';
import { LinkInvalid, ReauthenticationRequired } from './auth.errors.js';
import { BackgroundWork } from './background-work.js';
import type { Passwords, Proof, Reauthentication } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { assertAnotherPassword, assertStrongPassword } from './password-policy.js';
import { SupabaseAuthClient, unwrap, withSecondFactor } from './supabase-auth.client.js';
import { SupabaseUsersService } from './supabase-users.service.js';
import { UsersService } from './users.service.js';

/** Passwords that Supabase Auth keeps, and asking for them again. */
@Injectable()
export class SupabasePasswordsService implements Passwords, Reauthentication {
  constructor(
    private readonly supabase: SupabaseAuthClient,
    private readonly people: SupabaseUsersService,
    private readonly users: UsersService,
    private readonly attempts: LoginAttemptsService,
    private readonly background: BackgroundWork,
    private readonly config: AppConfig,
  ) {}

  /** The answer does not wait: Supabase Auth tells known addresses by its limit on mails. @throws TooManyAttempts */
  async forgot(email: string, ip: string): Promise<void> {
    await this.attempts.beginForAddress(ip);
    this.background.begin('Supabase Auth sent no reset mail', async () => {
      const redirectTo = `${this.config.studioUrl}/reset-password`;
      const client = await this.supabase.anonymous();
      unwrap(await client.resetPasswordForEmail(email, { redirectTo }));
    });
  }

  /**
   * All sessions end. The link is used up even when the password or the code is then refused.
   * @throws LinkInvalid, PasswordTooWeak; SecondFactorRequired, SecondFactorInvalid for people who have one
   */
  async reset({ token, password, code }: { token: string; password: string; code?: string }): Promise<void> {
    await assertStrongPassword(password, []);
    const client = await this.supabase.anonymous();
    const { session } = unwrap(await client.verifyOtp({ type: 'recovery', token_hash: token }));
    if (!session) throw LinkInvalid('Ask for another mail.');
    const raised = await withSecondFactor(client, session, code);
    unwrap(await client.updateUser({ password }));
    await this.supabase.signOut(raised.access_token, 'global');
    this.people.forgetAll(session.user.id);
    if (session.user.email) await this.attempts.forgive(session.user.email);
  }

  /** The other sessions end. @throws PasswordWrong, PasswordTooWeak, TooManyAttempts, CodeRequired, CodeWrong */
  async change(
    person: Person,
    passwords: { current: string; next: string; code?: string },
    ip: string,
    accessToken: string,
  ): Promise<void> {
    const { email, name } = await this.users.get(person.userId);
    assertAnotherPassword(passwords.next, passwords.current);
    await assertStrongPassword(passwords.next, [email, name], '/newPassword');
    await this.assert(person, { password: passwords.current, code: passwords.code }, ip);
    const client = await this.supabase.actingAs(accessToken);
    unwrap(await client.updateUser({ password: passwords.next }));
    await this.supabase.signOut(accessToken, 'others');
    this.people.forgetAll(person.userId);
  }

  /** Signs in beside the session and out again. @throws PasswordWrong, CodeRequired, CodeWrong */
  async assert(person: Person, proof: Proof & { password: string }, ip: string): Promise<void> {
    const { email } = await this.users.get(person.userId);
    const attempt = await this.attempts.beginForAccount(email, ip);
    const client = await this.supabase.anonymous();
    const raised = await askedAgain(async () => {
      const { session } = unwrap(await client.signInWithPassword({ email, password: proof.password }));
      return withSecondFactor(client, session, proof.code);
    });
    await attempt.succeeded();
    await this.supabase.signOut(raised.access_token, 'local');
  }

  /** Supabase Auth does not tell when a session began: the password is always needed. @throws ReauthenticationRequired */
  async assertRecent(person: Person, { password, code }: Proof, ip: string): Promise<void> {
    if (password === undefined) throw ReauthenticationRequired('Send your password.');
    await this.assert(person, { password, code }, ip);
  }
}
