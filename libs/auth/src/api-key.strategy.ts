import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';
import type { Principal } from '#core/http';
import type { ApiKeyVerifier } from './api-key.verifier.js';
import { apiKeyOf } from './credentials.js';
import { whenKnown } from './when-known.js';

/** Passport strategy for programs: an API key in `Authorization: Bearer` or `X-API-Key`. Gives the key's principal. */
export class ApiKeyStrategy extends Strategy {
  override readonly name = 'api-key';

  constructor(private readonly verifier: ApiKeyVerifier) {
    super();
  }

  /** Called by Passport on a copy of the strategy that knows `success`, `fail` and `error` for this request. */
  override authenticate(request: unknown): void {
    const fastifyRequest = request as FastifyRequest;
    whenKnown(
      () => this.verifier.verify(apiKeyOf(fastifyRequest) ?? '', fastifyRequest.ip),
      (principal: Principal) => this.success(principal),
      (error: unknown) => this.error(error),
    );
  }
}
