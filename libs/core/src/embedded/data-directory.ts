import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded.errors.js';
import { requireReachable, type ServerUser } from './server-user.js';

/** What one data folder holds. */
export class DataDirectory {
  /** PostgreSQL's own files. */
  readonly cluster: string;
  readonly logFile: string;
  /** Which Node process started the server (see abandoned-clusters.ts). */
  readonly ownerFile: string;
  private readonly credentialsFile: string;

  constructor(readonly root: string) {
    this.cluster = join(root, 'cluster');
    this.logFile = join(root, 'postgres.log');
    this.ownerFile = join(root, 'owner.pid');
    this.credentialsFile = join(root, 'credentials.json');
  }

  get isInitialised(): boolean {
    return existsSync(join(this.cluster, 'PG_VERSION'));
  }

  /** Makes the folder and refuses one that this server and user could not work with. */
  prepare(user: ServerUser, majorVersion: string): void {
    try {
      mkdirSync(this.root, { recursive: true, mode: 0o755 });
    } catch (error) {
      throw new EmbeddedPostgresError(`The data folder ${this.root} cannot be made: ${(error as Error).message}.`);
    }
    requireReachable(this.cluster, user);
    const uid = user.spawnAs.uid ?? process.getuid?.();
    this.requireOwner(user, uid);
    if (this.isInitialised) this.requireVersion(majorVersion);
  }

  private requireOwner(user: ServerUser, uid: number | undefined): void {
    const folder = existsSync(this.cluster) ? this.cluster : this.root;
    const owner = statSync(folder).uid;
    const mayTakeOver = folder === this.root && user.spawnAs.uid !== undefined;
    if (uid === undefined || owner === uid || mayTakeOver) return;
    throw new EmbeddedPostgresError(
      `The data folder ${folder} belongs to user id ${owner}, but PostgreSQL would run as "${user.name}" (${uid}): start as its owner, or run \`chown -R ${uid} ${folder}\`, or choose another folder.`,
    );
  }

  private requireVersion(majorVersion: string): void {
    const found = readFileSync(join(this.cluster, 'PG_VERSION'), 'utf8').trim();
    if (found === majorVersion) return;
    throw new EmbeddedPostgresError(
      `The data in ${this.cluster} was written by PostgreSQL ${found} and this is PostgreSQL ${majorVersion}: dump it with the old version and restore it, or choose an empty data folder.`,
    );
  }

  /** Passwords of the two roles; kept in a file only its owner may read, and written before the cluster exists. */
  credentials(): { superuserPassword: string; postgresPassword: string } {
    try {
      return JSON.parse(readFileSync(this.credentialsFile, 'utf8')) as ReturnType<DataDirectory['credentials']>;
    } catch (error) {
      if (this.isInitialised) {
        throw new EmbeddedPostgresError(
          `The passwords of the database in ${this.root} cannot be read (${(error as Error).message}): restore credentials.json, or choose an empty data folder.`,
        );
      }
    }
    const made = { superuserPassword: password(), postgresPassword: password() };
    writeFileSync(this.credentialsFile, JSON.stringify(made), { mode: 0o600 });
    return made;
  }

  /**
   * Makes the cluster under a temporary name and moves it into place, so that a first start that was killed half-way
   * leaves nothing that looks like a database.
   */
  async initialise(binaries: PostgresBinaries, user: ServerUser, superuserPassword: string): Promise<void> {
    const draft = join(this.root, 'cluster.draft');
    const passwordFile = join(this.root, 'initdb.password');
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
    const { uid, gid } = user.spawnAs;
    if (uid !== undefined && gid !== undefined) {
      chownSync(draft, uid, gid);
      chownSync(passwordFile, uid, gid);
    }
    try {
      await runInitdb(binaries, user, draft, passwordFile);
      renameSync(draft, this.cluster);
    } finally {
      rmSync(passwordFile, { force: true });
      rmSync(draft, { recursive: true, force: true });
    }
  }
}

/**
 * The superuser is `supabase_admin`, as on Supabase, where `postgres` is not one. The built-in locale (new in 17) gives
 * Unicode case rules on every machine, whatever locales it has.
 */
function runInitdb(binaries: PostgresBinaries, user: ServerUser, draft: string, passwordFile: string): Promise<void> {
  const flags = [
    `--pgdata=${draft}`,
    `--pwfile=${passwordFile}`,
    '--username=supabase_admin',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...(Number(binaries.majorVersion) >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C.UTF-8']),
    '--no-sync',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.initdb, flags, { ...user.spawnAs, cwd: draft, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.once('error', (error) => reject(new EmbeddedPostgresError(`initdb could not be run: ${error.message}.`)));
    child.once('close', (code) => {
      if (code === 0) {
        resolve();
        return;
      }
      const reason = /(?:error|fatal):\s*(.+)/i.exec(stderr)?.[1] ?? (stderr.trim() || `it ended with code ${code}`);
      reject(new EmbeddedPostgresError(`The database in ${draft} could not be made: ${reason.trim()}.`));
    });
  });
}

function password(): string {
  return randomBytes(24).toString('base64url');
}
