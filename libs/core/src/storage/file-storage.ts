import type { Readable } from 'node:stream';

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

export interface LinkOptions {
  validSeconds: number;
  /** A file name, when the browser shall save instead of show. */
  download?: string;
}

/**
 * Where files are kept: the local disk, a bucket that speaks S3, or Supabase Storage, by `STORAGE_DRIVER`. Streams in and
 * out, never whole files. Paths are relative and begin with the organization's id. A file appears under its name only when
 * it is whole. The class is also what is injected.
 */
export abstract class FileStorage {
  /**
   * Streams a file in; writing the same path again replaces it (a repeated run of a job is harmless).
   * @throws FileTooLarge, StorageFull
   */
  abstract put(path: string, body: Readable | Buffer, options?: PutOptions): Promise<StoredFile>;

  /** The file, or a range of it, as a stream, which ends with an error when it is not there. */
  abstract read(path: string, range?: ByteRange): Readable;

  /** @throws NotFound */
  abstract stat(path: string): Promise<{ bytes: number; modifiedAt: Date }>;

  /** Also of what is not there. */
  abstract delete(path: string): Promise<void>;

  /** Proves that the storage can be used. */
  abstract check(): Promise<void>;

  /**
   * A link of the storage's own, which serves ranges, for whoever has it; undefined when the storage has no door of its
   * own and this API serves the file.
   */
  abstract link(path: string, options: LinkOptions): Promise<string | undefined>;
}
