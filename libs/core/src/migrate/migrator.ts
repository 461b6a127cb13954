import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { withSession, type Log } from './connection.js';
import { describeTarget, detectTarget } from './detect-target.js';
import { MigrationError } from './migrate.errors.js';
import { readMigrations, type MigrationFile } from './migration-files.js';
import { migrateQueueSchema } from './queue-schema.js';

export interface MigrateOptions {
  log?: Log;
  /** Another folder than the project's `migrations/`. */
  folder?: string;
  /** How long to wait for another migrator to finish. */
  lockTimeoutMs?: number;
}

export interface MigrateResult {
  /** Names of the files that were applied by this run. */
  applied: string[];
}

const LOCK = `hashtext('base-agency'), hashtext('migrate')`;
const LOCK_TIMEOUT_MS = 120_000;
/** A change that cannot get its lock gives up rather than making everybody queue behind it. */
const STATEMENT_LOCK_TIMEOUT = '10s';

/**
 * Applies the migrations that the database does not have yet, each in a transaction of its own, then the queue's schema.
 *
 * @param directUrl a direct or session connection as the owner (on Supabase: `postgres`, port 5432); a transaction
 *   pooler loses the lock between statements and is refused
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
        `This database does not have the Supabase shape (${target.evidence}): run the bootstrap as a superuser first.`,
      );
    }
    await lock(client, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS, log);
    try {
      const files = readMigrations(options.folder);
      const pending = pendingFiles(files, await appliedMigrations(client));
      for (const file of pending) {
        const startedAt = Date.now();
        await apply(client, file);
        log(`database: ${file.name} (${Date.now() - startedAt} ms)`);
      }
      const queueVersion = await migrateQueueSchema(client);
      log(
        `database: ${pending.length ? `${pending.length} migrations applied` : 'up to date'}, queue schema version ${queueVersion}`,
      );
      return { applied: pending.map(({ name }) => name) };
    } finally {
      await client.query(`select pg_advisory_unlock(${LOCK})`).catch(() => undefined);
    }
  });
}

/** What was applied, oldest first; makes the table that remembers it. */
export async function appliedMigrations(
  client: pg.ClientBase,
): Promise<{ name: string; checksum: string; applied_at: Date }[]> {
  await client.query(`
    set client_min_messages = warning;
    create schema if not exists migrations;
    create table if not exists migrations.applied (
      name text primary key,
      checksum text not null,
      duration_ms int not null,
      applied_at timestamptz not null default now()
    );
    alter table migrations.applied enable row level security;
    reset client_min_messages;
  `);
  const { rows } = await client.query<{ name: string; checksum: string; applied_at: Date }>(
    'select name, checksum, applied_at from migrations.applied order by name',
  );
  return rows;
}

function pendingFiles(files: MigrationFile[], applied: { name: string; checksum: string }[]): MigrationFile[] {
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

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  const startedAt = Date.now();
  const record = () =>
    client.query('insert into migrations.applied (name, checksum, duration_ms) values ($1, $2, $3)', [
      file.name,
      file.checksum,
      Date.now() - startedAt,
    ]);
  try {
    if (file.inTransaction) {
      await client.query('begin');
      await requireLock(client);
      await client.query(
        `set local lock_timeout = '${STATEMENT_LOCK_TIMEOUT}'; set local client_min_messages = warning`,
      );
      await client.query(file.sql);
      await record();
      await client.query('commit');
    } else {
      for (const statement of file.sql.split(/;\s*$/m).filter((text) => text.replace(/^\s*--.*$/gm, '').trim())) {
        await client.query(statement);
      }
      await record();
    }
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new MigrationError(describeFailure(file, error as pg.DatabaseError), { cause: error });
  }
}

function describeFailure(file: MigrationFile, error: Partial<pg.DatabaseError> & Error): string {
  const line = error.position ? `:${file.sql.slice(0, Number(error.position)).split('\n').length}` : '';
  const hint = [error.detail, error.hint].filter(Boolean).join(' ');
  return `migrations/${file.name}.sql${line} failed and changed nothing: ${error.message}${hint ? ` (${hint})` : ''}`;
}

async function lock(client: pg.Client, timeoutMs: number, log: Log): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query<{ locked: boolean }>(`select pg_try_advisory_lock(${LOCK}) as locked`);
    if (rows[0]?.locked) return;
    if (attempt === 0) log('database: another migrator is at work, waiting for it');
    if (Date.now() > deadline)
      throw new MigrationError('Another migrator has been at work for too long: look at it first.');
    await sleep(200);
  }
}

/** Behind a transaction pooler every transaction may have another server session, which does not hold our lock. */
async function requireLock(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>(`
    select exists (
      select from pg_locks
       where locktype = 'advisory' and pid = pg_backend_pid() and granted
         and classid = (hashtext('base-agency')::bigint & 4294967295)::oid
         and objid = (hashtext('migrate')::bigint & 4294967295)::oid
    ) as held`);
  if (!rows[0]?.held) throw new MigrationError(POOLER);
}

const POOLER =
  'Migrations need a direct or session connection, and this one goes through a transaction pooler: set DIRECT_DATABASE_URL (on Supabase: port 5432).';

function refuseTransactionPooler(url: string): void {
  if (/\.pooler\.supabase\.com:6543\b|\.supabase\.co:6543\b/.test(url)) throw new MigrationError(POOLER);
}
