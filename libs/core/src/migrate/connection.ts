import pg from 'pg';
import { MigrationError } from './migrate.errors.js';

export type Log = (line: string) => void;

const CONNECT_TIMEOUT_MS = 15_000;

/** Runs `work` on one session of its own, and closes it. Errors never show the password in the URL. */
export async function withSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'base-migrate',
  });
  // A connection that breaks while no query runs is told by the next query; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new MigrationError(`The database at ${hostOf(url)} cannot be reached: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function hostOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'the given URL';
  }
}
