import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';

type Service = 'api' | 'worker';

/** The worker as users run it: the build, in a process of its own. Resolves once it takes jobs. */
export function startWorkerProcess(environment: Record<string, string>): Promise<ChildProcess> {
  return startServiceProcess('worker', environment);
}

/**
 * A service as users run it: the build, in a process of its own. Resolves once it is ready.
 * @param onOutput gets what the process writes; without it the output is shown, or dropped when the logs are silent
 */
export async function startServiceProcess(
  service: Service,
  environment: Record<string, string>,
  onOutput?: (text: string) => void,
): Promise<ChildProcess> {
  const entry = `dist/apps/${service}/src/main.js`;
  if (!existsSync(entry)) throw new Error(`Run \`npm run build\` first: the ${service} under test is the built one`);
  const output = onOutput ? 'pipe' : environment['LOG_LEVEL'] === 'silent' ? 'ignore' : 'inherit';
  const child = fork(entry, {
    env: { PATH: process.env['PATH'], ...environment },
    execArgv: [],
    stdio: ['ignore', output, output, 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
  }
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code, signal) => reject(new Error(`The ${service} ended with ${code ?? signal}`)));
  });
  return child;
}

export function isRunning(child: ChildProcess): boolean {
  // One that was sent a signal may still be about to end.
  return child.exitCode === null && child.signalCode === null && !child.killed;
}

/** Waits for the end. @returns the exit code; null when a signal ended it. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}
