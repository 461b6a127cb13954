import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { API_KEY_PREFIX } from './api-key.js';
import { CredentialsAmbiguous } from './auth.errors.js';

/** What a request authenticates with. */
export type CredentialKind = 'access_token' | 'api_key' | 'none';

/**
 * Looks where credentials may be: an access token or API key in `Authorization: Bearer`, or an API key in `X-API-Key`.
 * @throws CredentialsAmbiguous for both headers at once: whichever we chose would surprise someone.
 */
export function credentialKindOf(request: FastifyRequest): CredentialKind {
  const bearer = bearerOf(request);
  const header = apiKeyHeaderOf(request);
  if (bearer !== null && header !== null) throw CredentialsAmbiguous('Send either Authorization or X-API-Key.');
  if (header !== null) return 'api_key';
  if (bearer === null) return 'none';
  return bearer.startsWith(API_KEY_PREFIX) ? 'api_key' : 'access_token';
}

/** The token of `Authorization: Bearer …` (RFC 6750; the scheme's name is case-insensitive). */
export function bearerOf(request: FastifyRequest): string | null {
  const match = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}

/** Parameter decorator: the access token of a request that a person has made. */
export const AccessToken = createParamDecorator(
  (_: unknown, context: ExecutionContext) => bearerOf(context.switchToHttp().getRequest<FastifyRequest>()) ?? '',
);

/** The API key of either header. */
export function apiKeyOf(request: FastifyRequest): string | null {
  return apiKeyHeaderOf(request) ?? bearerOf(request);
}

function apiKeyHeaderOf(request: FastifyRequest): string | null {
  const value = request.headers['x-api-key'];
  return typeof value === 'string' && value !== '' ? value : null;
}
