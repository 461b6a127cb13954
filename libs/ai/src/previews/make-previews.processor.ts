import { HandlesJobs, type JobHandler, type JobOutcome } from '#core/queue';
import { MakePreviews } from '../ai.jobs.js';
import { PreviewsService } from './previews.service.js';

/** Makes the previews of uploads, and of what a worker that ended left. */
@HandlesJobs(MakePreviews)
export class MakePreviewsProcessor implements JobHandler<object> {
  constructor(private readonly previews: PreviewsService) {}

  async handle(): Promise<JobOutcome> {
    await this.previews.wake();
    return undefined;
  }
}
