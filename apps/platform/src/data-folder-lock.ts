import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { DataFolder } from './data-folder.js';
import { processIdentity } from './process-identity.js';
import { StartupError } from './startup.errors.js';

const databaseUrls = z.object({
  apiUrl: z.string(),
  workerUrl: z.string(),
  directUrl: z.string(),
  superuserUrl: z.string(),
});

/** The logins of the embedded PostgreSQL that runs on a data folder. */
export type DatabaseUrls = z.output<typeof databaseUrls>;

const holderSchema = z.object({
  pid: z.int().positive(),
  identity: z.string(),
  /** What runs: `start`, `dev`, `db:up`, … */
  command: z.string(),
  /** Announced once the embedded PostgreSQL takes connections, for `db:status` and others in a second terminal. */
  database: databaseUrls.optional(),
});

export type LockHolder = z.output<typeof holderSchema>;

/**
 * One running platform per data folder. The lock is a file with the process in it; one whose process died counts for
 * nothing, so a killed platform never locks its user out.
 */
export class DataFolderLock {
  private constructor(
    private readonly folder: DataFolder,
    private holder: LockHolder,
  ) {}

  /** The living holder of the folder's lock, if any. */
  static holderOf(folder: DataFolder): LockHolder | undefined {
    const holder = readHolder(folder.lockFile);
    return holder && processIdentity(holder.pid) === holder.identity ? holder : undefined;
  }

  /** @throws StartupError naming the process that holds the folder. */
  static acquire(folder: DataFolder, command: string): DataFolderLock {
    const identity = processIdentity(process.pid) ?? 'alive';
    const lock = new DataFolderLock(folder, { pid: process.pid, identity, command });
    for (;;) {
      if (lock.tryToTake()) return lock;
      const holder = DataFolderLock.holderOf(folder);
      if (holder) {
        throw new StartupError(
          `The data folder ${folder.path} is in use by another running platform (npm run ${holder.command}, process ${holder.pid}): stop that one first, or choose another folder with DATA_DIR=/path.`,
        );
      }
      rmSync(folder.lockFile, { force: true });
    }
  }

  /** Tells other commands on this machine where the database listens; the file is readable by its owner only. */
  announce(database: DatabaseUrls): void {
    this.holder = { ...this.holder, database };
    renameSync(this.writeDraft(), this.folder.lockFile);
  }

  release(): void {
    if (readHolder(this.folder.lockFile)?.pid === process.pid) rmSync(this.folder.lockFile, { force: true });
  }

  /** A link to a finished draft appears whole or not at all, so nobody ever reads half a lock. */
  private tryToTake(): boolean {
    const draft = this.writeDraft();
    try {
      linkSync(draft, this.folder.lockFile);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw new StartupError(
        `The data folder ${this.folder.path} cannot be locked (${(error as Error).message}): choose another folder with DATA_DIR=/path.`,
      );
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private writeDraft(): string {
    const draft = `${this.folder.lockFile}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(this.holder), { mode: 0o600 });
    return draft;
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
