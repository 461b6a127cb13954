import { HandlesJobs, type JobHandler, type JobOutcome, type JobRun } from '#core/queue';
import { RotateEncryption } from '../ai.jobs.js';
import { ProviderKeyRotationService } from './provider-key-rotation.service.js';

@HandlesJobs(RotateEncryption)
export class RotateEncryptionProcessor implements JobHandler<object> {
  constructor(private readonly rotation: ProviderKeyRotationService) {}

  async handle(_payload: object, run: JobRun): Promise<JobOutcome> {
    await this.rotation.run(run.signal);
    return undefined;
  }
}
