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

/**
 * Whether a database is new altogether, and ours to prepare: a plain PostgreSQL, no table or function of anybody's in it,
 * and the login a superuser's. The roles that a bootstrap makes belong to the whole server, so a database in use is never
 * given them unasked.
 */
export async function isBlankAndOurs(directUrl: string): Promise<boolean> {
  return withSession(directUrl, async (client) => {
    if ((await detectTarget(client)).kind !== 'plain') return false;
    const { rows } = await client.query<{ ours: boolean }>(`
      select (select rolsuper from pg_roles where rolname = current_user)
         and not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                          where n.nspname <> 'information_schema' and n.nspname !~ '^pg_')
         and not exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                          where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
                            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')) as ours
    `);
    return rows[0]?.ours ?? false;
  });
}
