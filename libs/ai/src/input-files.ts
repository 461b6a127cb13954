import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { isAppError, messageOf } from '#core/errors';
import { OutboundFetch } from '#core/outbound';
import { LocalStorage } from '#core/storage';
import { AssetsRepository } from './assets/assets.repository.js';
import { measureSeconds } from './media-duration.js';
import { sniffHead } from './providers/media-sniffing.js';
import { ProviderError } from './providers/provider.errors.js';
import type { InputFile, MediaType } from './providers/provider.js';

/** Whole in memory while the provider is asked, so smaller than outputs may be. */
const MAX_BYTES: Readonly<Record<MediaType, number>> = {
  image: 25 * 1024 ** 2,
  audio: 25 * 1024 ** 2,
  video: 50 * 1024 ** 2,
};
const MAX_PIXELS = 50_000_000;
const FETCH_TIMEOUT_MS = 60_000;

/** What an input refers to: fields by name, with the kind of file that each takes. */
export type InputFileFields = Readonly<Record<string, MediaType>>;

/** Fetches the files that an input refers to: https addresses and the organization's own assets (by id). */
@Injectable()
export class InputFiles {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly assets: AssetsRepository,
    private readonly storage: LocalStorage,
    private readonly outbound: OutboundFetch,
  ) {}

  /**
   * @throws ProviderError `provider.input_unusable` when a file is not there, not what the field takes, or too large;
   *   nothing was sent to a provider by then
   */
  async open(
    organizationId: string,
    input: Readonly<Record<string, unknown>>,
    fields: InputFileFields,
    signal: AbortSignal,
  ): Promise<Record<string, InputFile[]>> {
    const files: Record<string, InputFile[]> = {};
    for (const [field, type] of Object.entries(fields)) {
      const references = [input[field]].flat().filter((one) => typeof one === 'string');
      if (references.length === 0) continue;
      files[field] = [];
      for (const reference of references) {
        const bytes = await this.read(organizationId, reference, MAX_BYTES[type], signal);
        files[field].push(await inspect(bytes, type, field));
      }
    }
    return files;
  }

  private async read(id: string, reference: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
    try {
      if (!reference.includes(':')) {
        const path = await this.assets.findPath(this.db, id, reference);
        if (!path) throw unusable('there is no such asset');
        if ((await this.storage.stat(path)).bytes > maxBytes) throw unusable(`an asset of more than ${maxBytes} bytes`);
        return await buffer(this.storage.read(path));
      }
      const answer = await this.outbound.fetch(reference, { signal, timeoutMs: FETCH_TIMEOUT_MS, maxBytes });
      if (answer.status === 200) return await buffer(answer.body);
      answer.body.destroy();
      throw unusable(`its address answers ${answer.status}`);
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      signal.throwIfAborted();
      throw unusable(isAppError(error) ? `${error.definition.title}. ${messageOf(error)}` : messageOf(error));
    }
  }
}

/** Tells what a file is by its bytes. */
async function inspect(bytes: Buffer, type: MediaType, field: string): Promise<InputFile> {
  const sniffed = await sniffHead(bytes);
  if (!sniffed?.mimeType.startsWith(`${type}/`)) {
    throw unusable(`${field} takes ${type}; the file is ${sniffed?.mimeType ?? 'of no known type'}`);
  }
  const { width, height } = sniffed;
  if (type === 'image' && !(width && height && width * height <= MAX_PIXELS)) {
    throw unusable(`${field} is ${width ?? '?'} x ${height ?? '?'} pixels; ${MAX_PIXELS} are the most`);
  }
  if (type === 'image') return { bytes, ...sniffed };
  const seconds = await measureSeconds(bytes);
  if (seconds === undefined) throw unusable(`${field} is unreadable`);
  return { bytes, ...sniffed, durationMs: Math.ceil(seconds * 1000) };
}

function unusable(providerMessage: string): ProviderError {
  return new ProviderError('provider.input_unusable', { retry: 'never', providerMessage });
}
