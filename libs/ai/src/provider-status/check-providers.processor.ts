import { type Db, InjectDb } from '#core/db';
import { HandlesJobs, type JobHandler, type JobOutcome, type JobRun } from '#core/queue';
import { CheckProviders } from '../ai.jobs.js';
import { ProviderStatusRepository } from './provider-status.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

/** Asks every provider that the platform has a key for how it is doing, and writes it down for operators. */
@HandlesJobs(CheckProviders)
export class CheckProvidersProcessor implements JobHandler<object> {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly providers: ProviderRegistry,
    private readonly statuses: ProviderStatusRepository,
  ) {}

  async handle(_: object, run: JobRun): Promise<JobOutcome> {
    const configured = this.providers.all().filter((provider) => provider.isConfigured());
    for (const provider of configured) {
      const health = await provider.health({ signal: run.signal, attempt: 1 });
      if (!run.signal.aborted) await this.statuses.record(this.db, provider.id, health);
    }
    return undefined;
  }
}
