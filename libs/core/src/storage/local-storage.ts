import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { FileTooLarge, StorageFull } from './storage.errors.js';

export interface StoredFile {
  path: string;
  bytes: bigint;
  /** Lower-case hex. */
  sha256: string;
}

/** Part of a file. */
export interface ByteRange {
  start: number;
  /** The first byte that is not part of it. */
  end: number;
}

export interface PutOptions {
  /** Refuse more than this; nothing remains of a refused file. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/**
 * Files on the local disk (the embedded default). Paths are relative, begin with the organization's id, and never leave
 * the root. A file appears under its name only when it is whole: written beside, flushed, then renamed.
 */
@Injectable()
export class LocalStorage {
  readonly root: string;

  constructor(config: AppConfig) {
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
      const source = Buffer.isBuffer(body) ? Readable.from([body]) : body;
      await pipeline(source, meter, createWriteStream(partial, { flush: true }), { signal: options.signal });
      await rename(partial, target);
      await flushDirectory(dirname(target));
    } catch (error) {
      await rm(partial, { force: true });
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? StorageFull({ cause: error }) : error;
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

  /** The absolute path of a stored file. Never outside of the root, whatever the path says. */
  private resolve(path: string): string {
    const absolute = normalize(join(this.root, path));
    if (!absolute.startsWith(this.root + sep) || path.includes('\0')) throw NotFound();
    return absolute;
  }
}

/** Counts and hashes what flows through. */
class Meter extends Transform {
  bytes = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly maxBytes = Number.POSITIVE_INFINITY) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null, data?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) {
      done(FileTooLarge(`The limit is ${this.maxBytes} bytes.`));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }

  digest(): string {
    return this.hash.digest('hex');
  }
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
