import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { RenewSubscriptions } from '../billing.jobs.js';
import { Renewals } from './renewals.service.js';

@HandlesJobs(RenewSubscriptions)
export class RenewSubscriptionsProcessor implements JobHandler<object> {
  constructor(private readonly renewals: Renewals) {}

  async handle(): Promise<JobOutcome> {
    await this.renewals.run();
    return undefined;
  }
}
