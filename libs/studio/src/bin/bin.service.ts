import { Injectable, Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { FileStorage } from '#core/storage';
import { BinRepository } from './bin.repository.js';

const BATCH = 200;

/** Empties the bin. Files go first: a row that still stands leads to the files that a crash left. */
@Injectable()
export class BinService {
  private readonly logger = new Logger('Bin');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: BinRepository,
    private readonly storage: FileStorage,
  ) {}

  /** @param signal stops between two batches. @returns how many generations were removed for good */
  async empty(signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (;;) {
      const doomed = signal?.aborted ? [] : await this.repository.listDoomed(this.db, BATCH);
      if (doomed.length === 0) break;
      for (const path of doomed.flatMap(({ paths }) => paths)) await this.storage.delete(path);
      await this.repository.deleteForGood(
        this.db,
        doomed.map(({ id }) => id),
      );
      removed += doomed.length;
    }
    await this.repository.deleteSpentDownloads(this.db);
    if (removed > 0) this.logger.log(`Removed ${removed} files whose time in the bin was over`);
    return removed;
  }
}
