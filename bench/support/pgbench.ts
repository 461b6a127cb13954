import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** PostgreSQL's own load generator (Debian: `postgresql-15`, or `postgresql-contrib`). */
export function pgbenchAvailable(): boolean {
  return spawnSync('pgbench', ['--version']).status === 0;
}

/** How pgbench runs a script. */
export interface PgbenchRun {
  /** Connects to the database; the password included. */
  url: string;
  /** The script: SQL, and pgbench's own commands. */
  script: string;
  clients?: number;
  /** Transactions of each client. */
  transactions: number;
}

/**
 * Runs a script and returns the milliseconds of each transaction, from the log that `--log` writes (third column,
 * microseconds). Statements go by the extended protocol, as those of `pg` with values do.
 */
export async function pgbenchLatencies({ url, script, clients = 1, transactions }: PgbenchRun): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), 'base-pgbench-'));
  try {
    const file = join(directory, 'script.sql');
    writeFileSync(file, script);
    const threads = Math.min(clients, 2);
    await runFile(
      'pgbench',
      [
        ...['--no-vacuum', '--protocol', 'extended', '--file', file, '--log', '--log-prefix', join(directory, 'log')],
        ...['--client', String(clients), '--jobs', String(threads), '--transactions', String(transactions), url],
      ],
      { cwd: directory },
    );
    return readdirSync(directory)
      .filter((name) => name.startsWith('log'))
      .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
      .map((line) => Number(line.split(' ')[2]) / 1000);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
