import { Injectable } from '@nestjs/common';
import { ShortLivedCache } from '#core/cache';
import { type Db, InjectDb } from '#core/db';
import { type Membership, MembershipsRepository, type MyOrganization } from './memberships.repository.js';

/** A changed role or plan counts everywhere after at most this long. */
const CACHE_MS = 4_000;

/** Who belongs where. Asked on each request, so the answer is remembered for a few seconds. */
@Injectable()
export class MembershipsService {
  private readonly cache = new ShortLivedCache<Membership | undefined>({ max: 20_000, ttlMs: CACHE_MS });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: MembershipsRepository,
  ) {}

  /** The membership; undefined for strangers and for organizations that do not exist, which look the same. */
  find(userId: string, organizationId: string): Membership | undefined | Promise<Membership | undefined> {
    return this.cache.read(cacheKey(userId, organizationId), () =>
      this.repository.find(this.db, userId, organizationId),
    );
  }

  /** The person's organizations, by name. Always fresh. */
  list(userId: string): Promise<MyOrganization[]> {
    return this.repository.list(this.db, userId);
  }

  /** To be called after a change of the membership: this process then sees it at once. */
  forget(userId: string, organizationId: string): void {
    this.cache.forget(cacheKey(userId, organizationId));
  }
}

function cacheKey(userId: string, organizationId: string): string {
  return `${userId}/${organizationId}`;
}
