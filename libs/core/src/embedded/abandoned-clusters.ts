import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirectory } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded.errors.js';
import { commandLine, signal } from './os-processes.js';

const STOP_TIMEOUT_MS = 15_000;

/**
 * Makes way for a new server on `directory`:
 * - a server that another living program started is left alone, and said so;
 * - a server whose program died (SIGKILL) is stopped, so that the new one finds its data;
 * - a `postmaster.pid` whose number now belongs to something else (usual in containers) is removed, which PostgreSQL
 *   itself does not dare to do.
 */
export async function takeOver(directory: DataDirectory): Promise<void> {
  const lockFile = join(directory.cluster, 'postmaster.pid');
  const pid = firstNumber(lockFile);
  if (pid === undefined) return;
  if (!isServerOf(pid, directory)) {
    rmSync(lockFile, { force: true });
    return;
  }
  const owner = livingOwner(directory);
  if (owner !== undefined) {
    throw new EmbeddedPostgresError(
      `The database in ${directory.root} is in use by another running program (process ${owner}): stop that one first, or choose another data folder.`,
    );
  }
  signal(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isServerOf(pid, directory)) {
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `A PostgreSQL left over from an earlier run (process ${pid}) does not stop: end it by hand.`,
      );
    }
    await sleep(20);
  }
}

/** Stops and deletes throw-away clusters in `parent` (folders named `prefix…`) whose programs died without cleaning up. */
export async function removeAbandonedClusters(parent: string, prefix: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const directory = new DataDirectory(join(parent, name));
    if (!existsSync(directory.ownerFile) || livingOwner(directory) !== undefined) continue;
    await takeOver(directory).catch(() => undefined);
    rmSync(directory.root, { recursive: true, force: true });
  }
}

function isServerOf(pid: number, directory: DataDirectory): boolean {
  const command = commandLine(pid);
  return command !== undefined && command.includes('postgres') && command.includes(directory.cluster);
}

function livingOwner(directory: DataDirectory): number | undefined {
  const pid = firstNumber(directory.ownerFile);
  // Our own number in the file of an earlier run: process numbers repeat when a container starts again.
  if (pid === undefined || (pid === process.pid && !startedHere.has(directory.root))) return undefined;
  return /node|npm|jest/.test(commandLine(pid) ?? '') ? pid : undefined;
}

/** Folders whose server this very process started. */
export const startedHere = new Set<string>();

function firstNumber(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
