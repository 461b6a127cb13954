import { HandlesJobs, type JobHandler, type JobOutcome, type JobRun } from '#core/queue';
import { RunGeneration, type RunGenerationPayload } from '../ai.jobs.js';
import { GenerationsService } from './generations.service.js';

@HandlesJobs(RunGeneration.image, RunGeneration.video, RunGeneration.audio)
export class RunGenerationProcessor implements JobHandler<RunGenerationPayload> {
  constructor(private readonly generations: GenerationsService) {}

  handle({ jobId }: RunGenerationPayload, run: JobRun): Promise<JobOutcome> {
    return this.generations.run(jobId, run.signal);
  }

  giveUp({ jobId }: RunGenerationPayload): Promise<void> {
    return this.generations.giveUp(jobId);
  }
}
