import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { StorageClient } from '@supabase/storage-js';
import { type HttpResponse, Upload } from 'tus-js-client';
import type { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { type ByteRange, FileStorage, type LinkOptions, type PutOptions, type StoredFile } from './file-storage.js';
import { Meter, toStream } from './metered-body.js';
import { objectKey } from './object-path.js';
import { PartSource } from './part-source.js';
import { PatientHttpStack } from './patient-http-stack.js';
import { isPassing, type Patience, persistentFetch, statusOf, statusTold } from './persistent-fetch.js';
import { StorageFull } from './storage.errors.js';
import { inParts } from './stream-parts.js';

export type SupabaseStorageSettings = NonNullable<AppConfig['storage']['supabase']>;

/** What Supabase's resumable uploads take at a time, and from where on it asks for them; hosted projects insist on it. */
const CHUNK_BYTES = 6 * 1024 ** 2;
const TYPE = 'application/octet-stream';

/** What is written was often paid for and is nowhere else; for what is read somebody waits. */
interface SupabasePatience {
  silenceMs: number;
  writeRetriesAfterMs: readonly number[];
  readRetriesAfterMs: readonly number[];
}
const PATIENCE: SupabasePatience = {
  silenceMs: 30_000,
  writeRetriesAfterMs: [500, 1000, 2000, 4000, 8000, 15_000],
  readRetriesAfterMs: [250, 1000, 3000],
};

/**
 * A private bucket of Supabase Storage. What fits into one chunk is sent at once, what is longer by the TUS protocol in
 * chunks that are repeated when the line breaks; either way the object appears when it is whole.
 */
export class SupabaseStorage extends FileStorage {
  private readonly headers: Record<string, string>;
  private readonly url: string;

  constructor(
    private readonly settings: SupabaseStorageSettings,
    private readonly patience = PATIENCE,
  ) {
    super();
    this.url = `${settings.url}/storage/v1`;
    this.headers = { authorization: `Bearer ${settings.secretKey}`, apikey: settings.secretKey };
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
      if (first.done) await this.putAtOnce(key, first.value, options.signal);
      else await this.putByChunks(key, meter, chunks, options.signal);
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
    const { data, error } = await this.bucket(this.reading()).info(objectKey(path));
    if (error) throw isMissing(error) ? NotFound({ cause: error }) : error;
    return { bytes: data.size ?? 0, modifiedAt: new Date(data.lastModified ?? 0) };
  }

  async delete(path: string): Promise<void> {
    const { error } = await this.bucket(this.reading()).remove([objectKey(path)]);
    if (error) throw error;
  }

  /** Without a second try: how it is now is the question. */
  async check(): Promise<void> {
    const { error } = await this.client({ silenceMs: this.patience.silenceMs, retriesAfterMs: [] }).getBucket(
      this.settings.bucket,
    );
    if (error) throw error;
  }

  async link(path: string, { validSeconds, download }: LinkOptions): Promise<string> {
    const { data, error } = await this.bucket(this.reading()).createSignedUrl(objectKey(path), validSeconds);
    if (error) throw isMissing(error) ? NotFound({ cause: error }) : error;
    // The client would encode the name twice.
    return data.signedUrl + (download === undefined ? '' : `&download=${encodeURIComponent(download)}`);
  }

  private reading(): Patience {
    return { silenceMs: this.patience.silenceMs, retriesAfterMs: this.patience.readRetriesAfterMs };
  }

  private client(patience: Patience): StorageClient {
    return new StorageClient(this.url, this.headers, persistentFetch(patience));
  }

  private bucket(patience: Patience) {
    return this.client(patience).from(this.settings.bucket);
  }

  private async putAtOnce(key: string, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    const { silenceMs, writeRetriesAfterMs: retriesAfterMs } = this.patience;
    const bucket = this.bucket({ silenceMs, retriesAfterMs, signal });
    const { error } = await bucket.upload(key, bytes, { upsert: true, contentType: TYPE });
    // The client wraps what ended a request.
    signal?.throwIfAborted();
    if (error) throw error;
  }

  private async putByChunks(key: string, body: Readable, chunks: PartSource, signal?: AbortSignal): Promise<void> {
    const { promise: sent, resolve, reject } = Promise.withResolvers<undefined>();
    const giveUp = (error: unknown) => {
      void upload.abort(true).catch(() => undefined);
      reject(error);
    };
    const stop = () => giveUp(signal?.reason);
    const upload = new Upload(body, {
      endpoint: `${this.url}/upload/resumable`,
      headers: { ...this.headers, 'x-upsert': 'true' },
      metadata: { bucketName: this.settings.bucket, objectName: key, contentType: TYPE },
      chunkSize: CHUNK_BYTES,
      uploadLengthDeferred: true,
      retryDelays: [...this.patience.writeRetriesAfterMs],
      onShouldRetry: mayPass,
      httpStack: new PatientHttpStack(this.patience.silenceMs),
      fileReader: { openFile: () => Promise.resolve(chunks) },
      onSuccess: () => resolve(undefined),
      onError: giveUp,
    });
    // Without this the client would try to read on.
    body.once('error', giveUp);
    // The last chunk is sent when the body has long been read.
    signal?.addEventListener('abort', stop, { once: true });
    upload.start();
    await sent.finally(() => signal?.removeEventListener('abort', stop));
  }

  /** By hand: the client would hold the whole file. */
  private async *chunks(path: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
    const place = `${encodeURIComponent(this.settings.bucket)}/${objectKey(path).split('/').map(encodeURIComponent).join('/')}`;
    const headers = { ...this.headers, ...(range && { range: `bytes=${range.start}-${range.end - 1}` }) };
    const answer = await persistentFetch(this.reading())(`${this.url}/object/authenticated/${place}`, { headers });
    if (answer.ok && answer.body) {
      yield* answer.body;
      return;
    }
    const status = await statusOf(answer);
    await answer.body?.cancel();
    throw status === 404 || status === 400 ? NotFound() : new Error(`Supabase Storage answers ${status}`);
  }
}

/** A missing object is answered 400, with the 404 in its body. */
function isMissing(error: object): boolean {
  const status = errorStatus(error);
  return status === 404 || status === 400;
}

/** What a self-hosted server answers, through whatever keeps its files, when there is no room: 507 Insufficient Storage. */
function isFull(error: unknown): boolean {
  return errorStatus(error) === 507;
}

/** Of a chunk: no answer at all, a passing one, or an upload that another request still holds (409, 423). */
function mayPass(error: unknown): boolean {
  const status = errorStatus(error);
  return status === undefined || isPassing(status) || status === 409 || status === 423;
}

/** What an error of either client says; undefined: there was no answer. */
function errorStatus(error: unknown): number | undefined {
  const { status, statusCode, originalResponse } = (error ?? {}) as {
    status?: number;
    statusCode?: string;
    /** Of a resumable upload. */
    originalResponse?: HttpResponse | null;
  };
  if (originalResponse) return statusTold(originalResponse.getStatus(), parsed(originalResponse.getBody()));
  return status && statusTold(status, { statusCode });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
