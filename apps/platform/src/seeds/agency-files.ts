import { extensionOf, findModel, JobRequests, type PricedRequest, ProviderRegistry } from '#ai';
import { newId } from '#core/crypto';
import type { Db } from '#core/db';
import type { Person, Tenant } from '#core/http';
import { FileStorage } from '#core/storage';
import type { PlannedFile } from './agency-content.js';
import { AgencyRepository, type PastFile, type PastJob } from './agency.repository.js';
import type { SeedContext } from './scenario.js';

const DAY_MS = 86_400_000;
const FAILURES = {
  'provider.content_policy': 'The provider refused the request because of its content policy.',
  'provider.timeout': 'The provider did not answer in time.',
} as const;

export interface PlannedJob extends PlannedFile {
  key: string;
  maker: Tenant & Person;
  projectId: string | null;
}

/** Makes the planned files: priced as any request is, drawn by the sandbox whatever the model, charged and counted. */
export class AgencyFiles {
  private readonly repository = new AgencyRepository();
  private readonly db: Db;

  constructor(private readonly context: SeedContext) {
    this.db = context.ownerDb;
  }

  /** Those that an earlier run has made are left alone. @returns the ids of the new files, oldest first */
  async make(planned: PlannedJob[], organizationId: string): Promise<string[]> {
    const known = await this.repository.listUsedKeys(
      this.db,
      organizationId,
      planned.map(({ key }) => key),
    );
    const missing = planned.filter(({ key }) => !known.has(key));
    if (missing.length > 0) this.context.log(`Making ${missing.length} files on the sandbox …`);
    const made: string[] = [];
    for (const job of missing) made.push(...(await this.makeOne(job, organizationId)));
    return made;
  }

  private async makeOne(planned: PlannedJob, organizationId: string): Promise<string[]> {
    // A test key may use any model without its provider's credentials; what it may use is priced all the same.
    const priced = await this.context.services
      .get(JobRequests, { strict: false })
      .prepare({ ...planned.maker, testMode: true }, planned);
    const job = toPastJob(planned, priced, organizationId);
    const { failure } = planned;
    if (failure) {
      await this.db.transaction().execute((trx) => this.repository.insertFailed(trx, job, failure, FAILURES[failure]));
      return [];
    }
    const files = await this.draw(job);
    await this.db.transaction().execute((trx) => this.repository.insertSucceeded(trx, job, files));
    return files.map(({ id }) => id);
  }

  private async draw(job: PastJob): Promise<PastFile[]> {
    const model = findModel(job.model);
    const request = {
      jobId: job.id,
      organizationId: job.organizationId,
      type: job.type,
      model: job.model,
      providerModel: model.providerModel,
      ability: model.ability,
      expectedMs: model.expectedMs,
      input: { ...job.input, simulate: { latencyMs: 0 } },
      files: {},
    };
    const sandbox = this.context.services.get(ProviderRegistry, { strict: false }).get('sandbox');
    const result = await sandbox.submit(request, { signal: AbortSignal.timeout(120_000), attempt: 1 });
    if (result.state !== 'done') throw new Error(`The sandbox did not draw ${job.key}`);
    const storage = this.context.services.get(FileStorage, { strict: false });
    const files: PastFile[] = [];
    for (const [ordinal, output] of result.outputs.entries()) {
      if (!('body' in output)) throw new Error('The sandbox has no links to files');
      const storagePath = `${job.organizationId}/jobs/${job.id}/${ordinal}.${extensionOf(output.mimeType)}`;
      const { bytes, sha256 } = await storage.put(storagePath, output.body);
      files.push({
        id: newId(),
        ordinal,
        mimeType: output.mimeType,
        bytes,
        sha256,
        storagePath,
        width: output.width ?? null,
        height: output.height ?? null,
        durationMs: output.durationMs ?? null,
        seed: output.seed ?? null,
        prompt: promptOf(job.input),
      });
    }
    return files;
  }
}

function toPastJob(planned: PlannedJob, priced: PricedRequest, organizationId: string): PastJob {
  return {
    id: newId(),
    organizationId,
    userId: planned.maker.userId,
    projectId: planned.projectId,
    type: priced.model.type,
    model: priced.model.id,
    input: priced.input,
    price: priced.frozenPrice,
    priceVersion: priced.price.version,
    credits: priced.maximumCredits,
    key: planned.key,
    endedAt: new Date(Date.now() - planned.age * DAY_MS),
    tookMs: priced.model.expectedMs,
  };
}

function promptOf({ prompt, text }: Record<string, unknown>): string {
  return [prompt, text].find((each) => typeof each === 'string') ?? '';
}
