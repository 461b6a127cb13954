import { withSession, type Log } from './connection.js';
import { describeTarget, detectTarget } from './detect-target.js';
import { readMigrations } from './migration-files.js';

export interface DatabaseStatus {
  target: string;
  migrations: { name: string; state: 'applied' | 'pending' | 'edited'; appliedAt?: Date }[];
  tables: { name: string; rowSecurity: boolean; partitions: number; policies: number }[];
  functions: { name: string; definer: boolean }[];
  triggers: { name: string; table: string }[];
  views: { name: string }[];
  policies: { table: string; name: string; command: string; roles: string }[];
  queueVersion: number | undefined;
}

const SCHEMAS = `('public', 'private', 'identity')`;

/** Everything this project has in the database. Changes nothing. */
export async function readStatus(directUrl: string): Promise<DatabaseStatus> {
  return withSession(directUrl, async (client) => {
    const list = async <Row>(sql: string) => (await client.query(sql)).rows as Row[];
    const target = describeTarget(await detectTarget(client));
    const has = async (table: string) =>
      (await list<{ found: boolean }>(`select to_regclass('${table}') is not null as found`))[0]?.found === true;
    const applied = (await has('migrations.applied'))
      ? await list<{ name: string; checksum: string; applied_at: Date }>(
          'select name, checksum, applied_at from migrations.applied',
        )
      : [];
    const queue = (await has('bullmq.migration'))
      ? await list<{ version: number }>('select max(version) as version from bullmq.migration')
      : [];
    return {
      target,
      migrations: migrationStates(applied),
      queueVersion: queue[0]?.version,
      tables: await list(TABLES),
      functions: await list(FUNCTIONS),
      triggers: await list(TRIGGERS),
      views: await list(VIEWS),
      policies: await list(POLICIES),
    };
  });
}

function migrationStates(
  applied: { name: string; checksum: string; applied_at: Date }[],
): DatabaseStatus['migrations'] {
  const byName = new Map(applied.map((row) => [row.name, row]));
  return readMigrations().map(({ name, checksum }) => {
    const row = byName.get(name);
    if (!row) return { name, state: 'pending' };
    return { name, state: row.checksum === checksum ? 'applied' : 'edited', appliedAt: row.applied_at };
  });
}

const TABLES = `
  select n.nspname || '.' || c.relname as name, c.relrowsecurity as "rowSecurity",
         (select count(*)::int from pg_inherits i where i.inhparent = c.oid) as partitions,
         (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ${SCHEMAS} and c.relkind in ('r', 'p')
   order by 1`;

/** Extensions' functions are not ours. */
const FUNCTIONS = `
  select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name,
         p.prosecdef as definer
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname in ${SCHEMAS}
     and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
   order by 1`;

const TRIGGERS = `
  select t.tgname as name, c.oid::regclass::text as table
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
   where not t.tgisinternal and (n.nspname in ${SCHEMAS} or (n.nspname = 'auth' and t.tgname like 'base\\_%'))
   order by 2, 1`;

const VIEWS = `
  select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ${SCHEMAS} and c.relkind in ('v', 'm')
   order by 1`;

const POLICIES = `
  select schemaname || '.' || tablename as table, policyname as name, cmd as command, array_to_string(roles, ', ') as roles
    from pg_policies
   where schemaname in ${SCHEMAS} or policyname like 'base\\_%'
   order by 1, 2`;

/** The status as text for a terminal. */
export function formatStatus(status: DatabaseStatus): string {
  const section = (title: string, lines: string[]) => [
    `${title} (${lines.length})`,
    ...lines.map((line) => `  ${line}`),
    '',
  ];
  return [
    status.target,
    `queue schema: ${status.queueVersion === undefined ? 'missing' : `version ${status.queueVersion}`}`,
    '',
    ...section(
      'Migrations',
      status.migrations.map(
        ({ name, state, appliedAt }) => `${state.padEnd(8)} ${name}${appliedAt ? `  ${appliedAt.toISOString()}` : ''}`,
      ),
    ),
    ...section(
      'Tables',
      status.tables.map(({ name, rowSecurity, partitions, policies }) =>
        [
          name.padEnd(36),
          rowSecurity ? 'row security' : 'NO ROW SECURITY',
          `${policies} policies`,
          partitions ? `${partitions} partitions` : '',
        ]
          .filter(Boolean)
          .join('  '),
      ),
    ),
    ...section(
      'Functions',
      status.functions.map(({ name, definer }) => `${name}${definer ? '  definer' : ''}`),
    ),
    ...section(
      'Triggers',
      status.triggers.map(({ name, table }) => `${table}.${name}`),
    ),
    ...section(
      'Views',
      status.views.map(({ name }) => name),
    ),
    ...section(
      'Policies',
      status.policies.map(({ table, name, command, roles }) => `${table}: ${name} (${command} to ${roles})`),
    ),
  ].join('\n');
}

/** Prints the status: `npm run db:status`. */
export async function status(directUrl: string, options: { log: Log }): Promise<DatabaseStatus> {
  const found = await readStatus(directUrl);
  options.log(formatStatus(found));
  return found;
}
