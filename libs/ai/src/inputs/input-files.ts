import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { isAppError, messageOf } from '#core/errors';
import { OutboundFetch } from '#core/outbound';
import { FileUrls, FileStorage } from '#core/storage';
import { AssetsRepository } from '../assets/assets.repository.js';
import { probeMedia } from '../assets/media-probe.js';
import { limitsOf, unfitness } from './input-file-limits.js';
import { toPlainPicture } from './plain-picture.js';
import { assetIdOf, referencesIn } from '../models/file-reference.js';
import type { ModelDefinition } from '../models/model.js';
import { plainMediaType, sniffHead } from '../providers/media-sniffing.js';
import { ProviderError } from '../providers/provider.errors.js';
import type { InputFile, MediaType } from '../providers/provider.js';

const FETCH_TIMEOUT_MS = 60_000;

/** Opens the files that a job's input refers to, for its provider. They were checked when the job was accepted. */
@Injectable()
export class InputFiles {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly assets: AssetsRepository,
    private readonly storage: FileStorage,
    private readonly fileUrls: FileUrls,
    private readonly outbound: OutboundFetch,
    private readonly config: AppConfig,
  ) {}

  /**
   * @throws ProviderError `provider.input_unusable` when a file is gone, or not what the field takes; nothing was sent to
   *   a provider by then
   */
  async open(
    organizationId: string,
    input: Readonly<Record<string, unknown>>,
    model: ModelDefinition,
    signal: AbortSignal,
  ): Promise<Record<string, InputFile[]>> {
    const files: Record<string, InputFile[]> = {};
    const longestMs = model.longestFileMs?.(input);
    for (const [field, type] of Object.entries(model.inputFiles ?? {})) {
      const references = referencesIn(input, field);
      if (references.length === 0) continue;
      const limits = model.fileLimits?.[field];
      files[field] = [];
      for (const reference of references) {
        const file = await this.read(organizationId, reference, limitsOf(type, limits).maxBytes, signal);
        const inspected = await inspect(file, type);
        const reason = unfitness({ ...inspected, bytes: file.bytes.length }, type, limits, longestMs);
        if (reason) throw unusable(`${field} ${reason}`);
        files[field].push(type === 'image' ? await withoutTags(inspected, reference) : inspected);
      }
    }
    return files;
  }

  private async read(
    organizationId: string,
    reference: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Pick<InputFile, 'bytes' | 'url'>> {
    try {
      const assetId = assetIdOf(reference);
      return assetId === undefined
        ? { bytes: await this.fetch(reference, maxBytes, signal), url: reference }
        : await this.readAsset(organizationId, assetId, maxBytes);
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      signal.throwIfAborted();
      throw unusable(isAppError(error) ? `${error.definition.title}. ${messageOf(error)}` : messageOf(error));
    }
  }

  private async readAsset(organizationId: string, assetId: string, maxBytes: number) {
    const path = await this.assets.findPath(this.db, organizationId, assetId);
    if (!path) throw unusable('there is no such asset');
    if ((await this.storage.stat(path)).bytes > maxBytes) throw unusable(`an asset of more than ${maxBytes} bytes`);
    const { url } = this.fileUrls.sign(path);
    return {
      bytes: await buffer(this.storage.read(path)),
      // A provider cannot come to an address of ours that is not public.
      ...(this.config.http.publicUrl.startsWith('https:') && { url }),
    };
  }

  private async fetch(address: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
    const answer = await this.outbound.fetch(address, {
      writtenBy: 'customer',
      signal,
      timeoutMs: FETCH_TIMEOUT_MS,
      maxBytes,
    });
    if (answer.status === 200) return buffer(answer.body);
    answer.body.destroy();
    throw unusable(`its address answers ${answer.status}`);
  }
}

/** Tells what a file is by its bytes. */
async function inspect(file: Pick<InputFile, 'bytes' | 'url'>, type: MediaType): Promise<InputFile> {
  const { bytes } = file;
  const sniffed = await sniffHead(bytes);
  if (!sniffed) throw unusable('a file of no known type');
  if (type === 'image') return { ...file, ...sniffed };
  const media = await probeMedia({ bytes: bytes.length, read: (start, end) => bytes.subarray(start, end) });
  if (!media) throw unusable('a file that cannot be played');
  return {
    ...file,
    ...sniffed,
    mimeType: media.mimeType ?? plainMediaType(sniffed.mimeType),
    durationMs: media.durationMs,
  };
}

/**
 * A picture that was stored with its tags, before uploads lost them, is sent without. Its link leads to the stored file; an
 * address of the customer's own is public.
 */
async function withoutTags(file: InputFile, reference: string): Promise<InputFile> {
  const bytes = await toPlainPicture(file.bytes);
  if (bytes === file.bytes) return file;
  return { ...file, bytes, url: assetIdOf(reference) === undefined ? file.url : undefined };
}

function unusable(providerMessage: string): ProviderError {
  return new ProviderError('provider.input_unusable', { retry: 'never', providerMessage });
}
