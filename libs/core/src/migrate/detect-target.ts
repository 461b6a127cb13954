import type pg from 'pg';

/** What kind of PostgreSQL a URL leads to, and how that was seen. */
export interface DatabaseTarget {
  /**
   * - `supabase`: a Supabase project; it brings its own roles and auth schema.
   * - `bootstrapped`: a plain PostgreSQL that was given the Supabase shape by us.
   * - `plain`: a PostgreSQL without that shape.
   * - `foreign`: a schema `auth` that is neither Supabase's nor ours.
   */
  kind: 'supabase' | 'bootstrapped' | 'plain' | 'foreign';
  evidence: string;
  /** 150012, 170010 */
  serverVersion: number;
}

const MARK = 'base-agency: plain PostgreSQL';

/** Looks without changing anything, and into the catalogue only. Explicit signs: no guess from host names. */
export async function detectTarget(client: pg.ClientBase): Promise<DatabaseTarget> {
  const { rows } = await client.query<{
    version: string;
    auth: boolean;
    mark: string | null;
    auth_migrations: boolean;
    supabase_admin: boolean;
  }>(`
    select current_setting('server_version_num') as version,
           auth.oid is not null as auth,
           obj_description(auth.oid, 'pg_namespace') as mark,
           exists (select from pg_class c where c.relnamespace = auth.oid and c.relname = 'schema_migrations') as auth_migrations,
           exists (select from pg_roles where rolname = 'supabase_admin') as supabase_admin
      from (values (1)) as one (row)
      left join pg_namespace auth on auth.nspname = 'auth'
  `);
  const found = rows[0];
  if (!found) throw new Error('The server gave no answer about itself');
  const serverVersion = Number(found.version);
  if (!found.auth) return { kind: 'plain', evidence: 'there is no schema auth', serverVersion };
  if (found.mark === MARK)
    return { kind: 'bootstrapped', evidence: `the schema auth is marked "${MARK}"`, serverVersion };
  if (found.auth_migrations && found.supabase_admin) {
    return { kind: 'supabase', evidence: 'auth.schema_migrations and the role supabase_admin exist', serverVersion };
  }
  return {
    kind: 'foreign',
    evidence: 'there is a schema auth that is neither of Supabase nor of this project',
    serverVersion,
  };
}

export function describeTarget({ kind, evidence, serverVersion }: DatabaseTarget): string {
  const names = {
    supabase: 'a Supabase project',
    bootstrapped: 'a plain PostgreSQL in the Supabase shape',
    plain: 'a plain PostgreSQL',
    foreign: 'an unknown kind of database',
  };
  return `PostgreSQL ${Math.floor(serverVersion / 10_000)}, ${names[kind]} (${evidence})`;
}
