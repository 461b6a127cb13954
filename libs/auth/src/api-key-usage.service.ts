import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { WriteBehind } from '#core/batching';
import { type Db, InjectDb } from '#core/db';
import { type ApiKeyUse, ApiKeysRepository } from './api-keys.repository.js';

const FLUSH_INTERVAL_MS = 15_000;

/** Notes when and from where keys were used last: one statement now and then instead of a write per request. */
@Injectable()
export class ApiKeyUsageService implements BeforeApplicationShutdown {
  private readonly uses: WriteBehind<ApiKeyUse>;

  constructor(@InjectDb() db: Db, repository: ApiKeysRepository) {
    this.uses = new WriteBehind({
      intervalMs: FLUSH_INTERVAL_MS,
      what: 'the last use of some API keys',
      write: (uses) => repository.touch(db, uses),
    });
  }

  record(apiKeyId: string, address: string): void {
    this.uses.note(apiKeyId, { id: apiKeyId, usedAtMs: Date.now(), address });
  }

  flush(): Promise<void> {
    return this.uses.flush();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.uses.close();
  }
}
