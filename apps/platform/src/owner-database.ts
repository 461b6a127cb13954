import { createDatabase, databaseError, type Db } from '#core/db';
import { isAppError } from '#core/errors';
import type { CommandContext } from './command.js';
import { withOwner } from './database.commands.js';
import { StartupError } from './startup.errors.js';

/** `undefined_table` of PostgreSQL. */
const NO_TABLE = '42P01';

/**
 * Runs `work` on the operator's database, as the owner of its tables.
 * @throws StartupError for what the features refuse, with each fault in words, and for a database without tables
 */
export async function withOwnerDatabase(context: CommandContext, work: (db: Db) => Promise<void>): Promise<void> {
  await withOwner(context, async ({ directUrl }) => {
    const db = createDatabase({ url: directUrl, max: 1, applicationName: `base-${context.command}` });
    try {
      await work(db);
    } catch (error) {
      if (databaseError(error)?.sqlState === NO_TABLE) {
        throw new StartupError('This database has no tables yet: run npm start or npm run db:migrate first.');
      }
      if (!isAppError(error)) throw error;
      const faults = (error.details.errors ?? []).map(({ pointer, message }) => `${pointer.slice(1)} ${message}`);
      throw new StartupError([error.message, ...(faults.length > 0 ? [`${faults.join('; ')}.`] : [])].join(' '));
    } finally {
      await db.destroy();
    }
  });
}
