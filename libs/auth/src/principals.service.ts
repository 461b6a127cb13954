import { Injectable } from '@nestjs/common';
import type { Principal } from '#core/http';
import type { AccessClaims } from './access-token.verifier.js';
import { SessionEnded } from './auth.errors.js';
import { SessionsService } from './sessions.service.js';
import { UsersService } from './users.service.js';

/** Turns a verified access token into a principal, by what the database says now. */
@Injectable()
export class PrincipalsService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * @param ownsSessions whether our database knows the session, so that an ended one counts before the token expires.
   * @throws SessionEnded when the session or the person is gone.
   */
  async ofPerson(claims: AccessClaims, ownsSessions: boolean): Promise<Principal> {
    const [user, live] = await Promise.all([
      this.users.find(claims.userId),
      ownsSessions ? this.sessionLives(claims) : true,
    ]);
    if (!user || !live) throw SessionEnded('Sign in again.');
    return {
      kind: 'user',
      userId: user.id,
      apiKeyId: null,
      sessionId: claims.sessionId,
      testMode: false,
      isOperator: user.isOperator,
      organization: null,
      claims: { role: 'authenticated', sub: user.id },
      expiresAt: claims.expiresAt,
    };
  }

  private async sessionLives(claims: AccessClaims): Promise<boolean> {
    return claims.sessionId !== null && this.sessions.isLive(claims.sessionId, claims.userId);
  }
}
