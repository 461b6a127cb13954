import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { DB } from './schema.gen.js';

/** A handle that may read, or run a single statement. */
export type Db = Kysely<DB>;
/** A handle inside a transaction: functions that move money or change several rows ask for this one. */
export type Trx = Transaction<DB>;

/** `int8`: credits and micros leave JavaScript's exact integers behind, so they are bigint, never number. */
const INT8 = 20;
const defaultParser = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  max: number;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** Called when an idle connection breaks (a restart of the server); the pool replaces it. */
  onIdleError?: (error: Error) => void;
}

/**
 * Opens a pool. Safe behind a transaction pooler: no session state, no named prepared statements.
 * The type parsers are this pool's own, because other users of `pg` in the process expect the defaults.
 */
export function createDatabase(options: DatabaseOptions): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary' ? BigInt : defaultParser(oid, format),
    },
  });
  // A connection that breaks between two statements of a transaction is nobody's to listen to, and an error nobody
  // listens to ends the process; the next statement on it fails all the same.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => options.onIdleError?.(error));
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

/** The SQLSTATEs this code branches on. */
export const POSTGRES_ERRORS = { uniqueViolation: '23505', foreignKeyViolation: '23503' } as const;

/** The SQLSTATE and constraint of an error thrown by the driver, if it is one. */
export function databaseError(error: unknown): { sqlState: string; constraint?: string } | undefined {
  if (!(error instanceof pg.DatabaseError) || !error.code) return undefined;
  return { sqlState: error.code, constraint: error.constraint };
}

const CONNECTION_FAILURES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND']);
const CONNECTION_LOST =
  /Connection terminated|timeout exceeded when trying to connect|Connection is closed|not currently accepting connections/i;

/** The database or queue cannot be reached (a restart, a failover): worth a retry, not a fault of what was asked. */
export function isUnavailable(error: unknown): boolean {
  const sqlState = databaseError(error)?.sqlState ?? '';
  if (sqlState.startsWith('08') || sqlState.startsWith('57P') || sqlState === '53300') return true;
  if (!(error instanceof Error)) return false;
  return CONNECTION_FAILURES.has((error as NodeJS.ErrnoException).code ?? '') || CONNECTION_LOST.test(error.message);
}

/**
 * Whether the same statement may succeed a moment later: the server is away, does not let us in (class 28, as in the middle
 * of a failover), only reads (25006), wants the transaction again (40) or lacks something (53).
 */
export function isTransient(error: unknown): boolean {
  return isUnavailable(error) || /^(28|40|53|25006)/.test(databaseError(error)?.sqlState ?? '');
}
