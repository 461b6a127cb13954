import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail, personActor } from '#core/audit';
import { type Db, InjectDb, withTenant } from '#core/db';
import type { Person } from '#core/http';
import { FileStorage } from '#core/storage';
import { AvatarChanged } from './auth.audit.js';
import { makeAvatar } from './avatar-image.js';
import type { UserDto } from './users.dto.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** The pictures of people. A file is written before its row and deleted after: a row never names a missing file. */
@Injectable()
export class AvatarsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: UsersRepository,
    private readonly users: UsersService,
    private readonly storage: FileStorage,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AvatarUnsupported, AvatarUnreadable, StorageFull */
  async set(person: Person, picture: Buffer): Promise<UserDto> {
    // A new name each time: browsers keep what they fetched.
    const path = `avatars/${person.userId}/${randomUUID()}.webp`;
    await this.storage.put(path, await makeAvatar(picture));
    await this.replace(person, path);
    return this.users.toDto(await this.users.get(person.userId));
  }

  async remove(person: Person): Promise<void> {
    await this.replace(person, null);
  }

  private async replace(person: Person, path: string | null): Promise<void> {
    const { userId } = person;
    const before = await withTenant(this.db, person.claims, async (trx) => {
      const after = { present: path !== null };
      await this.audit.write(trx, AvatarChanged, { by: personActor(userId), target: userId, after });
      return this.repository.replaceAvatar(trx, userId, path);
    });
    this.users.forget(person.userId);
    if (before !== null) await this.storage.delete(before);
  }
}
