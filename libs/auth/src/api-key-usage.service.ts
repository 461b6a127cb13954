import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { type ApiKeyUse, ApiKeysRepository } from './api-keys.repository.js';

const FLUSH_INTERVAL_MS = 15_000;

/** Notes when and from where keys were used last: one statement now and then instead of a write per request. */
@Injectable()
export class ApiKeyUsageService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('ApiKeyUsage');
  private uses = new Map<string, ApiKeyUse>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ApiKeysRepository,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_INTERVAL_MS);
    this.timer.unref();
  }

  record(apiKeyId: string, address: string): void {
    const noted = this.uses.get(apiKeyId);
    if (noted) {
      noted.usedAtMs = Date.now();
      noted.address = address;
    } else {
      this.uses.set(apiKeyId, { id: apiKeyId, usedAtMs: Date.now(), address });
    }
  }

  /** Writes what was noted. A failure loses a "last used", which is no reason to fail anything. */
  async flush(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = [...this.uses.values()];
    this.uses = new Map();
    try {
      await this.repository.touch(this.db, uses);
    } catch (error) {
      this.logger.warn({ err: error }, 'The last use of some API keys was not written');
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}
