import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { EndUnpaidOrders } from '../billing.jobs.js';
import { UnpaidOrders } from './unpaid-orders.service.js';

@HandlesJobs(EndUnpaidOrders)
export class EndUnpaidOrdersProcessor implements JobHandler<object> {
  constructor(private readonly orders: UnpaidOrders) {}

  async handle(): Promise<JobOutcome> {
    await this.orders.run();
    return undefined;
  }
}
