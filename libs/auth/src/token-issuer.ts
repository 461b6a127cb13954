import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type AppConfig, ConfigurationError } from '#core/config';
import { ServiceUnavailable } from '#core/errors';
import type { SigningKeysService } from './signing-keys.service.js';

/** Who signs the access tokens we accept. The verifier is the same for both issuers. */
export interface TokenIssuer {
  /** The `iss` claim. */
  issuer: string;
  /** The only algorithms accepted, whatever a token's header says. */
  algorithms: string[];
  /** Finds the key for a token. */
  findKey: JWTVerifyGetKey;
}

const ASYMMETRIC = ['ES256', 'RS256'];

/** The issuer of this installation, by `AUTH_ISSUER`. */
export function createTokenIssuer(config: AppConfig, signingKeys: SigningKeysService): TokenIssuer {
  return config.auth.issuer === 'supabase' ? supabaseIssuer(config) : localIssuer(config, signingKeys);
}

/** The `iss` claim of the tokens this installation signs itself. */
export function localIssuerUrl(config: AppConfig): string {
  return `${config.http.publicUrl}/api/auth`;
}

function localIssuer(config: AppConfig, signingKeys: SigningKeysService): TokenIssuer {
  return { issuer: localIssuerUrl(config), algorithms: ASYMMETRIC, findKey: signingKeys.find };
}

/** @throws ConfigurationError without SUPABASE_URL or SUPABASE_ANON_KEY. */
function supabaseIssuer(config: AppConfig): TokenIssuer {
  const { url, anonKey, jwtSecret } = config.auth.supabase;
  const missing = [...(url ? [] : ['SUPABASE_URL']), ...(anonKey ? [] : ['SUPABASE_ANON_KEY'])];
  if (missing.length > 0) {
    throw new ConfigurationError(missing.map((name) => `${name} is needed when AUTH_ISSUER is supabase`));
  }
  const issuer = `${url}/auth/v1`;
  const remoteKeys = findRemoteKey(new URL(`${issuer}/.well-known/jwks.json`));
  if (!jwtSecret) return { issuer, algorithms: ASYMMETRIC, findKey: remoteKeys };
  // The legacy shared secret is its own key, never one out of the JWKS: a public key can thus not pass for a secret.
  const secret = new TextEncoder().encode(jwtSecret);
  return {
    issuer,
    algorithms: [...ASYMMETRIC, 'HS256'],
    findKey: (header, token) => (header.alg === 'HS256' ? secret : remoteKeys(header, token)),
  };
}

/** Fetches the JWKS when it is first needed, when it is ten minutes old, and when a token names an unknown key. */
function findRemoteKey(url: URL): JWTVerifyGetKey {
  const remoteKeys = createRemoteJWKSet(url, { timeoutDuration: 5_000, cooldownDuration: 5_000, cacheMaxAge: 600_000 });
  return async (header, token) => {
    try {
      return await remoteKeys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw ServiceUnavailable({ detail: 'The identity service does not answer.', retryAfterSeconds: 2, cause: error });
    }
  };
}
