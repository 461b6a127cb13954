import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';

const ENTRY = 'dist/apps/worker/src/main.js';

/** The worker as users run it: the build, in a process of its own. Resolves once it takes jobs. */
export async function startWorkerProcess(environment: Record<string, string>): Promise<ChildProcess> {
  if (!existsSync(ENTRY)) throw new Error('Run `npm run build` first: the worker under test is the built one');
  const visible = environment['LOG_LEVEL'] !== 'silent';
  const child = fork(ENTRY, {
    env: { PATH: process.env['PATH'], ...environment },
    execArgv: [],
    stdio: ['ignore', visible ? 'inherit' : 'ignore', visible ? 'inherit' : 'ignore', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code, signal) => reject(new Error(`The worker ended with ${code ?? signal}`)));
  });
  return child;
}

/** Waits for the end. @returns the exit code; null when a signal ended it. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}
