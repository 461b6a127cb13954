import { Injectable, Logger } from '@nestjs/common';
import { SecretsService } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { placeOf, type SealedProviderKey } from './provider-key.js';
import { ProviderKeysRepository } from './provider-keys.repository.js';

const BATCH = 100;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** Longer than anybody holds a data key between reading it and saving what it encrypted. */
const RETIRED_FOR_MS = 60_000;

/** What one pass did. */
export interface RotationReport {
  /** Organizations that got a fresh data key under the active key-encryption key. */
  dataKeys: number;
  /** Provider keys encrypted anew. */
  resealed: number;
  /** Provider keys that do not decrypt: a person has to look at them. */
  failed: number;
}

/**
 * Follows a change of the active key-encryption key: every organization gets a fresh data key, its provider keys are
 * encrypted anew, and data keys that encrypt nothing any more are deleted. In small batches of guarded updates, beside
 * readers and writers, who never wait and never fail: a row names the data key that opens it, and that one stays until
 * no row names it. Can be stopped and begun again anywhere.
 */
@Injectable()
export class ProviderKeyRotationService {
  private readonly logger = new Logger('EncryptionRotation');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ProviderKeysRepository,
    private readonly secrets: SecretsService,
  ) {}

  async run(signal: AbortSignal): Promise<RotationReport> {
    const report: RotationReport = { dataKeys: 0, resealed: 0, failed: 0 };
    for (let more = true; more && !signal.aborted;) {
      const batch = await this.secrets.replaceOutdatedDataKeys(BATCH);
      report.dataKeys += batch.replaced;
      more = batch.more;
      if (more) this.logger.log(`${report.dataKeys} data keys replaced, more to come`);
    }
    let after = FIRST_ID;
    while (!signal.aborted) {
      const keys = await this.repository.listUnderRetiredDataKeys(this.db, after, BATCH);
      for (const key of keys) await this.reseal(key, report);
      const last = keys.at(-1);
      if (!last || keys.length < BATCH) break;
      after = last.id;
      this.logger.log(`${report.resealed} provider keys encrypted anew, more to come`);
    }
    await this.secrets.dropRetiredDataKeys(RETIRED_FOR_MS, BATCH);
    if (report.dataKeys + report.resealed + report.failed > 0) await this.tell(report);
    return report;
  }

  private async reseal(key: SealedProviderKey, report: RotationReport): Promise<void> {
    try {
      const place = placeOf(key);
      const secret = await this.secrets.seal(place, this.secrets.open(place, key));
      // Changed or deleted meanwhile: whoever did that encrypted it with a newer data key, or the next pass finds it.
      if (await this.repository.reseal(this.db, key, secret)) report.resealed += 1;
    } catch (error) {
      report.failed += 1;
      this.logger.error({ err: error, providerKeyId: key.id }, 'A provider key could not be encrypted anew');
    }
  }

  private async tell({ dataKeys, resealed, failed }: RotationReport): Promise<void> {
    const active = this.secrets.activeVersion;
    const others = (await this.secrets.versionsInUse()).filter((version) => version !== active);
    const outcome =
      others.length === 0
        ? `everything is under the version ${active}, and no other is needed any more`
        : `still needed beside the version ${active}: ${others.join(', ')}`;
    this.logger.log(
      `${dataKeys} data keys replaced, ${resealed} provider keys encrypted anew, ${failed} failed; ${outcome}`,
    );
  }
}
