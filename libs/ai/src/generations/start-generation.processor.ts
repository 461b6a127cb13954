import { HandlesJobs, type JobHandler, type JobOutcome, type JobRun } from '#core/queue';
import { StartGeneration, type StartGenerationPayload } from '../ai.jobs.js';
import { GenerationsService } from './generations.service.js';

@HandlesJobs(StartGeneration.image, StartGeneration.video, StartGeneration.audio)
export class StartGenerationProcessor implements JobHandler<StartGenerationPayload> {
  constructor(private readonly generations: GenerationsService) {}

  handle({ type }: StartGenerationPayload, run: JobRun): Promise<JobOutcome> {
    return this.generations.startWaiting(type, run.signal);
  }
}
