import { addAbortSignal, pipeline, Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { type ByteRange, FileStorage, type LinkOptions, type PutOptions, type StoredFile } from './file-storage.js';
import { Meter, toStream } from './metered-body.js';
import { objectKey } from './object-path.js';
import { StorageFull } from './storage.errors.js';

export type S3Settings = NonNullable<AppConfig['storage']['s3']>;

/** Sent in parts of this size, two at a time: what one file costs in memory, however large it is. */
const PART_BYTES = 5 * 1024 ** 2;
const PARTS_AT_A_TIME = 2;

/**
 * A bucket of Amazon S3 or of any server that speaks its protocol. An object appears when its upload is complete; one that
 * breaks off is aborted, and leaves nothing.
 */
export class S3Storage extends FileStorage {
  private client: Promise<S3Client> | undefined;

  constructor(private readonly settings: S3Settings) {
    super();
  }

  async put(path: string, body: Readable | Buffer, options: PutOptions = {}): Promise<StoredFile> {
    const key = objectKey(path);
    options.signal?.throwIfAborted();
    const { Upload } = await import('@aws-sdk/lib-storage');
    const meter = new Meter(options.maxBytes);
    const source = toStream(body);
    if (options.signal) addAbortSignal(options.signal, source);
    pipeline(source, meter, () => undefined);
    const upload = new Upload({
      client: await this.connect(),
      params: { Bucket: this.settings.bucket, Key: key, Body: meter },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_A_TIME,
    });
    try {
      await upload.done();
    } catch (error) {
      source.destroy();
      await upload.abort().catch(() => undefined);
      // What ended the source is the reason, whatever became of the request.
      throw meter.errored ?? (isFull(error) ? StorageFull({ cause: error }) : error);
    }
    return { path, bytes: BigInt(meter.bytes), sha256: meter.digest() };
  }

  read(path: string, range?: ByteRange): Readable {
    return Readable.from(this.chunks(path, range), { objectMode: false });
  }

  async stat(path: string): Promise<{ bytes: number; modifiedAt: Date }> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const found = await this.ask((client) => client.send(new HeadObjectCommand(this.place(path))));
    return { bytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
  }

  async delete(path: string): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await (await this.connect()).send(new DeleteObjectCommand(this.place(path)));
  }

  async check(): Promise<void> {
    const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
    await (await this.connect()).send(new HeadBucketCommand({ Bucket: this.settings.bucket }));
  }

  async link(path: string, { validSeconds, download }: LinkOptions): Promise<string> {
    const [{ GetObjectCommand }, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    const disposition = download && `attachment; filename*=UTF-8''${encodeURIComponent(download)}`;
    const command = new GetObjectCommand({ ...this.place(path), ResponseContentDisposition: disposition });
    return getSignedUrl(await this.connect(), command, { expiresIn: validSeconds });
  }

  private async *chunks(path: string, range?: ByteRange): AsyncGenerator<Buffer> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const Range = range && `bytes=${range.start}-${range.end - 1}`;
    const found = await this.ask((client) => client.send(new GetObjectCommand({ ...this.place(path), Range })));
    yield* found.Body as AsyncIterable<Buffer>;
  }

  /** @throws NotFound */
  private async ask<T>(request: (client: S3Client) => Promise<T>): Promise<T> {
    try {
      return await request(await this.connect());
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      throw name === 'NotFound' || name === 'NoSuchKey' ? NotFound({ cause: error }) : error;
    }
  }

  private place(path: string): { Bucket: string; Key: string } {
    return { Bucket: this.settings.bucket, Key: objectKey(path) };
  }

  /** Loaded when the first file is: a process on another driver never does. */
  private connect(): Promise<S3Client> {
    const { region, endpoint, accessKeyId, secretAccessKey, forcePathStyle } = this.settings;
    this.client ??= import('@aws-sdk/client-s3').then(
      ({ S3Client: Client }) =>
        new Client({
          region,
          endpoint,
          forcePathStyle,
          credentials: { accessKeyId, secretAccessKey },
          // Not every server that speaks S3 knows checksums in trailers.
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }),
    );
    return this.client;
  }
}

/**
 * The bucket's or the server's room is used up. S3 itself knows no such answer; by the names of MinIO (the first two) and
 * Ceph, and by the status that WebDAV has for it, which other servers borrow.
 */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const names = ['XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'QuotaExceeded'];
  return names.includes(error.name) || $metadata?.httpStatusCode === 507;
}
