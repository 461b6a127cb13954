import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Passport } from 'passport';
import { AppConfig } from '#core/config';
import { Unauthenticated } from '#core/errors';
import type { Principal } from '#core/http';
import { createAccessTokenStrategy } from './access-token.strategy.js';
import { AccessTokenVerifier } from './access-token.verifier.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { ApiKeyVerifier } from './api-key.verifier.js';
import { credentialKindOf } from './credentials.js';
import { PrincipalsService } from './principals.service.js';
import { SigningKeysService } from './signing-keys.service.js';
import { createTokenIssuer } from './token-issuer.js';

type Middleware = (request: FastifyRequest, reply: FastifyReply, next: (error: Error) => void) => void;

/**
 * Runs the Passport strategies. The Passport is this application's own, not the one that the package shares in the
 * process, so that several applications can live side by side.
 */
@Injectable()
export class AuthenticatorService {
  private readonly passport = new Passport();

  constructor(
    apiKeys: ApiKeyVerifier,
    signingKeys: SigningKeysService,
    principals: PrincipalsService,
    config: AppConfig,
  ) {
    const issuer = createTokenIssuer(config, signingKeys);
    const accessTokens = createAccessTokenStrategy(new AccessTokenVerifier(issuer), (claims) =>
      principals.ofPerson(claims, issuer.ownsSessions),
    );
    this.passport.use('access_token', accessTokens);
    this.passport.use('api_key', new ApiKeyStrategy(apiKeys));
  }

  /**
   * Who sent the request, by whichever credential it carries; not yet in an organization unless it is an API key.
   * @throws Unauthenticated without credentials, and the strategies' own 401 and 403.
   */
  authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const kind = credentialKindOf(request);
    if (kind === 'none') {
      throw Unauthenticated('Send an access token or API key as Authorization: Bearer, or an API key as X-API-Key.');
    }
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, principal: Principal | false, refusal?: unknown): void => {
        if (principal) resolve(principal);
        else reject(error ?? (refusal instanceof Error ? refusal : Unauthenticated()));
      };
      const authenticate = this.passport.authenticate(kind, { session: false }, done) as Middleware;
      authenticate(request, reply, reject);
    });
  }
}
