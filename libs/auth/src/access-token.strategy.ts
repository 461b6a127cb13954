import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import type { Principal } from '#core/http';
import type { AccessClaims, AccessTokenVerifier } from './access-token.verifier.js';
import { bearerOf } from './credentials.js';
import { whenKnown } from './when-known.js';

type Done<T> = (error: unknown, value?: T) => void;
type VerifyToken = (token: string, verifier: AccessTokenVerifier, options: unknown, done: Done<AccessClaims>) => void;

/**
 * passport-jwt verifies through one replaceable function. Ours is jose: keys by JWKS, asymmetric algorithms on WebCrypto.
 * What passport-jwt hands over as "secret or key" is the verifier of the strategy at hand.
 */
const verifyToken: VerifyToken = (token, verifier, _options, done) => {
  whenKnown(
    () => verifier.verify(token),
    (claims) => done(null, claims),
    done,
  );
};
(Strategy as unknown as { JwtVerifier: VerifyToken }).JwtVerifier = verifyToken;

/** Passport strategy for people: an access token in `Authorization: Bearer`. Gives the person's principal. */
export function createAccessTokenStrategy(
  verifier: AccessTokenVerifier,
  principalOf: (claims: AccessClaims, accessToken: string) => Principal | Promise<Principal>,
): Strategy {
  return new Strategy(
    {
      jwtFromRequest: (request: FastifyRequest) => bearerOf(request),
      secretOrKeyProvider: (_request, _token, done) => done(null, verifier as unknown as Buffer),
      passReqToCallback: true,
    },
    (request: FastifyRequest, claims: AccessClaims, done: Done<Principal>) => {
      whenKnown(
        () => principalOf(claims, bearerOf(request) ?? ''),
        (principal) => done(null, principal),
        done,
      );
    },
  );
}
