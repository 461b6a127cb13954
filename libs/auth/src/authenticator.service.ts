import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Strategy } from 'passport';
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

/**
 * Chooses the Passport strategy for a request and runs it. Passport's own middleware is left out: it belongs to Express
 * (it hangs `login()` and `logout()` on each request) and keeps its strategies in one registry for the whole process.
 */
@Injectable()
export class AuthenticatorService {
  private readonly strategies: Record<'access_token' | 'api_key', Strategy>;

  constructor(
    apiKeys: ApiKeyVerifier,
    signingKeys: SigningKeysService,
    principals: PrincipalsService,
    config: AppConfig,
  ) {
    const issuer = createTokenIssuer(config, signingKeys);
    this.strategies = {
      access_token: createAccessTokenStrategy(new AccessTokenVerifier(issuer), (claims, token) =>
        principals.ofPerson(claims, token),
      ),
      api_key: new ApiKeyStrategy(apiKeys),
    };
  }

  /**
   * Who sent the request, by whichever credential it carries; not yet in an organization unless it is an API key.
   * @throws Unauthenticated without credentials, and the strategies' own 401 and 403.
   */
  authenticate(request: FastifyRequest): Principal | Promise<Principal> {
    const kind = credentialKindOf(request);
    if (kind === 'none') {
      throw Unauthenticated('Send an access token or API key as Authorization: Bearer, or an API key as X-API-Key.');
    }
    return runStrategy(this.strategies[kind], request);
  }
}

/** Passport's contract: a strategy ends by calling one of these on a copy of itself made for the request. */
interface Outcome {
  authenticate(request: FastifyRequest): void;
  success(principal: Principal): void;
  fail(refusal: unknown): void;
  error(error: Error): void;
}

/** A strategy may answer before `authenticate` returns: then nothing is waited for. */
function runStrategy(strategy: Strategy, request: FastifyRequest): Principal | Promise<Principal> {
  const state: { principal?: Principal; refusal?: { error: unknown }; later?: PromiseWithResolvers<Principal> } = {};
  const refuse = (error: unknown): void => {
    if (state.later) state.later.reject(error);
    else state.refusal = { error };
  };
  const running = Object.create(strategy) as Outcome;
  running.success = (principal) => {
    if (state.later) state.later.resolve(principal);
    else state.principal = principal;
  };
  running.fail = (reason) => refuse(reason instanceof Error ? reason : Unauthenticated());
  running.error = refuse;
  running.authenticate(request);
  if (state.principal) return state.principal;
  if (state.refusal) throw state.refusal.error;
  state.later = Promise.withResolvers<Principal>();
  return state.later.promise;
}
