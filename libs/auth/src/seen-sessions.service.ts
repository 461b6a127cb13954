import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AuditTrail, personActor } from '#core/audit';
import { type Db, InjectDb } from '#core/db';
import { SignedIn } from './auth.audit.js';

const MAX_SESSIONS = 50_000;

/**
 * Sign-ins that happen where we do not see them. People of Supabase Auth may sign in there, with a browser's client or
 * another provider's account; what reaches us is a token. The first request of a session, on whichever node, leaves the
 * line that a sign-in through our routes leaves, with the address and agent of that request.
 */
@Injectable()
export class SeenSessionsService {
  /** Sessions that the log knows of, so that it is asked once by each process. */
  private readonly told = new LRUCache<string, true>({ max: MAX_SESSIONS });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly audit: AuditTrail,
  ) {}

  /** @param sessionId null: the token names none, and there is nothing to tell sessions apart by */
  async note(userId: string, sessionId: string | null, secondFactor: boolean): Promise<void> {
    if (sessionId === null || this.told.has(sessionId)) return;
    const by = personActor(userId);
    await this.audit.noteOnce(this.db, SignedIn, { by, target: sessionId, after: { secondFactor } });
    this.told.set(sessionId, true);
  }
}
