import { normalizeIp } from './throttler.js';
import type { FastifyRequest } from 'fastify';
import type { Access, Principal } from '#core/http';
import { type Bucket, WINDOW_SECONDS } from './token-store.js';

/** Requests a minute that do not depend on a plan; all limits are multiplied by `RATE_LIMIT_FACTOR`. */
export const PER_MINUTE = {
  /** Reading without credentials, per address. */
  public: 600,
  /** Everything else without credentials, per address: signing in, signing up, asking for mails. */
  signIn: 120,
  /** Credentials that were refused, per address. */
  refusedCredentials: 120,
  /** With credentials, per address; a plan that allows more raises it. */
  address: 3000,
  /** A person outside of any organization: profile, sessions, the list of organizations. */
  person: 120,
  /** A person of the platform's own. */
  operator: 1200,
} as const;

/** A bucket with the name that headers and refusals use for it. */
export interface PolicyBucket extends Bucket {
  policy: PolicyName;
}

export type PolicyName =
  'organization' | 'api-key' | 'user' | 'operator' | 'address' | 'public' | 'sign-in' | 'refused-credentials';

/** What a request is counted in: one token of each bucket. */
export function bucketsOf(request: FastifyRequest, access: Access, factor: number): PolicyBucket[] {
  const principal = access.kind === 'public' ? undefined : request.principal;
  if (!principal) {
    return isSafe(request.method)
      ? [addressBucket('public', request.ip, PER_MINUTE.public, factor)]
      : [addressBucket('sign-in', request.ip, PER_MINUTE.signIn, factor)];
  }
  const ofPlan = principal.organization?.limits.requestsPerMinute;
  return [
    ...(principal.organization && ofPlan ? [bucket('organization', principal.organization.id, ofPlan, factor)] : []),
    callerBucket(principal, access, ofPlan, factor),
    addressBucket('address', request.ip, Math.max(PER_MINUTE.address, ofPlan ?? 0), factor),
  ];
}

/** Who was refused is unknown: only the address answers for it. */
export function refusedCredentialsBucket(request: FastifyRequest, factor: number): PolicyBucket {
  return addressBucket('refused-credentials', request.ip, PER_MINUTE.refusedCredentials, factor);
}

/** `RateLimit-Policy` for these buckets (draft-ietf-httpapi-ratelimit-headers-10): quota `q` in a window of `w` seconds. */
export function policyHeader(buckets: PolicyBucket[]): string {
  let text = '';
  for (const { policy, limit } of buckets) {
    text += `${text === '' ? '' : ', '}"${policy}";q=${limit};w=${WINDOW_SECONDS}`;
  }
  return text;
}

/** Reads go on when the shared buckets are lost; what may cost money does not. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** One key or person can use the whole plan; a person in many organizations has no more than in the one at hand. */
function callerBucket(principal: Principal, access: Access, ofPlan: number | undefined, factor: number): PolicyBucket {
  if (principal.apiKeyId !== null) return bucket('api-key', principal.apiKeyId, ofPlan ?? PER_MINUTE.person, factor);
  const id = principal.userId ?? '';
  if (access.kind === 'authenticated' && access.operator) return bucket('operator', id, PER_MINUTE.operator, factor);
  return bucket('user', id, ofPlan ?? PER_MINUTE.person, factor);
}

/** An IPv6 customer has at least a /64 of addresses to come from. */
function addressBucket(policy: PolicyName, ip: string, perMinute: number, factor: number): PolicyBucket {
  return bucket(policy, normalizeIp(ip, 64), perMinute, factor);
}

/** The limit is part of the key: one time cannot stand for two rates. */
function bucket(policy: PolicyName, id: string, perMinute: number, factor: number): PolicyBucket {
  const limit = Math.max(1, Math.round(perMinute * factor));
  return { policy, key: `${policy}:${id}:${limit}`, limit };
}
