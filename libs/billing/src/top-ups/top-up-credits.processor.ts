import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { TopUpCredits } from '../billing.jobs.js';
import { AutoTopUpRuns } from './auto-top-up-runs.service.js';

@HandlesJobs(TopUpCredits)
export class TopUpCreditsProcessor implements JobHandler<object> {
  constructor(private readonly runs: AutoTopUpRuns) {}

  async handle(): Promise<JobOutcome> {
    await this.runs.run();
    return undefined;
  }
}
