import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import type { Principal } from '#core/http';
import type { AccessClaims } from './access-token.verifier.js';
import { SessionEnded } from './auth.errors.js';
import { SessionsService } from './sessions.service.js';
import { SupabaseUsersService } from './supabase-users.service.js';
import type { UserRow } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Turns a verified access token into a principal, by what the database says now. */
@Injectable()
export class PrincipalsService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly people: SupabaseUsersService,
    private readonly config: AppConfig,
  ) {}

  /** @throws SessionEnded when the session or the person is gone; with Supabase Auth SecondFactorRequired, ServiceUnavailable */
  ofPerson(claims: AccessClaims, accessToken: string): Principal | Promise<Principal> {
    if (this.config.auth.issuer === 'supabase') return this.ofSupabasePerson(claims, accessToken);
    const user = this.users.find(claims.userId);
    const live = this.sessionLives(claims);
    // Nearly always both are remembered: then nothing is waited for.
    if (!(user instanceof Promise) && !(live instanceof Promise)) return principalOf(user, live, claims);
    return Promise.all([user, live]).then(([lateUser, lateLive]) => principalOf(lateUser, lateLive, claims));
  }

  private async ofSupabasePerson(claims: AccessClaims, accessToken: string): Promise<Principal> {
    await this.people.assertLive(claims, accessToken);
    const user = await this.users.find(claims.userId);
    // Supabase Auth keeps the factors; the token says whether the session proved one.
    const principal = principalOf(user, true, claims);
    return { ...principal, hasSecondFactor: claims.assurance === 'aal2' };
  }

  private sessionLives(claims: AccessClaims): boolean | Promise<boolean> {
    return claims.sessionId !== null && this.sessions.isLive(claims.sessionId, claims.userId);
  }
}

function principalOf(user: UserRow | undefined, live: boolean, claims: AccessClaims): Principal {
  if (!user || !live) throw SessionEnded('Sign in again.');
  return {
    kind: 'user',
    userId: user.id,
    apiKeyId: null,
    sessionId: claims.sessionId,
    testMode: false,
    isOperator: user.isOperator,
    hasSecondFactor: user.hasSecondFactor,
    organization: null,
    claims: { role: 'authenticated', sub: user.id },
    expiresAt: claims.expiresAt,
  };
}
