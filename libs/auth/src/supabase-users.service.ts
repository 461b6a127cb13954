import { Injectable } from '@nestjs/common';
import { ShortLivedCache } from '#core/cache';
import { type Db, InjectDb } from '#core/db';
import type { AccessClaims } from './access-token.verifier.js';
import { AccountsRepository } from './accounts.repository.js';
import { SecondFactorRequired, SessionEnded } from './auth.errors.js';
import { SeenSessionsService } from './seen-sessions.service.js';
import { SupabaseAuthClient, type SupabaseUser, verifiedTotp } from './supabase-auth.client.js';
import { USER_LOCALES } from './users.dto.js';
import type { UserRow } from './users.repository.js';
import { UsersService } from './users.service.js';

/** A session that Supabase Auth ended, or a factor that was added elsewhere, counts here after at most this long. */
const CHECK_MS = 30_000;

interface KnownSession {
  userId: string;
}

/**
 * The people of Supabase Auth, here. On the project's own database a trigger keeps `public.users` in step; on another
 * PostgreSQL the first sign-in makes the row, and later ones follow a changed address.
 */
@Injectable()
export class SupabaseUsersService {
  private readonly sessions = new ShortLivedCache<KnownSession>({ max: 20_000, ttlMs: CHECK_MS });
  /** Sessions by person, so that ending them all is noticed here at once. */
  private readonly sessionsOf = new Map<string, Set<string>>();
  private plainPostgres: Promise<boolean> | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly accounts: AccountsRepository,
    private readonly users: UsersService,
    private readonly supabase: SupabaseAuthClient,
    private readonly seen: SeenSessionsService,
  ) {}

  /**
   * Asks Supabase Auth, at most every half minute per session, whether the session behind a verified token lives and
   * whether it began with the second factor that its person has.
   * @throws SessionEnded, SecondFactorRequired, ServiceUnavailable
   */
  async assertLive(claims: AccessClaims, accessToken: string): Promise<void> {
    // Tokens of one session differ in how it was proved; each is looked at.
    const key = `${claims.sessionId ?? accessToken}/${claims.assurance}`;
    const known = await this.sessions.get(key, async () => {
      const user = await this.supabase.userOf(accessToken);
      if (verifiedTotp(user) && claims.assurance !== 'aal2') {
        throw SecondFactorRequired('This session began without the second factor. Sign in again, with `code`.');
      }
      await this.follow(user);
      this.note(user.id, key);
      await this.seen.note(user.id, claims.sessionId, claims.assurance === 'aal2');
      return { userId: user.id };
    });
    if (known.userId !== claims.userId) throw SessionEnded('Sign in again.');
  }

  /** The person's row, made or brought in step. @throws SessionEnded for somebody who was erased here */
  async follow(user: SupabaseUser): Promise<UserRow> {
    const email = (user.email ?? '').toLowerCase();
    const known = await this.users.findNow(user.id);
    if (known?.email === email && known.emailVerified === Boolean(user.email_confirmed_at)) return known;
    if (email === '' || !(await this.isPlainPostgres())) {
      if (!known) throw SessionEnded('The account has no e-mail address.');
      return known;
    }
    const confirmed = Boolean(user.email_confirmed_at);
    const { name, full_name: fullName, locale } = user.user_metadata;
    await this.accounts.follow(this.db, {
      id: user.id,
      email,
      confirmed,
      name: text(name) ?? text(fullName) ?? '',
      locale: USER_LOCALES.find((one) => one === locale) ?? 'pt-BR',
    });
    const made = await this.users.findNow(user.id);
    if (!made) throw SessionEnded('The account was erased.');
    return made;
  }

  /** The next request of the session is checked anew. */
  forget(sessionId: string | null): void {
    if (sessionId === null) return;
    for (const assurance of ['aal1', 'aal2']) this.sessions.forget(`${sessionId}/${assurance}`);
  }

  forgetAll(userId: string): void {
    this.sessionsOf.get(userId)?.forEach((key) => this.sessions.forget(key));
    this.sessionsOf.delete(userId);
  }

  /** Whether `auth.users` is ours to write; else it is Supabase Auth's own. */
  isPlainPostgres(): Promise<boolean> {
    this.plainPostgres ??= this.accounts.isPlainPostgres(this.db);
    this.plainPostgres.catch(() => (this.plainPostgres = undefined));
    return this.plainPostgres;
  }

  private note(userId: string, key: string): void {
    if (this.sessionsOf.size > 20_000) this.sessionsOf.clear();
    const keys = this.sessionsOf.get(userId) ?? new Set();
    this.sessionsOf.set(userId, keys.add(key));
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 120) : undefined;
}
