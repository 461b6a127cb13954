import { Batcher } from '#core/batching';
import { databaseError } from '#core/db';

/** More than this in one statement gains nothing and makes the first of them wait. */
const MAX_BATCH = 64;

/** One statement or transaction at a time: what arrives meanwhile shares the next one. */
export function inBatches<Item, Result>(run: (items: Item[]) => Promise<Result[]>): Batcher<Item, Result> {
  return new Batcher({
    run,
    maxItems: MAX_BATCH,
    maxRunning: 1,
    // The database refused the statement, and so all of its jobs.
    maybeOneCulprit: (error) => databaseError(error) !== undefined,
  });
}
