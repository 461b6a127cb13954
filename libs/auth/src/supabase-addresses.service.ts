import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { messageOf } from '#core/errors';
import type { Person } from '#core/http';
import { EmailTaken, NotOfferedByIssuer } from './auth.errors.js';
import { BackgroundWork } from './background-work.js';
import type { AccountRemoval, Addresses } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { SupabaseAuthClient, unwrap } from './supabase-auth.client.js';
import { refusalOf } from './supabase-auth.errors.js';
import { SupabaseUsersService } from './supabase-users.service.js';

/** Addresses that Supabase Auth proves, and the end of accounts there. */
@Injectable()
export class SupabaseAddressesService implements Addresses, AccountRemoval {
  private readonly logger = new Logger('SupabaseAuth');

  constructor(
    private readonly supabase: SupabaseAuthClient,
    private readonly people: SupabaseUsersService,
    private readonly attempts: LoginAttemptsService,
    private readonly background: BackgroundWork,
    private readonly config: AppConfig,
  ) {}

  /** Proves the address without signing in. @throws LinkInvalid */
  async confirm(token: string): Promise<void> {
    await this.useLink('email', token);
  }

  /** The answer does not wait: Supabase Auth tells known addresses by its limit on mails. @throws TooManyAttempts */
  async resend(email: string, ip: string): Promise<void> {
    await this.attempts.beginForAddress(ip);
    this.background.begin('Supabase Auth sent no verification mail', async () => {
      const emailRedirectTo = `${this.config.studioUrl}/confirm-registration`;
      const client = await this.supabase.anonymous();
      unwrap(await client.resend({ type: 'signup', email, options: { emailRedirectTo } }));
    });
  }

  /** Supabase Auth sends the mails; with its "Secure email change", one to each address. @throws RateLimited */
  async requestChange(person: Person, email: string, accessToken: string): Promise<void> {
    await this.attempts.countMail(`change-email:${person.userId}`);
    const client = await this.supabase.actingAs(accessToken);
    const emailRedirectTo = `${this.config.studioUrl}/confirm-email`;
    const { error } = await client.updateUser({ email }, { emailRedirectTo });
    if (!error) return;
    // Whose address it is, is not the asker's to know.
    if (!EmailTaken.is(refusalOf(error))) throw refusalOf(error);
  }

  /** @throws LinkInvalid */
  async confirmChange(token: string): Promise<void> {
    await this.useLink('email_change', token);
  }

  /** @throws NotOfferedByIssuer on a database that is not the project's own, without the secret key */
  async assertPossible(): Promise<void> {
    if (this.supabase.canDelete || !(await this.people.isPlainPostgres())) return;
    throw NotOfferedByIssuer('Deleting accounts at Supabase Auth needs SUPABASE_SECRET_KEY on this installation.');
  }

  /** On the project's own database the erasure has done it. */
  async remove(userId: string): Promise<void> {
    this.people.forgetAll(userId);
    if (!(await this.people.isPlainPostgres())) return;
    try {
      await this.supabase.deleteUser(userId);
    } catch (error) {
      // Here everything is gone already, and the id cannot come back: what is left is somebody else's to repeat.
      this.logger.error(`The account ${userId} must be deleted at Supabase Auth by hand: ${messageOf(error)}`);
    }
  }

  private async useLink(type: 'email' | 'email_change', token: string): Promise<void> {
    const client = await this.supabase.anonymous();
    const { session, user } = unwrap(await client.verifyOtp({ type, token_hash: token }));
    // The first of two links of a "Secure email change" brings neither.
    if (user) await this.people.follow(user);
    if (session) await this.supabase.signOut(session.access_token, 'local');
  }
}
