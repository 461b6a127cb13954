import { pipeline, Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { Lanes } from '#core/batching';
import { AppConfig } from '#core/config';
import { newId } from '#core/crypto';
import { type AppError, isAppError, messageOf } from '#core/errors';
import { AddressRefused, FetchFailed, OutboundFetch } from '#core/outbound';
import { FileStorage, StorageFull } from '#core/storage';
import type { ClaimedJob } from '../generations/claimed-job.js';
import type { NewGeneration } from '../generations/generations.repository.js';
import { extensionOf } from './output-files.js';
import { restOf, sniffHead, takeHead } from '../providers/media-sniffing.js';
import { ProviderError } from '../providers/provider.errors.js';
import { isRemote, type MediaType, type ProviderOutput, type RemoteOutput } from '../providers/provider.js';
import { IncompleteFile, WholeFile } from './whole-file.js';

/** The largest file a provider may hand over. */
const MAX_OUTPUT_BYTES = 2 * 1024 ** 3;
/** For one file, from the request to its last byte. */
const FETCH_TIMEOUT_MS = 15 * 60_000;
/** After a file found no room nobody tries for so many times the first pause between tries (JOB_RETRY_BASE_SECONDS). */
const FULL_RETRIES = 20;
/** Larger pictures are no generation but an attack on whoever opens them. */
const MAX_PIXELS = 200_000_000;

/** Files on their way at a time: in a bucket each may hold a part of 6 MB in memory, and films are long. */
const TRANSFERS: Record<MediaType, number> = { image: 16, audio: 8, video: 4 };

/** Puts what a provider made into storage. */
@Injectable()
export class OutputStore {
  private readonly logger = new Logger('Storage');
  private readonly fullMs: number;
  private fullUntilMs = 0;
  private readonly transfers = {
    image: new Lanes(TRANSFERS.image),
    audio: new Lanes(TRANSFERS.audio),
    video: new Lanes(TRANSFERS.video),
  };

  constructor(
    private readonly storage: FileStorage,
    private readonly outbound: OutboundFetch,
    config: AppConfig,
  ) {
    this.fullMs = config.jobs.retryBaseMs * FULL_RETRIES;
  }

  /**
   * To be asked before anything is made: what could not be kept would be paid for in vain.
   * @throws StorageFull for a while after a file found no room
   */
  assertRoom(): void {
    const waitMs = this.fullUntilMs - Date.now();
    if (waitMs > 0) throw StorageFull({ retryAfterSeconds: waitMs / 1000 });
  }

  /**
   * Streams every output to its place, which depends on the job and its number alone: a repeated run replaces the files
   * of the one before.
   * @throws ProviderError when the provider handed over nothing, something else or a part only; StorageFull, FileTooLarge
   */
  async put(
    job: Pick<ClaimedJob, 'id' | 'organizationId' | 'type'>,
    outputs: (ProviderOutput | RemoteOutput)[],
    signal: AbortSignal,
  ): Promise<NewGeneration[]> {
    if (outputs.length === 0) {
      throw new ProviderError('provider.bad_response', { retry: 'never', providerMessage: 'no outputs' });
    }
    const files: NewGeneration[] = [];
    for (const [ordinal, output] of outputs.entries()) {
      files.push(await this.transfers[job.type].run(() => this.putOne(job, ordinal, output, signal)));
    }
    return files;
  }

  private async putOne(
    job: Pick<ClaimedJob, 'id' | 'organizationId' | 'type'>,
    ordinal: number,
    output: ProviderOutput | RemoteOutput,
    signal: AbortSignal,
  ): Promise<NewGeneration> {
    const inHand = isRemote(output) ? await this.fetch(output, job.type, signal) : output;
    const path = `${job.organizationId}/jobs/${job.id}/${ordinal}.${extensionOf(inHand.mimeType)}`;
    try {
      const body = checked(inHand);
      const stored = await this.storage.put(path, body, { signal, maxBytes: MAX_OUTPUT_BYTES });
      return {
        id: newId(),
        ordinal,
        mimeType: inHand.mimeType,
        bytes: stored.bytes,
        sha256: stored.sha256,
        storagePath: path,
        width: inHand.width,
        height: inHand.height,
        durationMs: inHand.durationMs,
        seed: inHand.seed,
        metadata: inHand.metadata,
      };
    } catch (error) {
      if (StorageFull.is(error)) this.markFull(error);
      throw brokenOff(error, isRemote(output));
    }
  }

  /** Said once for all jobs that meet it in this time. */
  private markFull(error: AppError): void {
    const known = Date.now() < this.fullUntilMs;
    this.fullUntilMs = Date.now() + this.fullMs;
    if (!known) {
      this.logger.error(
        { err: error, alert: error.code },
        'The storage is full: make room, jobs wait for half an hour',
      );
    }
  }

  /** The provider's link, which lives for minutes: a failed fetch is worth another poll, which gives a fresh one. */
  private async fetch(remote: RemoteOutput, type: MediaType, signal: AbortSignal): Promise<ProviderOutput> {
    const limits = { writtenBy: 'provider', signal, timeoutMs: FETCH_TIMEOUT_MS, maxBytes: MAX_OUTPUT_BYTES } as const;
    const answer = await this.outbound
      .fetch(remote.url, limits)
      .catch((error: unknown) => Promise.reject(unavailable(reasonOf(error))));
    if (answer.status !== 200) {
      answer.body.destroy();
      throw unavailable(`the file's address answers ${answer.status}`);
    }
    const chunks = answer.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await takeHead(chunks).catch((error: unknown) => Promise.reject(unavailable(messageOf(error))));
    const sniffed = await sniffHead(head);
    if (!sniffed?.mimeType.startsWith(`${type}/`)) {
      answer.body.destroy();
      throw unavailable(`the file is ${sniffed?.mimeType ?? 'of no known type'}, not ${type}`);
    }
    if ((sniffed.width ?? 0) * (sniffed.height ?? 0) > MAX_PIXELS) {
      answer.body.destroy();
      throw new ProviderError('provider.bad_response', { retry: 'never', providerMessage: 'too many pixels' });
    }
    const { seed, metadata } = remote;
    return { ...sniffed, seed, metadata, body: Readable.from(restOf(head, chunks), { objectMode: false }) };
  }
}

/** The body, ending with an error when the file is not all there. */
function checked({ body, mimeType }: ProviderOutput): Readable {
  const source = Buffer.isBuffer(body) ? Readable.from([body]) : body;
  // Errors on the way end the checked stream, where they are met.
  return pipeline(source, new WholeFile(mimeType), () => undefined);
}

function brokenOff(error: unknown, remote: boolean): unknown {
  if (error instanceof IncompleteFile) {
    return remote
      ? unavailable(error.message)
      : new ProviderError('provider.bad_response', { retry: 'ambiguous', providerMessage: error.message });
  }
  if (FetchFailed.is(error) || AddressRefused.is(error)) return unavailable(error.message);
  // Connections that end in the middle of a fetched file have no type of their own; those of the disk have a code of it.
  const cut = remote && !isAppError(error) && ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(codeOf(error));
  return cut ? unavailable(messageOf(error)) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The system's own words where there are any: they go to the log. */
function reasonOf(error: unknown): string {
  return messageOf(isAppError(error) ? (error.details.cause ?? error) : error);
}

function unavailable(providerMessage: string): ProviderError {
  return new ProviderError('provider.output_unavailable', { retry: 'safe', providerMessage });
}
