import { Injectable } from '@nestjs/common';
import { ShortLivedCache } from '#core/cache';
import { type Db, InjectDb } from '#core/db';
import { AccountsRepository, type UserRow } from './accounts.repository.js';

/** A closed account or a withdrawn operator flag counts everywhere after at most this long. */
const CACHE_MS = 4_000;

/** People by id, whoever issued their token. Asked on each request, so the answer is remembered for a few seconds. */
@Injectable()
export class UsersService {
  private readonly cache = new ShortLivedCache<UserRow | undefined>({ max: 20_000, ttlMs: CACHE_MS });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: AccountsRepository,
  ) {}

  /** Undefined when there is no such person (any more). */
  find(userId: string): Promise<UserRow | undefined> {
    return this.cache.get(userId, () => this.repository.findUser(this.db, userId));
  }

  /** The same, asked now. */
  findNow(userId: string): Promise<UserRow | undefined> {
    this.cache.forget(userId);
    return this.find(userId);
  }

  /** To be called after a change of the person: this process then sees it at once. */
  forget(userId: string): void {
    this.cache.forget(userId);
  }
}
