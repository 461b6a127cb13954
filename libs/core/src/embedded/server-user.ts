import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { userInfo } from 'node:os';
import { EmbeddedPostgresError } from './embedded.errors.js';

/** The operating-system user that the server runs as. */
export interface ServerUser {
  name: string;
  /** Empty when the server runs as ourselves. */
  spawnAs: { uid?: number; gid?: number };
}

/** Ourselves, or, when we are root (which PostgreSQL refuses), the system user `postgres`, made when missing. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return { name: userInfo().username, spawnAs: {} };
  const ids = postgresIds() ?? createPostgresUser();
  return { name: 'postgres', spawnAs: ids };
}

function postgresIds(): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function createPostgresUser(): { uid: number; gid: number } {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch {
    // The answer is in the lookup below: another process may have made the user at the same moment.
  }
  const ids = postgresIds();
  if (ids) return ids;
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root and no system user "postgres" could be made for it: create one (useradd --system postgres), or start as an ordinary user.',
  );
}

/** Refuses a folder that the server's user could not reach because a folder above it is closed to others. */
export function requireReachable(directory: string, user: ServerUser): void {
  const { uid, gid } = user.spawnAs;
  if (uid === undefined) return;
  for (let folder = dirname(directory); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = statSync(folder);
    const executeBit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & executeBit)) {
      throw new EmbeddedPostgresError(
        `The user "${user.name}", which PostgreSQL runs as when you are root, cannot enter ${folder}: run \`chmod o+x ${folder}\`, choose another data folder, or start as an ordinary user.`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}
