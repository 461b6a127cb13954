import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { ShortLivedCache } from '#core/cache';
import { isUuid as isUuidText } from '#core/http';
import { TokenExpired, TokenInvalid } from './auth.errors.js';
import type { TokenIssuer } from './token-issuer.js';

export const TOKEN_AUDIENCE = 'authenticated';
export const TOKEN_ROLE = 'authenticated';

/** What a verified access token says. */
export interface AccessClaims {
  userId: string;
  sessionId: string | null;
  /** How surely the session knows its person: aal2 is with a second factor. */
  assurance: 'aal1' | 'aal2';
  expiresAt: Date;
}

const MAX_TOKEN_CHARACTERS = 8_192;
/** The issuer's clock may be a little ahead or behind. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** A signature does not change: it is checked once, the expiry at every use. The bound is for a withdrawn key. */
const REMEMBER_MS = 30_000;
/** Header members that bring or point to a key (RFC 7515, 4.1.2–4.1.8): the caller does not choose the key. */
const KEY_CARRIERS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

/** Verifies access tokens (JWS, RFC 7519 claims) of one issuer. */
export class AccessTokenVerifier {
  private readonly verified = new ShortLivedCache<AccessClaims>({ max: 5_000, ttlMs: REMEMBER_MS });

  constructor(private readonly issuer: TokenIssuer) {}

  /**
   * @throws TokenInvalid, TokenExpired
   * @throws ServiceUnavailable when the issuer's keys cannot be fetched (from the issuer)
   */
  verify(token: string): AccessClaims | Promise<AccessClaims> {
    if (token.length > MAX_TOKEN_CHARACTERS) throw TokenInvalid('The token is too long.');
    const claims = this.verified.read(token, () => this.check(token));
    return claims instanceof Promise ? claims.then(stillValid) : stillValid(claims);
  }

  private async check(token: string): Promise<AccessClaims> {
    try {
      const header = decodeProtectedHeader(token);
      if (KEY_CARRIERS.some((name) => header[name] !== undefined)) throw TokenInvalid();
      const { payload } = await jwtVerify(token, this.issuer.findKey, {
        algorithms: this.issuer.algorithms,
        issuer: this.issuer.issuer,
        audience: TOKEN_AUDIENCE,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp', 'role'],
      });
      return readClaims(payload);
    } catch (error) {
      throw asRefusal(error);
    }
  }
}

function stillValid(claims: AccessClaims): AccessClaims {
  if (claims.expiresAt.getTime() + CLOCK_TOLERANCE_SECONDS * 1000 <= Date.now()) throw TokenExpired();
  return claims;
}

function readClaims(payload: JWTPayload): AccessClaims {
  // A service_role token is signed by the same keys and would be a master key here: only people's tokens come in.
  if (payload.role !== TOKEN_ROLE) throw TokenInvalid();
  if (!isUuid(payload.sub) || payload.exp === undefined) throw TokenInvalid();
  return {
    userId: payload.sub,
    sessionId: isUuid(payload['session_id']) ? payload['session_id'] : null,
    assurance: payload['aal'] === 'aal2' ? 'aal2' : 'aal1',
    expiresAt: new Date(payload.exp * 1000),
  };
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && isUuidText(value);
}

/** The reason for a refusal helps an attacker more than a client: all faults but expiry look the same. */
function asRefusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return TokenExpired();
  // TypeError is jose's answer to a text that is no JWS at all.
  if (error instanceof errors.JOSEError || error instanceof TypeError) return TokenInvalid({ cause: error });
  return error;
}
