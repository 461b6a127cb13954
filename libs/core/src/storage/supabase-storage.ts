import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { StorageClient } from '@supabase/storage-js';
import { Upload } from 'tus-js-client';
import type { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { type ByteRange, FileStorage, type LinkOptions, type PutOptions, type StoredFile } from './file-storage.js';
import { Meter, toStream } from './metered-body.js';
import { objectKey } from './object-path.js';
import { PartSource } from './part-source.js';
import { StorageFull } from './storage.errors.js';
import { inParts } from './stream-parts.js';

export type SupabaseStorageSettings = NonNullable<AppConfig['storage']['supabase']>;

/** What Supabase's resumable uploads take at a time, and from where on it asks for them; hosted projects insist on it. */
const CHUNK_BYTES = 6 * 1024 ** 2;
const RETRIES_AFTER_MS = [0, 1000, 3000];
const TYPE = 'application/octet-stream';

/**
 * A private bucket of Supabase Storage. What fits into one chunk is sent at once, what is longer by the TUS protocol in
 * chunks that are repeated when the line breaks; either way the object appears when it is whole.
 */
export class SupabaseStorage extends FileStorage {
  private readonly headers: Record<string, string>;
  private readonly url: string;
  private readonly client: StorageClient;

  constructor(private readonly settings: SupabaseStorageSettings) {
    super();
    this.url = `${settings.url}/storage/v1`;
    this.headers = { authorization: `Bearer ${settings.secretKey}`, apikey: settings.secretKey };
    this.client = new StorageClient(this.url, this.headers);
  }

  async put(path: string, body: Readable | Buffer, options: PutOptions = {}): Promise<StoredFile> {
    const key = objectKey(path);
    options.signal?.throwIfAborted();
    const meter = new Meter(options.maxBytes);
    const source = toStream(body);
    if (options.signal) addAbortSignal(options.signal, source);
    pipeline(source, meter, () => undefined);
    try {
      const chunks = new PartSource(inParts(meter, CHUNK_BYTES));
      const first = await chunks.slice(0);
      if (first.done) await this.putAtOnce(key, first.value);
      else await this.putByChunks(key, meter, chunks);
    } catch (error) {
      source.destroy();
      throw meter.errored ?? (isFull(error) ? StorageFull({ cause: error }) : error);
    }
    return { path, bytes: BigInt(meter.bytes), sha256: meter.digest() };
  }

  read(path: string, range?: ByteRange): Readable {
    return Readable.from(this.chunks(path, range), { objectMode: false });
  }

  async stat(path: string): Promise<{ bytes: number; modifiedAt: Date }> {
    const { data, error } = await this.bucket.info(objectKey(path));
    if (error) throw isMissing(error) ? NotFound({ cause: error }) : error;
    return { bytes: data.size ?? 0, modifiedAt: new Date(data.lastModified ?? 0) };
  }

  async delete(path: string): Promise<void> {
    const { error } = await this.bucket.remove([objectKey(path)]);
    if (error) throw error;
  }

  async check(): Promise<void> {
    const { error } = await this.client.getBucket(this.settings.bucket);
    if (error) throw error;
  }

  async link(path: string, { validSeconds, download }: LinkOptions): Promise<string> {
    const { data, error } = await this.bucket.createSignedUrl(objectKey(path), validSeconds);
    if (error) throw isMissing(error) ? NotFound({ cause: error }) : error;
    // The client would encode the name twice.
    return data.signedUrl + (download === undefined ? '' : `&download=${encodeURIComponent(download)}`);
  }

  private get bucket() {
    return this.client.from(this.settings.bucket);
  }

  private async putAtOnce(key: string, bytes: Buffer): Promise<void> {
    const { error } = await this.bucket.upload(key, bytes, { upsert: true, contentType: TYPE });
    if (error) throw error;
  }

  private putByChunks(key: string, body: Readable, chunks: PartSource): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error) => {
        void upload.abort(true).catch(() => undefined);
        reject(error);
      };
      const upload = new Upload(body, {
        endpoint: `${this.url}/upload/resumable`,
        headers: { ...this.headers, 'x-upsert': 'true' },
        metadata: { bucketName: this.settings.bucket, objectName: key, contentType: TYPE },
        chunkSize: CHUNK_BYTES,
        uploadLengthDeferred: true,
        retryDelays: RETRIES_AFTER_MS,
        fileReader: { openFile: () => Promise.resolve(chunks) },
        onSuccess: () => resolve(),
        onError: giveUp,
      });
      // Without this the client would try to read on.
      body.once('error', giveUp);
      upload.start();
    });
  }

  /** By hand: the client would hold the whole file. */
  private async *chunks(path: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
    const place = `${encodeURIComponent(this.settings.bucket)}/${objectKey(path).split('/').map(encodeURIComponent).join('/')}`;
    const headers = { ...this.headers, ...(range && { range: `bytes=${range.start}-${range.end - 1}` }) };
    const answer = await fetch(`${this.url}/object/authenticated/${place}`, { headers });
    if (answer.ok && answer.body) {
      yield* answer.body;
      return;
    }
    await answer.body?.cancel();
    // A missing object is answered 400, with the 404 in its body.
    throw answer.status === 404 || answer.status === 400
      ? NotFound()
      : new Error(`Supabase Storage answers ${answer.status}`);
  }
}

function isMissing(error: object): boolean {
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  return status === 404 || String(statusCode) === '404' || status === 400;
}

/** What a self-hosted server answers, through whatever keeps its files, when there is no room: 507 Insufficient Storage. */
function isFull(error: unknown): boolean {
  const { status, statusCode, originalResponse } = (error ?? {}) as {
    status?: unknown;
    statusCode?: unknown;
    /** Of a resumable upload. */
    originalResponse?: { getStatus(): number } | null;
  };
  return status === 507 || String(statusCode) === '507' || originalResponse?.getStatus() === 507;
}
