import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ShortLivedCache } from '#core/cache';
import { ANONYMOUS, AuditTrail, personActor } from '#core/audit';
import { AppConfig } from '#core/config';
import { deriveKey, sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx } from '#core/db';
import { NotFound } from '#core/errors';
import { AllSessionsClosed, RefreshTokenReplayed, SessionClosed } from './auth.audit.js';
import { RefreshTokenInvalid, RefreshTokenReused, SessionEnded } from './auth.errors.js';
import type { Caller } from './caller.js';
import { type SessionRow, SessionsRepository } from './sessions.repository.js';

/** A refresh token ends after a month without use, a session after half a year whatever happens. */
const REFRESH_TOKEN_DAYS = 30;
const SESSION_DAYS = 180;
/**
 * A page that refreshes twice at once (a double click, two tabs, a repeated request whose answer was lost) is no thief.
 * Within this time the old token gives the same new one again, as long as the new one was not used.
 */
const REUSE_GRACE_SECONDS = 10;
/** An ended session is refused everywhere after at most this long. */
const LIVENESS_CACHE_MS = 4_000;

export interface OpenSession {
  sessionId: string;
  userId: string;
  refreshToken: string;
}

type Refreshed = { kind: 'open'; session: OpenSession } | { kind: 'refused'; error: Error; endedSessionIds: string[] };

/**
 * Sessions of the local issuer, each with a chain of refresh tokens. A token is random, stored as SHA-256, exchanged
 * once. Its successor is HMAC(secret, token): whoever repeats an exchange gets the same successor, which is never stored
 * in clear, and concurrent exchanges cannot fork the chain. A token that returns after its successor was used, or after
 * the grace time, is a copy in other hands: the session and its descendants end (RFC 9700, 4.14.2).
 */
@Injectable()
export class SessionsService {
  private readonly chainKey: Buffer;
  private readonly liveness = new ShortLivedCache<{ userId: string } | undefined>({
    max: 20_000,
    ttlMs: LIVENESS_CACHE_MS,
  });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: SessionsRepository,
    private readonly audit: AuditTrail,
    config: AppConfig,
  ) {
    this.chainKey = deriveKey(config.appSecret, 'refresh-token-chain');
  }

  /** Opens a session; part of the transaction that proved who the user is. */
  async open(trx: Trx, userId: string, caller: Caller): Promise<OpenSession> {
    await this.repository.deleteOldSessions(trx, userId);
    const sessionId = await this.repository.insertSession(trx, userId, caller, SESSION_DAYS);
    const refreshToken = randomBytes(32).toString('base64url');
    await this.repository.insertRefreshToken(trx, sessionId, sha256(refreshToken), REFRESH_TOKEN_DAYS);
    return { sessionId, userId, refreshToken };
  }

  /**
   * Exchanges a refresh token for the next one.
   * @throws RefreshTokenInvalid, SessionEnded, RefreshTokenReused (then the session has been ended)
   */
  async refresh(refreshToken: string, caller: Caller): Promise<OpenSession> {
    const result = await this.db.transaction().execute((trx) => this.exchange(trx, refreshToken, caller));
    if (result.kind === 'open') return result.session;
    result.endedSessionIds.forEach((id) => this.liveness.forget(id));
    throw result.error;
  }

  /** Refusals are returned, not thrown: what they changed must be committed. */
  private async exchange(trx: Trx, refreshToken: string, caller: Caller): Promise<Refreshed> {
    const next = this.successorOf(refreshToken);
    const claimed = await this.repository.claimRefreshToken(trx, sha256(refreshToken));
    if (claimed) {
      await this.repository.insertRefreshToken(trx, claimed.sessionId, sha256(next), REFRESH_TOKEN_DAYS);
      await this.repository.touchSession(trx, claimed.sessionId, caller);
      await this.repository.deleteExpiredTokens(trx, claimed.sessionId);
      return { kind: 'open', session: { ...claimed, refreshToken: next } };
    }
    const known = await this.repository.findRefreshToken(trx, sha256(refreshToken));
    if (!known?.tokenLive) return refused(RefreshTokenInvalid('Sign in again.'));
    if (!known.sessionLive) return refused(SessionEnded('Sign in again.'));
    const successor = await this.repository.findRefreshToken(trx, sha256(next));
    const repeated = known.usedSecondsAgo !== null && known.usedSecondsAgo <= REUSE_GRACE_SECONDS;
    if (repeated && successor?.usedSecondsAgo === null) {
      return { kind: 'open', session: { sessionId: known.sessionId, userId: known.userId, refreshToken: next } };
    }
    const ended = await this.repository.revokeFamily(trx, known.family);
    await this.audit.write(trx, RefreshTokenReplayed, {
      by: ANONYMOUS,
      target: known.sessionId,
      outcome: 'denied',
    });
    return refused(RefreshTokenReused('The session was ended to be safe. Sign in again.'), ended);
  }

  /** Whether a session lives and belongs to the user. Remembered for a few seconds. */
  isLive(sessionId: string, userId: string): boolean | Promise<boolean> {
    const session = this.liveness.read(sessionId, () => this.repository.findLiveSession(this.db, sessionId));
    return session instanceof Promise ? session.then((late) => late?.userId === userId) : session?.userId === userId;
  }

  /** Whether somebody proved who they are within so many minutes, by signing in. */
  beganWithin(sessionId: string, minutes: number): Promise<boolean> {
    return this.repository.beganWithin(this.db, sessionId, minutes);
  }

  list(userId: string): Promise<SessionRow[]> {
    return this.repository.listLiveSessions(this.db, userId);
  }

  /** @throws NotFound when the user has no such living session. */
  async end(userId: string, sessionId: string): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      if (!(await this.repository.revokeSession(trx, userId, sessionId))) throw NotFound();
      await this.audit.write(trx, SessionClosed, { by: personActor(userId), target: sessionId });
    });
    this.liveness.forget(sessionId);
  }

  /** Ends all sessions of a person, save the one to keep. */
  async endAll(userId: string, exceptSessionId?: string): Promise<void> {
    const ended = await this.db.transaction().execute(async (trx) => {
      const ids = await this.repository.revokeAllSessions(trx, userId, exceptSessionId);
      if (ids.length > 0) {
        const after = { sessions: ids.length };
        await this.audit.write(trx, AllSessionsClosed, { by: personActor(userId), target: userId, after });
      }
      return ids;
    });
    ended.forEach((id) => this.liveness.forget(id));
  }

  private successorOf(refreshToken: string): string {
    return createHmac('sha256', this.chainKey).update(refreshToken).digest('base64url');
  }
}

function refused(error: Error, endedSessionIds: string[] = []): Refreshed {
  return { kind: 'refused', error, endedSessionIds };
}
