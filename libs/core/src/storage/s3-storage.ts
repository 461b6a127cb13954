import type { IncomingMessage } from 'node:http';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { type ByteRange, FileStorage, type LinkOptions, type PutOptions, type StoredFile } from './file-storage.js';
import { Meter, toStream } from './metered-body.js';
import { objectKey } from './object-path.js';
import { type S3Place, S3Upload } from './s3-upload.js';
import { StorageFull } from './storage.errors.js';
import { inParts } from './stream-parts.js';

export type S3Settings = NonNullable<AppConfig['storage']['s3']>;

/** The least that S3 takes for a part that is not the last. */
const PART_BYTES = 5 * 1024 ** 2;

const CONNECTION_TIMEOUT_MS = 10_000;
/** Without a byte for so long a request counts as lost, and is sent again. */
const SILENCE_MS = 30_000;
/** With the pauses between them, doubled from 0.1 s, some seconds. */
const ATTEMPTS = 7;

/**
 * A bucket of Amazon S3 or of any server that speaks its protocol. An object appears when its upload is complete; one that
 * breaks off is aborted, and leaves nothing.
 */
export class S3Storage extends FileStorage {
  private readonly client: S3Client;

  constructor(
    private readonly settings: S3Settings,
    private readonly silenceMs = SILENCE_MS,
  ) {
    super();
    const { region, endpoint, accessKeyId, secretAccessKey, forcePathStyle } = settings;
    this.client = new S3Client({
      region,
      endpoint,
      forcePathStyle,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: ATTEMPTS,
      // Without these the client waits for ever.
      requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: silenceMs },
      // Not every server that speaks S3 knows checksums in trailers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(path: string, body: Readable | Buffer, { signal, maxBytes }: PutOptions = {}): Promise<StoredFile> {
    const place = this.place(path);
    signal?.throwIfAborted();
    const meter = new Meter(maxBytes);
    const source = toStream(body);
    if (signal) addAbortSignal(signal, source);
    pipeline(source, meter, () => undefined);
    try {
      await this.send(place, meter, signal);
    } catch (error) {
      source.destroy();
      // What ended the source is the reason, whatever became of the request.
      throw meter.errored ?? (isFull(error) ? StorageFull({ cause: error }) : error);
    }
    return { path, bytes: BigInt(meter.bytes), sha256: meter.digest() };
  }

  read(path: string, range?: ByteRange): Readable {
    return Readable.from(this.chunks(path, range), { objectMode: false });
  }

  async stat(path: string): Promise<{ bytes: number; modifiedAt: Date }> {
    const { ContentLength, LastModified } = await found(this.client.send(new HeadObjectCommand(this.place(path))));
    return { bytes: ContentLength ?? 0, modifiedAt: LastModified ?? new Date(0) };
  }

  async delete(path: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.place(path)));
  }

  async check(): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.settings.bucket }));
  }

  async link(path: string, { validSeconds, download }: LinkOptions): Promise<string> {
    const disposition = download && `attachment; filename*=UTF-8''${encodeURIComponent(download)}`;
    const command = new GetObjectCommand({ ...this.place(path), ResponseContentDisposition: disposition });
    return getSignedUrl(this.client, command, { expiresIn: validSeconds });
  }

  private async *chunks(path: string, range?: ByteRange): AsyncGenerator<Buffer> {
    const Range = range && `bytes=${range.start}-${range.end - 1}`;
    const { Body } = await found(this.client.send(new GetObjectCommand({ ...this.place(path), Range })));
    yield* heard(Body as IncomingMessage, this.silenceMs);
  }

  /** What fits into one part at once, what is longer part by part. */
  private async send(place: S3Place, body: Readable, abortSignal?: AbortSignal): Promise<void> {
    let upload: S3Upload | undefined;
    try {
      for await (const { bytes, last } of inParts(body, PART_BYTES)) {
        if (last && !upload) await this.client.send(new PutObjectCommand({ ...place, Body: bytes }), { abortSignal });
        else {
          upload ??= await S3Upload.begin(this.client, place, abortSignal);
          await upload.add(bytes);
        }
      }
      await upload?.finish();
    } catch (error) {
      await upload?.abort();
      throw error;
    }
  }

  private place(path: string): S3Place {
    return { Bucket: this.settings.bucket, Key: objectKey(path) };
  }
}

/** @throws NotFound */
async function found<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw name === 'NotFound' || name === 'NoSuchKey' ? NotFound({ cause: error }) : error;
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

/** An object's bytes; silence ends them only while somebody waits: a reader who takes his time is not the storage's. */
async function* heard(body: IncomingMessage, silenceMs: number): AsyncGenerator<Buffer> {
  // The client's own limit knows no difference.
  body.setTimeout(0);
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(new Error(`nothing came for ${silenceMs} ms`)), silenceMs);
      const chunk = await chunks.next().finally(() => clearTimeout(timer));
      if (chunk.done) return;
      yield chunk.value;
    }
  } finally {
    body.destroy();
  }
}
