import { readdirSync } from 'node:fs';
import { runMain } from '#core/config';
import { print } from './support/print.js';
import { endAll } from './support/scope.js';

/** One file `bench/<name>.bench.ts`. */
interface Bench {
  /** One line for the list. */
  description: string;
  /** Prints its figures; sets `process.exitCode` when a bar is missed. */
  run(): Promise<void>;
}

/** Whatever hangs, nothing is left running after this. */
const LIMIT_MS = 20 * 60_000;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SUFFIX = '.bench.js';

runMain(async () => {
  const name = process.argv[2];
  const names = listNames();
  if (name === undefined || !names.includes(name)) {
    await list(names, name);
    return;
  }
  const { run } = (await import(`./${name}${SUFFIX}`)) as Bench;
  const interrupted = untilInterrupted();
  const limit = setTimeout(() => interrupted.resolve(`took longer than ${LIMIT_MS / 60_000} minutes`, 1), LIMIT_MS);
  try {
    await Promise.race([run(), interrupted.happened]);
  } finally {
    clearTimeout(limit);
    await endAll();
  }
  // What an interruption tore down may still be failing in the background.
  process.exit();
});

function listNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

async function list(names: string[], asked: string | undefined): Promise<void> {
  if (asked !== undefined) {
    process.exitCode = 1;
    print(`There is no bench "${asked}".`);
  }
  print('npm run bench -- <name>');
  for (const name of names) {
    const { description } = (await import(`./${name}${SUFFIX}`)) as Bench;
    print(`  ${name.padEnd(10)} ${description}`);
  }
}

/** Settles when somebody wants the program to end; every further signal is ignored, because it is ending already. */
function untilInterrupted() {
  const { promise: happened, resolve } = Promise.withResolvers<undefined>();
  const interrupt = (reason: string, exitCode: number): void => {
    if (process.exitCode === undefined) print(`\nStopping: ${reason}`);
    process.exitCode = exitCode;
    resolve(undefined);
  };
  for (const [signal, exitCode] of Object.entries(SIGNALS)) process.on(signal, () => interrupt(signal, exitCode));
  return { happened, resolve: interrupt };
}
