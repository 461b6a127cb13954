import { withSession, type Log } from './connection.js';
import { describeTarget, detectTarget } from './detect-target.js';
import { MigrationError } from './migrate.errors.js';
import { readBootstrap } from './migration-files.js';

/**
 * Gives a plain PostgreSQL the roles, schemas and auth functions of a Supabase project
 * (migrations/bootstrap/plain-postgres.sql). Running it again changes nothing.
 *
 * @param superuserUrl a superuser's connection to the database that the project will use
 * @throws MigrationError on Supabase, which brings all of it and must not be touched
 */
export async function bootstrapPlainPostgres(superuserUrl: string, options: { log?: Log } = {}): Promise<void> {
  await withSession(superuserUrl, async (client) => {
    const target = await detectTarget(client);
    options.log?.(`database: ${describeTarget(target)}`);
    if (target.kind === 'supabase' || target.kind === 'foreign') {
      throw new MigrationError(`The bootstrap is for a plain PostgreSQL only, and ${target.evidence}: leave it out.`);
    }
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtext('base-agency bootstrap'))`);
    // The bootstrap asks before it makes anything; what it says about what was there already is no news.
    await client.query(`set local client_min_messages = warning`);
    await client.query(readBootstrap());
    await client.query('commit');
    if (target.kind === 'plain') options.log?.('database: given the Supabase shape (roles, schemas, auth functions)');
  });
}
