import type { ClaimedJob } from './claimed-job.js';
import { findModelEver } from '../models/model-catalogue.js';
import type { GenerationRequest } from '../providers/provider.js';

/** What the provider is asked. A model that was retired after the job was accepted still serves it. */
export function toGenerationRequest(job: ClaimedJob): GenerationRequest {
  const model = findModelEver(job.model);
  return {
    jobId: job.id,
    organizationId: job.organizationId,
    type: job.type,
    model: job.model,
    providerModel: model.providerModel,
    ability: model.ability,
    expectedMs: model.expectedMs,
    input: job.input,
    files: {},
  };
}
