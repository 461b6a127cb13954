import { Logger } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { FileStorage } from '#core/storage';
import { PurgeAssets } from '../ai.jobs.js';
import { AssetsRepository } from './assets.repository.js';

/** Longer than a request takes that may just have been given the asset. */
const GRACE_MS = 3600_000;
const BATCH = 200;

/** Removes the files of deleted uploads that nobody needs any more. A crash in between only leaves the rest for later. */
@HandlesJobs(PurgeAssets)
export class PurgeAssetsProcessor implements JobHandler<object> {
  private readonly logger = new Logger('Assets');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly assets: AssetsRepository,
    private readonly storage: FileStorage,
  ) {}

  async handle(): Promise<JobOutcome> {
    const gone = await this.assets.listPurgeable(this.db, GRACE_MS, BATCH);
    for (const { id, paths, isShared } of gone) {
      if (!isShared) for (const path of paths) await this.storage.delete(path);
      await this.assets.remove(this.db, id);
    }
    if (gone.length > 0) this.logger.log(`Removed ${gone.length} deleted uploads`);
    return undefined;
  }
}
