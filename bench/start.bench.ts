import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#core/embedded';
import { missed, print, printTable } from './support/print.js';
import { within } from './support/scope.js';
import { median } from './support/statistics.js';

export const description = 'npm start until the health endpoint answers, with the data of an earlier start';

const BAR_SECONDS = 10;
const WARM_STARTS = 3;
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 20;

export async function run(): Promise<void> {
  await within(async (cleanup) => {
    const directory = mkdtempSync(join(tmpdir(), 'base-bench-start-'));
    // As root, the database runs as another user, who must be able to enter.
    chmodSync(directory, 0o755);
    cleanup.defer(() => rmSync(directory, { recursive: true, force: true }));
    const cold = await measureStart(directory);
    const warm: number[] = [];
    for (let start = 0; start < WARM_STARTS; start++) warm.push(await measureStart(directory));
    print('Seconds from `npm start` to the first 200 of /api/health, compiling included');
    printTable(
      ['', 'seconds'],
      [
        ['first start, makes the database', cold.toFixed(1)],
        ...warm.map((seconds, index) => [`start ${index + 2}`, seconds.toFixed(1)]),
        ['median of the warm starts', median(warm).toFixed(1)],
      ],
    );
    if (median(warm) > BAR_SECONDS)
      missed(`a warm start takes ${median(warm).toFixed(1)} s, the bar is ${BAR_SECONDS}`);
  });
}

/** @returns seconds until ready; the platform is stopped again, as with Ctrl-C. */
async function measureStart(directory: string): Promise<number> {
  const port = await freePort();
  return within(async (cleanup) => {
    const startedAt = performance.now();
    const platform = spawn('npm', ['start'], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        DATA_DIR: directory,
        PORT: String(port),
        HOST: '127.0.0.1',
      },
      stdio: 'ignore',
      // A process group of its own, so that the signal of Ctrl-C reaches all of it and nothing else.
      detached: true,
    });
    cleanup.defer(() => interrupt(platform));
    await untilHealthy(`http://127.0.0.1:${port}/api/health`, platform);
    return (performance.now() - startedAt) / 1000;
  });
}

async function untilHealthy(url: string, platform: ChildProcess): Promise<void> {
  const until = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return;
    if (platform.exitCode !== null) throw new Error(`npm start ended with exit code ${platform.exitCode}`);
    if (Date.now() > until) throw new Error(`npm start did not get ready within ${LIMIT_MS / 1000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** As Ctrl-C in a terminal. npm itself may be gone before the platform has stopped, so the whole group is waited for. */
async function interrupt({ pid }: ChildProcess): Promise<void> {
  const until = Date.now() + LIMIT_MS;
  for (let name: NodeJS.Signals | 0 = 'SIGINT'; pid !== undefined && signalGroup(pid, name); name = 0) {
    if (Date.now() > until) throw new Error('npm start does not stop');
    await sleep(LOOK_EVERY_MS);
  }
}

/** @returns false when nobody of the group is left. */
function signalGroup(leader: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, name);
  } catch {
    return false;
  }
}
