import type { ClaimedJob } from './generations.repository.js';
import { findModel } from './models/model-catalogue.js';
import type { GenerationRequest } from './providers/provider.js';

/** What the provider is asked. A model that was retired after the job was accepted still serves it. */
export function toGenerationRequest(job: ClaimedJob): GenerationRequest {
  const model = findModel(job.model, job.createdAt);
  return {
    jobId: job.id,
    organizationId: job.organizationId,
    type: job.type,
    model: job.model,
    providerModel: model.providerModel,
    ability: model.ability,
    input: job.input,
  };
}
