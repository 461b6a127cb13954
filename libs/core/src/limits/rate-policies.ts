import { normalizeIp } from './throttler.js';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Access, OrganizationContext, Principal } from '#core/http';
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
  /** Its item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10): quota `q` in a window of `w` seconds. */
  item: string;
}

export type PolicyName =
  'organization' | 'api-key' | 'user' | 'operator' | 'address' | 'public' | 'sign-in' | 'refused-credentials';

/** Addresses whose buckets' names are remembered. */
const MAX_ADDRESSES = 10_000;

/** Says what a request is counted in: one token of each bucket. What does not depend on the request is made once. */
export class RatePolicies {
  private readonly ofOrganization = new WeakMap<OrganizationContext, PolicyBucket[]>();
  private readonly ofAddress = new LRUCache<string, Map<PolicyName, PolicyBucket>>({ max: MAX_ADDRESSES });

  constructor(private readonly factor: number) {}

  bucketsOf(request: FastifyRequest, access: Access): PolicyBucket[] {
    const principal = access.kind === 'public' ? undefined : request.principal;
    if (!principal) {
      return isSafe(request.method)
        ? [this.addressBucket('public', request.ip, PER_MINUTE.public)]
        : [this.addressBucket('sign-in', request.ip, PER_MINUTE.signIn)];
    }
    const ofPlan = principal.organization?.limits.requestsPerMinute ?? 0;
    return [
      ...this.callerBuckets(principal, access),
      this.addressBucket('address', request.ip, Math.max(PER_MINUTE.address, ofPlan)),
    ];
  }

  /** Whoever it is: only the address is looked at. */
  public(request: FastifyRequest): PolicyBucket[] {
    return [this.addressBucket('public', request.ip, PER_MINUTE.public)];
  }

  /** Who was refused is unknown: only the address answers for it. */
  refusedCredentials(request: FastifyRequest): PolicyBucket[] {
    return [this.addressBucket('refused-credentials', request.ip, PER_MINUTE.refusedCredentials)];
  }

  /** A context is of one member or key in one organization, and remembered with them. */
  private callerBuckets(principal: Principal, access: Access): PolicyBucket[] {
    const { organization } = principal;
    if (access.kind === 'authenticated' && access.operator) {
      return [this.bucket('operator', principal.userId ?? '', PER_MINUTE.operator)];
    }
    if (!organization) return [this.bucket('user', principal.userId ?? '', PER_MINUTE.person)];
    let buckets = this.ofOrganization.get(organization);
    if (!buckets) {
      const ofPlan = organization.limits.requestsPerMinute;
      const [policy, id] =
        principal.apiKeyId === null
          ? (['user', principal.userId] as const)
          : (['api-key', principal.apiKeyId] as const);
      buckets = [this.bucket('organization', organization.id, ofPlan), this.bucket(policy, id ?? '', ofPlan)];
      this.ofOrganization.set(organization, buckets);
    }
    return buckets;
  }

  /** An IPv6 customer has at least a /64 of addresses to come from. */
  private addressBucket(policy: PolicyName, ip: string, perMinute: number): PolicyBucket {
    let ofAddress = this.ofAddress.get(ip);
    if (!ofAddress) this.ofAddress.set(ip, (ofAddress = new Map<PolicyName, PolicyBucket>()));
    let bucket = ofAddress.get(policy);
    if (bucket?.limit !== this.limit(perMinute)) {
      bucket = this.bucket(policy, normalizeIp(ip, 64), perMinute);
      ofAddress.set(policy, bucket);
    }
    return bucket;
  }

  /** The limit is part of the key: one time cannot stand for two rates. */
  private bucket(policy: PolicyName, id: string, perMinute: number): PolicyBucket {
    const limit = this.limit(perMinute);
    return { policy, key: `${policy}:${id}:${limit}`, limit, item: `"${policy}";q=${limit};w=${WINDOW_SECONDS}` };
  }

  private limit(perMinute: number): number {
    return Math.max(1, Math.round(perMinute * this.factor));
  }
}

/** Reads go on when the shared buckets are lost; what may cost money does not. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
