import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { type ByteRange, FileStorage, type PutOptions, type StoredFile } from './file-storage.js';
import { Meter, toStream } from './metered-body.js';
import { StorageFull } from './storage.errors.js';

/**
 * Files on the local disk (the embedded default). Paths are relative, begin with the organization's id, and never leave
 * the root. A file appears under its name only when it is whole: written beside, flushed, then renamed.
 */
export class LocalStorage extends FileStorage {
  readonly root: string;

  constructor(config: AppConfig) {
    super();
    this.root = config.storage.directory;
  }

  /**
   * Streams a file in; writing the same path again replaces it (a repeated run of a job is harmless).
   * @throws FileTooLarge, StorageFull
   */
  async put(path: string, body: Readable | Buffer, options: PutOptions = {}): Promise<StoredFile> {
    const target = this.resolve(path);
    await mkdir(dirname(target), { recursive: true });
    const partial = `${target}.${randomUUID()}.part`;
    const meter = new Meter(options.maxBytes);
    try {
      await pipeline(toStream(body), meter, createWriteStream(partial, { flush: true }), { signal: options.signal });
      await rename(partial, target);
      await flushDirectory(dirname(target));
    } catch (error) {
      await rm(partial, { force: true });
      throw isFull(error) ? StorageFull({ cause: error }) : error;
    }
    return { path, bytes: BigInt(meter.bytes), sha256: meter.digest() };
  }

  /** The file, or a range of it, as a stream, which ends with an error when it is not there. */
  read(path: string, range?: ByteRange): Readable {
    return createReadStream(this.resolve(path), range && { start: range.start, end: range.end - 1 });
  }

  /** @throws NotFound */
  async stat(path: string): Promise<{ bytes: number; modifiedAt: Date }> {
    const found = await stat(this.resolve(path)).catch(() => undefined);
    if (!found?.isFile()) throw NotFound();
    return { bytes: found.size, modifiedAt: found.mtime };
  }

  async delete(path: string): Promise<void> {
    await rm(this.resolve(path), { force: true });
  }

  /** Proves that files can be written. */
  async check(): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await access(this.root, constants.R_OK | constants.W_OK);
  }

  /** The API serves them. */
  link(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** The absolute path of a stored file. Never outside of the root, whatever the path says. */
  private resolve(path: string): string {
    const absolute = normalize(join(this.root, path));
    if (!absolute.startsWith(this.root + sep) || path.includes('\0')) throw NotFound();
    return absolute;
  }
}

/** No room on the disk, in the quota, or in what one file of the process may have (`ulimit -f`). */
function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String((error as NodeJS.ErrnoException).code));
}

/** A rename survives a power cut only when the directory was flushed too. */
async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
