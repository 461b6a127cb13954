import type pg from 'pg';
import { withSession, type Log } from './connection.js';
import { describeTarget, detectTarget } from './detect-target.js';
import { MigrationError } from './migrate.errors.js';
import { readMigrations, type MigrationFile } from './migration-files.js';
import { type Run, underLock } from './migration-lock.js';
import { migrateQueueSchema } from './queue-schema.js';

export interface MigrateOptions {
  log?: Log;
  /** Another folder than the project's `migrations/`. */
  folder?: string;
  /** How long to wait for another migrator to finish a file. */
  lockTimeoutMs?: number;
}

export interface MigrateResult {
  /** Names of the files that were applied by this run. */
  applied: string[];
}

export interface AppliedMigration {
  name: string;
  checksum: string;
  applied_at: Date;
}

const LOCK_TIMEOUT_MS = 120_000;

/**
 * Applies the migrations that the database does not have yet, each in a transaction of its own, then the queue's schema.
 * Several migrators may start at once: a lock that ends with each file's transaction makes them take turns, and each
 * looks again, under the lock, whether a file is still to do.
 *
 * @param directUrl a direct or session connection as the owner (on Supabase: `postgres`, port 5432)
 * @throws MigrationError when an applied file was edited or removed, a new one sorts before an applied one, or one fails
 */
export async function migrate(directUrl: string, options: MigrateOptions = {}): Promise<MigrateResult> {
  const log = options.log ?? (() => undefined);
  refuseTransactionPooler(directUrl);
  return withSession(directUrl, async (client) => {
    const target = await detectTarget(client);
    log(`database: ${describeTarget(target)}`);
    if (target.kind === 'plain' || target.kind === 'foreign') {
      throw new MigrationError(
        `This database does not have the Supabase shape (${target.evidence}): run the bootstrap as a superuser first (npm run db:migrate -- --bootstrap).`,
      );
    }
    const run = { client, log, lockTimeoutMs: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS };
    const known = await underLock(run, () => prepareHistory(client));
    const applied: string[] = [];
    for (const file of pendingFiles(readMigrations(options.folder), known)) {
      const startedAt = Date.now();
      if (!(await apply(run, file))) continue;
      applied.push(file.name);
      log(`database: ${file.name} (${Date.now() - startedAt} ms)`);
    }
    const queueVersion = await migrateQueueSchema(run);
    const done = applied.length > 0 ? `${applied.length} migrations applied` : 'up to date';
    log(`database: ${done}, queue schema version ${queueVersion}`);
    return { applied };
  });
}

/** Makes the table of what was applied, and reads it. */
async function prepareHistory(client: pg.Client): Promise<AppliedMigration[]> {
  await client.query(`
    create schema if not exists migrations;
    create table if not exists migrations.applied (
      name text primary key,
      checksum text not null,
      duration_ms int not null,
      applied_at timestamptz not null default now()
    );
    alter table migrations.applied enable row level security;
  `);
  return (
    await client.query<AppliedMigration>('select name, checksum, applied_at from migrations.applied order by name')
  ).rows;
}

function pendingFiles(files: MigrationFile[], applied: AppliedMigration[]): MigrationFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const { name, checksum } of applied) {
    const file = byName.get(name);
    if (!file) {
      throw new MigrationError(
        `The database has ${name}, which is not in migrations/: this program is older than its database.`,
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationError(
        `migrations/${name}.sql was changed after it was applied: put it back and write the change as a new file.`,
      );
    }
    byName.delete(name);
  }
  const newest = applied.at(-1)?.name ?? '';
  const late = [...byName.keys()].find((name) => name < newest);
  if (late) {
    throw new MigrationError(
      `migrations/${late}.sql sorts before ${newest}, which is already applied: give it a later timestamp.`,
    );
  }
  return [...byName.values()];
}

/** @returns false when another migrator was faster. */
async function apply(run: Run, file: MigrationFile): Promise<boolean> {
  if (!file.inTransaction) return applyOutside(run.client, file);
  return underLock(run, async () => {
    const { rowCount } = await run.client.query('select from migrations.applied where name = $1', [file.name]);
    if (rowCount) return false;
    const startedAt = Date.now();
    try {
      await run.client.query(file.sql);
    } catch (error) {
      throw new MigrationError(describeFailure(file, error as pg.DatabaseError), { cause: error });
    }
    await record(run.client, file, startedAt);
    return true;
  });
}

/** Statement by statement, without a lock: such files hold what may be run twice (`… concurrently if not exists`). */
async function applyOutside(client: pg.Client, file: MigrationFile): Promise<boolean> {
  const startedAt = Date.now();
  const statements = file.sql.split(/;\s*$/m).filter((text) => text.replace(/^\s*--.*$/gm, '').trim());
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      throw new MigrationError(
        `migrations/${file.name}.sql failed, and runs again next time: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }
  return record(client, file, startedAt);
}

async function record(client: pg.Client, file: MigrationFile, startedAt: number): Promise<boolean> {
  const { rowCount } = await client.query(
    'insert into migrations.applied (name, checksum, duration_ms) values ($1, $2, $3) on conflict do nothing',
    [file.name, file.checksum, Date.now() - startedAt],
  );
  return rowCount === 1;
}

function describeFailure(file: MigrationFile, error: Partial<pg.DatabaseError> & Error): string {
  const line = error.position ? `:${file.sql.slice(0, Number(error.position)).split('\n').length}` : '';
  const hint = [error.detail, error.hint].filter(Boolean).join(' ');
  return `migrations/${file.name}.sql${line} failed and changed nothing: ${error.message}${hint ? ` (${hint})` : ''}`;
}

/** Its statements may be cut off after two minutes, and it is not what migrations are tested on. */
function refuseTransactionPooler(url: string): void {
  if (!/\.pooler\.supabase\.com:6543\b|\.supabase\.co:6543\b/.test(url)) return;
  throw new MigrationError(
    'Migrations need a direct or session connection, and this one goes through the transaction pooler: set DIRECT_DATABASE_URL (on Supabase: port 5432).',
  );
}
