import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '#core/config';
import { type AppError, RateLimited } from '#core/errors';
import { type Access, speaksOpenAi } from '#core/http';
import { RateLimiter } from './rate-limiter.service.js';
import { isSafe, type PolicyBucket, RatePolicies } from './rate-policies.js';
import type { Decision } from './token-leases.js';
import { WINDOW_SECONDS } from './token-store.js';

/**
 * Counts requests and says so: `RateLimit-Policy` names every limit that applies, `RateLimit` the one that is nearest to
 * its end (draft-ietf-httpapi-ratelimit-headers-10).
 */
@Injectable()
export class RequestLimits {
  private readonly policies: RatePolicies;

  constructor(
    private readonly limiter: RateLimiter,
    config: AppConfig,
  ) {
    this.policies = new RatePolicies(config.limits.factor);
  }

  /**
   * Counts a request whose principal is known, or which needs none. Undefined: it was decided at once.
   * @throws RateLimited, ServiceUnavailable
   */
  admit(request: FastifyRequest, reply: FastifyReply, access: Access): Promise<void> | undefined {
    const buckets = this.policies.bucketsOf(request, access);
    const decision = this.limiter.take(buckets, isSafe(request.method) ? 'read' : 'write');
    if (decision instanceof Promise) return decision.then((late) => apply(late, buckets, reply));
    apply(decision, buckets, reply);
    return undefined;
  }

  /**
   * Counts a request that no guard of ours sees, by its address.
   * @throws RateLimited
   */
  async countPublic(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const buckets = this.policies.public(request);
    apply(await this.limiter.take(buckets, 'read'), buckets, reply);
  }

  /**
   * Counts credentials that were refused.
   * @throws RateLimited in place of the refusal: whoever guesses learns nothing more
   */
  async countRefusedCredentials(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const buckets = this.policies.refusedCredentials(request);
    apply(await this.limiter.take(buckets, 'read'), buckets, reply);
  }
}

function apply(decision: Decision, buckets: PolicyBucket[], reply: FastifyReply): void {
  const { policy } = decision.tightest as PolicyBucket;
  const resetSeconds = Math.ceil(decision.resetMs / 1000);
  void reply.header('ratelimit-policy', policyHeader(buckets));
  void reply.header('ratelimit', `"${policy}";r=${decision.remaining};t=${resetSeconds}`);
  if (speaksOpenAi(reply.request.url)) tellOpenAiClients(decision, reply, resetSeconds);
  if (decision.refused) throw refusal(decision.refused as PolicyBucket, decision.retryAfterMs);
}

/** The same by the names that OpenAI's clients look at. */
function tellOpenAiClients({ tightest, remaining }: Decision, reply: FastifyReply, resetSeconds: number): void {
  void reply.header('x-ratelimit-limit-requests', String(tightest.limit));
  void reply.header('x-ratelimit-remaining-requests', String(remaining));
  void reply.header('x-ratelimit-reset-requests', `${resetSeconds}s`);
}

function policyHeader(buckets: PolicyBucket[]): string {
  let items = '';
  for (const { item } of buckets) items += items === '' ? item : `, ${item}`;
  return items;
}

const ADVICE: Partial<Record<PolicyBucket['policy'], string>> = {
  organization: 'All members and keys of the organization count together; a larger plan allows more.',
  'refused-credentials': 'Too many tokens or keys from this address were refused. Check yours.',
};

function refusal({ policy, limit }: PolicyBucket, retryAfterMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const advice = ADVICE[policy];
  return RateLimited({
    detail: `The limit "${policy}" of ${limit} requests a minute is used up. Wait ${retryAfterSeconds} s and try again.${advice ? ` ${advice}` : ''}`,
    extensions: { policy: { name: policy, limit, windowSeconds: WINDOW_SECONDS } },
    retryAfterSeconds,
  });
}
