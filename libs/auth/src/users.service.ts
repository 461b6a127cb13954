import { Injectable } from '@nestjs/common';
import { AuditTrail, personActor } from '#core/audit';
import { ShortLivedCache } from '#core/cache';
import { type Db, InjectDb, withTenant } from '#core/db';
import { NotFound } from '#core/errors';
import { type Person, permissionsOf } from '#core/http';
import { FileUrls } from '#core/storage';
import { MembershipsService } from '#organizations';
import { ProfileUpdated } from './auth.audit.js';
import { SessionEnded } from './auth.errors.js';
import type { MeDto, MyOrganizationWithPermissionsDto, UserDto } from './users.dto.js';
import { type ProfileChanges, type UserRow, UsersRepository } from './users.repository.js';

/** A closed account or a withdrawn operator flag counts everywhere after at most this long. */
const CACHE_MS = 4_000;
const AVATAR_LINK_SECONDS = 24 * 3600;

/** People by id, whoever issued their token. Asked on each request, so the answer is remembered for a few seconds. */
@Injectable()
export class UsersService {
  private readonly cache = new ShortLivedCache<UserRow | undefined>({ max: 20_000, ttlMs: CACHE_MS });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: UsersRepository,
    private readonly memberships: MembershipsService,
    private readonly fileUrls: FileUrls,
    private readonly audit: AuditTrail,
  ) {}

  /** Undefined when there is no such person (any more). */
  find(userId: string): UserRow | undefined | Promise<UserRow | undefined> {
    return this.cache.read(userId, () => this.repository.find(this.db, userId));
  }

  /** The same, asked now. */
  async findNow(userId: string): Promise<UserRow | undefined> {
    this.cache.forget(userId);
    return this.find(userId);
  }

  /** To be called after a change of the person: this process then sees it at once. */
  forget(userId: string): void {
    this.cache.forget(userId);
  }

  /** The person, asked now. @throws SessionEnded when they are gone. */
  async get(userId: string): Promise<UserRow> {
    const user = await this.findNow(userId);
    if (!user) throw SessionEnded('Sign in again.');
    return user;
  }

  /** The person, where they belong, and what they may do there. @throws SessionEnded */
  async me(person: Person): Promise<MeDto> {
    const [user, organizations] = await Promise.all([this.get(person.userId), this.memberships.list(person.userId)]);
    return {
      user: this.toDto(user),
      organizations: organizations.map((organization) => ({
        ...organization,
        permissions: [...permissionsOf(organization.role)],
      })),
    };
  }

  /** Changes what the person says about themselves. @throws SessionEnded */
  async updateProfile(person: Person, changes: ProfileChanges): Promise<UserDto> {
    const { userId } = person;
    const changed = Object.entries(changes).flatMap(([field, value]) => (value === undefined ? [] : [field]));
    if (changed.length > 0) {
      await withTenant(this.db, person.claims, async (trx) => {
        await this.repository.update(trx, userId, changes);
        await this.audit.write(trx, ProfileUpdated, { by: personActor(userId), target: userId, changed });
      });
    }
    return this.toDto(await this.get(person.userId));
  }

  /** Remembers where the person works, for the next sign-in. @throws NotFound for an organization of others */
  async switchOrganization(person: Person, organizationId: string): Promise<MyOrganizationWithPermissionsDto> {
    const { userId } = person;
    const organization = (await this.memberships.list(userId)).find((mine) => mine.id === organizationId);
    if (!organization) throw NotFound();
    await withTenant(this.db, person.claims, (trx) => this.repository.setLastOrganization(trx, userId, organizationId));
    this.forget(userId);
    return { ...organization, permissions: [...permissionsOf(organization.role)] };
  }

  toDto({ avatarPath, hasSecondFactor: _secondFactor, ...user }: UserRow): UserDto {
    const avatarUrl = avatarPath === null ? null : this.fileUrls.sign(avatarPath, AVATAR_LINK_SECONDS).url;
    return { ...user, avatarUrl };
  }
}
