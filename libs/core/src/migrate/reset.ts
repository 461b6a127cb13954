import { withSession, type Log } from './connection.js';
import { describeTarget, detectTarget } from './detect-target.js';
import { MigrationError } from './migrate.errors.js';
import { migrate, type MigrateResult } from './migrator.js';

/**
 * Deletes everything this project has in the database, accounts included, and migrates anew.
 *
 * @param directUrl as for migrate()
 * @throws MigrationError on a Supabase project: reset it with the Supabase CLI, which keeps what is Supabase's
 */
export async function resetDatabase(directUrl: string, options: { log?: Log } = {}): Promise<MigrateResult> {
  await withSession(directUrl, async (client) => {
    const target = await detectTarget(client);
    if (target.kind !== 'bootstrapped') {
      throw new MigrationError(
        `Only a plain PostgreSQL in the Supabase shape can be reset, and this is ${describeTarget(target)}.`,
      );
    }
    await client.query(`
      begin;
      set local client_min_messages = warning;
      drop schema if exists bullmq, parts, identity, private, migrations, public cascade;
      delete from auth.users;
      create schema public;
      grant usage on schema public to anon, authenticated, service_role;
      commit;
    `);
    options.log?.('database: emptied');
  });
  return migrate(directUrl, options);
}
