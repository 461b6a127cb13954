import { connect } from 'node:net';
import pg from 'pg';
import { StartupError } from './startup.errors.js';

const TIMEOUT_MS = 5_000;

/** Logs in once, and turns what hinders it into a sentence that names the variable to correct, never the password. */
export async function requireDatabase(url: string, variable: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  // A server that goes away while the client closes is no news.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    const place = `${client.host}:${client.port}`;
    throw new StartupError(databaseFault(error, place, client.user ?? '', client.database ?? '', variable));
  }
}

function databaseFault(error: unknown, place: string, user: string, database: string, variable: string): string {
  const { code, message } = error as Error & { code?: string };
  switch (code) {
    case '28P01':
      return `The database at ${place} refuses the password of user "${user}": correct ${variable}.`;
    case '28000':
      return `The database at ${place} does not let user "${user}" in (${message}): correct ${variable}.`;
    case '3D000':
      return `The server at ${place} has no database "${database}": create it, or correct ${variable}.`;
    case '53300':
      return `The database at ${place} has no connection left: free some, or raise max_connections.`;
    case '57P03':
      return `The database at ${place} is still starting (${message}): try again in a moment.`;
    default:
      return `The database at ${place} cannot be reached (${networkFault(code, message)}): start it, or correct ${variable}.`;
  }
}

/** Proves that something listens where `REDIS_URL` points; the services' own clients would only try for ever. */
export async function requireRedis(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const fault = await tryToConnect(host, Number(port || 6379));
  if (fault === undefined) return;
  throw new StartupError(
    `Redis at ${host}:${port || 6379} cannot be reached (${fault}): start it, correct REDIS_URL, or leave REDIS_URL empty to keep the queue in PostgreSQL.`,
  );
}

function tryToConnect(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const settle = (fault?: string) => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => settle());
    socket.once('timeout', () => settle(networkFault('ETIMEDOUT', '')));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(networkFault(error.code, error.message)));
  });
}

function networkFault(code: string | undefined, message: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host';
  if (code === 'ETIMEDOUT' || /timeout/i.test(message)) return 'it does not answer';
  return message === '' ? (code ?? 'no reason given') : message;
}
