import { Injectable } from '@nestjs/common';
import { newId } from '#core/crypto';
import { LocalStorage } from '#core/storage';
import type { ClaimedJob, NewGeneration } from './generations.repository.js';
import { extensionOf } from './output-files.js';
import { ProviderError } from './providers/provider.errors.js';
import type { ProviderOutput } from './providers/provider.js';

/** The largest file a provider may hand over. */
const MAX_OUTPUT_BYTES = 2 * 1024 ** 3;

/** Puts what a provider made into storage. */
@Injectable()
export class OutputStore {
  constructor(private readonly storage: LocalStorage) {}

  /**
   * Streams every output to its place, which depends on the job and its number alone: a repeated run replaces the files
   * of the one before.
   * @throws ProviderError when the provider handed over nothing; StorageFull, FileTooLarge
   */
  async put(job: ClaimedJob, outputs: ProviderOutput[], signal: AbortSignal): Promise<NewGeneration[]> {
    if (outputs.length === 0) {
      throw new ProviderError('provider.bad_response', { retry: 'never', providerMessage: 'no outputs' });
    }
    const files: NewGeneration[] = [];
    for (const [ordinal, output] of outputs.entries()) {
      const path = `${job.organizationId}/jobs/${job.id}/${ordinal}.${extensionOf(output.mimeType)}`;
      const stored = await this.storage.put(path, output.body, { signal, maxBytes: MAX_OUTPUT_BYTES });
      files.push({
        id: newId(),
        ordinal,
        mimeType: output.mimeType,
        bytes: stored.bytes,
        sha256: stored.sha256,
        storagePath: path,
        width: output.width,
        height: output.height,
        durationMs: output.durationMs,
        seed: output.seed,
        metadata: output.metadata,
      });
    }
    return files;
  }
}
