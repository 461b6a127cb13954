import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import type { Db, Trx } from '#core/db';
import type { Caller } from './caller.js';

export interface SessionRow {
  id: string;
  userAgent: string | null;
  ip: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

/** A refresh token that exists, and the session it belongs to. Times are compared by the database's clock. */
export interface RefreshTokenState {
  sessionId: string;
  userId: string;
  family: string;
  sessionLive: boolean;
  tokenLive: boolean;
  /** Seconds since it was exchanged; null: it was not. */
  usedSecondsAgo: number | null;
}

@Injectable()
export class SessionsRepository {
  /** @returns the session's id. */
  async insertSession(trx: Trx, userId: string, caller: Caller, maxAgeDays: number): Promise<string> {
    const id = newId();
    await trx
      .insertInto('identity.sessions')
      .values({
        id,
        user_id: userId,
        family: newId(),
        user_agent: caller.userAgent,
        ip: caller.ip,
        last_used_at: sql`now()`,
        expires_at: sql`now() + make_interval(days => ${maxAgeDays}::int)`,
      })
      .execute();
    return id;
  }

  /** Whether a session began within so many minutes. */
  async beganWithin(db: Db, sessionId: string, minutes: number): Promise<boolean> {
    const row = await db
      .selectFrom('identity.sessions')
      .select('id')
      .where('id', '=', sessionId)
      .where('created_at', '>', sql<Date>`now() - make_interval(mins => ${minutes}::int)`)
      .executeTakeFirst();
    return row !== undefined;
  }

  async insertRefreshToken(trx: Trx, sessionId: string, tokenHash: Buffer, maxAgeDays: number): Promise<void> {
    await trx
      .insertInto('identity.refresh_tokens')
      .values({
        id: newId(),
        session_id: sessionId,
        token_hash: tokenHash,
        expires_at: sql`now() + make_interval(days => ${maxAgeDays}::int)`,
      })
      .execute();
  }

  /**
   * Marks an unused, living token as used. Of several concurrent callers exactly one gets the session back, the others
   * wait for its commit and get nothing.
   */
  async claimRefreshToken(trx: Trx, tokenHash: Buffer): Promise<{ sessionId: string; userId: string } | undefined> {
    const row = await trx
      .updateTable('identity.refresh_tokens as token')
      .from('identity.sessions as session')
      .set({ used_at: sql`now()` })
      .whereRef('session.id', '=', 'token.session_id')
      .where('token.token_hash', '=', tokenHash)
      .where('token.used_at', 'is', null)
      .where('token.expires_at', '>', sql<Date>`now()`)
      .where('session.revoked_at', 'is', null)
      .where('session.expires_at', '>', sql<Date>`now()`)
      .returning(['session.id as sessionId', 'session.user_id as userId'])
      .executeTakeFirst();
    return row;
  }

  async findRefreshToken(db: Db, tokenHash: Buffer): Promise<RefreshTokenState | undefined> {
    return db
      .selectFrom('identity.refresh_tokens as token')
      .innerJoin('identity.sessions as session', 'session.id', 'token.session_id')
      .where('token.token_hash', '=', tokenHash)
      .select([
        'session.id as sessionId',
        'session.user_id as userId',
        'session.family',
        sql<boolean>`session.revoked_at is null and session.expires_at > now()`.as('sessionLive'),
        sql<boolean>`token.expires_at > now()`.as('tokenLive'),
        sql<number | null>`extract(epoch from clock_timestamp() - token.used_at)::float8`.as('usedSecondsAgo'),
      ])
      .executeTakeFirst();
  }

  async touchSession(trx: Trx, sessionId: string, caller: Caller): Promise<void> {
    await trx
      .updateTable('identity.sessions')
      .set({ last_used_at: sql`now()`, ip: caller.ip, user_agent: caller.userAgent })
      .where('id', '=', sessionId)
      .execute();
  }

  /** Tokens past their expiry cannot be told from unknown ones any more: nothing is lost with them. */
  async deleteExpiredTokens(trx: Trx, sessionId: string): Promise<void> {
    await trx
      .deleteFrom('identity.refresh_tokens')
      .where('session_id', '=', sessionId)
      .where('expires_at', '<=', sql<Date>`now()`)
      .execute();
  }

  /** A user's sessions that ended or expired a month ago; their tokens go with them. */
  async deleteOldSessions(trx: Trx, userId: string): Promise<void> {
    await trx
      .deleteFrom('identity.sessions')
      .where('user_id', '=', userId)
      .where(sql<Date>`least(expires_at, coalesce(revoked_at, expires_at))`, '<', sql<Date>`now() - interval '30 days'`)
      .execute();
  }

  /** The user of a session that is neither ended nor expired. */
  async findLiveSession(db: Db, sessionId: string): Promise<{ userId: string } | undefined> {
    return db
      .selectFrom('identity.sessions')
      .select('user_id as userId')
      .where('id', '=', sessionId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
  }

  /** A user's living sessions, the most recently used first. */
  async listLiveSessions(db: Db, userId: string): Promise<SessionRow[]> {
    return db
      .selectFrom('identity.sessions')
      .select([
        'id',
        'user_agent as userAgent',
        sql<string | null>`host(ip::inet)`.as('ip'),
        'created_at as createdAt',
        'last_used_at as lastUsedAt',
        'expires_at as expiresAt',
      ])
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .orderBy('last_used_at', 'desc')
      .limit(200)
      .execute();
  }

  /** Ends one session of a user. @returns whether there was one to end. */
  async revokeSession(db: Db, userId: string, sessionId: string): Promise<boolean> {
    const result = await db
      .updateTable('identity.sessions')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', sessionId)
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Ends all sessions of a user, save one. @returns their ids. */
  async revokeAllSessions(db: Db, userId: string, exceptSessionId?: string): Promise<string[]> {
    let query = db
      .updateTable('identity.sessions')
      .set({ revoked_at: sql`now()` })
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null);
    if (exceptSessionId) query = query.where('id', '<>', exceptSessionId);
    const rows = await query.returning('id').execute();
    return rows.map((row) => row.id);
  }

  /** Ends the sessions that descend from one login. @returns their ids. */
  async revokeFamily(db: Db, family: string): Promise<string[]> {
    const rows = await db
      .updateTable('identity.sessions')
      .set({ revoked_at: sql`now()` })
      .where('family', '=', family)
      .where('revoked_at', 'is', null)
      .returning('id')
      .execute();
    return rows.map((row) => row.id);
  }
}
