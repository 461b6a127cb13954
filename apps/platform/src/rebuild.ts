import { spawn } from 'node:child_process';
import { watch } from 'node:fs';

const FOLDERS = ['apps/api', 'apps/worker', 'libs'];
/** Editors write a file in several steps, and a change of branch writes many files. */
const SETTLE_MS = 150;

/**
 * Compiles whenever a source changes, then calls `onBuilt`. A source that does not compile is told with SWC's own
 * message, and what runs goes on.
 * @returns ends the watching.
 */
export function rebuildOnChange(onBuilt: () => Promise<void>, onFault: (message: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();
  const rebuild = async () => {
    const fault = await compile();
    if (fault === undefined) await onBuilt();
    else onFault(fault);
  };
  const schedule = (_event: string, file: string | null) => {
    if (file !== null && !isSource(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(rebuild).catch((error: unknown) => onFault(String(error)));
    }, SETTLE_MS);
  };
  const watchers = FOLDERS.map((folder) => watch(folder, { recursive: true }, schedule));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function isSource(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('node_modules');
}

/** Runs the project's own build, which takes well under a second; what it complains about, if it does. */
function compile(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', 'build:server', '--silent'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    }
    child.once('error', (error) => resolve(error.message));
    // What follows "Caused by" is the compiler's own stack.
    child.once('close', (code) =>
      resolve(
        code === 0
          ? undefined
          : output
              .split(/\n\s*Caused by:/, 1)
              .join('')
              .trim(),
      ),
    );
  });
}
