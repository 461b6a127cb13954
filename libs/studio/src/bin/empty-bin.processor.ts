import { HandlesJobs, type JobHandler, type JobOutcome, type JobRun } from '#core/queue';
import { EmptyBin } from '../studio.jobs.js';
import { BinService } from './bin.service.js';

@HandlesJobs(EmptyBin)
export class EmptyBinProcessor implements JobHandler<object> {
  constructor(private readonly bin: BinService) {}

  async handle(_payload: object, run: JobRun): Promise<JobOutcome> {
    await this.bin.empty(run.signal);
    return undefined;
  }
}
