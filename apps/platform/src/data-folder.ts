import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';
import { StartupError } from './startup.errors.js';

/** The folder that holds everything an installation keeps on disk. */
export class DataFolder {
  /** The embedded PostgreSQL. */
  readonly postgres: string;
  readonly secretsFile: string;
  readonly lockFile: string;

  constructor(readonly path: string) {
    this.postgres = join(path, 'postgres');
    this.secretsFile = join(path, 'secrets.json');
    this.lockFile = join(path, 'platform.lock');
  }

  /** Whether a database was ever made here. */
  get hasDatabase(): boolean {
    return existsSync(join(this.postgres, 'cluster', 'PG_VERSION'));
  }

  /**
   * Makes the folder and proves that it can be written to; asking for rights is not enough, because a read-only or
   * full disk refuses even root.
   */
  prepare(): void {
    try {
      makeFolder(this.path);
    } catch (error) {
      throw new StartupError(`The data folder ${this.path} cannot be made (${this.reason(error)}): ${ADVICE}`);
    }
    const probe = join(this.path, `.writable-${process.pid}`);
    try {
      writeFileSync(probe, 'ok');
      rmSync(probe);
    } catch (error) {
      throw new StartupError(`The data folder ${this.path} cannot be written to (${this.reason(error)}): ${ADVICE}`);
    }
    this.protectSecrets();
  }

  private protectSecrets(): void {
    if (!existsSync(this.secretsFile)) return;
    try {
      if (statSync(this.secretsFile).mode & 0o077) chmodSync(this.secretsFile, 0o600);
    } catch (error) {
      throw new StartupError(`${this.secretsFile} cannot be protected (${this.reason(error)}): ${ADVICE}`);
    }
  }

  private reason(error: unknown): string {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') return 'a file stands in its way';
    if (code === 'ENOSPC') return 'the disk is full';
    if (code === 'EROFS') return 'the disk is read-only';
    if (code === 'EACCES' || code === 'EPERM') return `the user ${userInfo().username} has no right to it`;
    return message;
  }
}

/** Step by step: Node's own recursive way never returns on file systems that refuse with ENOENT, like /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path, { mode: 0o755 });
}

const ADVICE = 'mend that, or choose another folder with DATA_DIR=/path.';
