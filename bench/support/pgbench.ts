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
}

/**
 * Runs a script and returns the milliseconds of each transaction, from the log that `--log` writes (third column,
 * microseconds). Statements go by the extended protocol, as those of `pg` with values do.
 * @param run `transactions`: of each client
 */
export function pgbenchLatencies(run: PgbenchRun & { transactions: number }): Promise<number[]> {
  return inDirectory(async (directory) => {
    const more = ['--protocol', 'extended', '--transactions', String(run.transactions)];
    await start(run, directory, [...more, '--log', '--log-prefix', join(directory, 'log')]);
    return readdirSync(directory)
      .filter((name) => name.startsWith('log'))
      .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
      .map((line) => Number(line.split(' ')[2]) / 1000);
  });
}

/**
 * Runs a script for some time and returns transactions a second, connecting not counted. Statements are prepared once.
 * @throws Error when a transaction failed
 */
export function pgbenchRate(run: PgbenchRun & { seconds: number }): Promise<number> {
  return inDirectory(async (directory) => {
    const { stdout } = await start(run, directory, ['--protocol', 'prepared', '--time', String(run.seconds)]);
    const perSecond = Number(/^tps = ([\d.]+) \(without initial connection time\)$/m.exec(stdout)?.[1]);
    if (!(perSecond > 0) || !stdout.includes('number of failed transactions: 0 '))
      throw new Error(`pgbench said:\n${stdout}`);
    return perSecond;
  });
}

function start({ url, script, clients = 1 }: PgbenchRun, directory: string, more: string[]) {
  const file = join(directory, 'script.sql');
  writeFileSync(file, script);
  const threads = Math.min(clients, 2);
  return runFile(
    'pgbench',
    ['--no-vacuum', '--file', file, '--client', String(clients), '--jobs', String(threads), ...more, url],
    { cwd: directory },
  );
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'base-pgbench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
