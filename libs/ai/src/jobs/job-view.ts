import type { FileUrls } from '#core/storage';
import { endSentence } from './job-end-sentences.js';
import { isFinal } from './job-status.js';
import type { JobDto, JobErrorDto, JobOutputDto } from './jobs.dto.js';
import { toPreviewsDto } from '../previews/preview-row.js';
import type { CreatedJob, GenerationRow, JobRow, NewJob } from './jobs.repository.js';

/** A stored job as its owner sees it. */
export function toJobDto(job: JobRow, generations: GenerationRow[], fileUrls: FileUrls): JobDto {
  return {
    id: job.id,
    status: job.status,
    type: job.type,
    model: job.model,
    requestedModel: job.requestedModel ?? job.model,
    provider: job.provider,
    fallbackModels: job.fallbackModels,
    input: job.input,
    metadata: job.metadata,
    projectId: job.projectId,
    progress: job.progress,
    attempt: job.attempt,
    credits: {
      held: Number(job.heldCredits),
      charged: isFinal(job.status) ? Number(job.chargedCredits ?? 0) : null,
      refunded: Number(job.refundedCredits),
    },
    testMode: job.testMode,
    outputs: generations.map((generation) => toOutput(generation, fileUrls)),
    error: toErrorDto(job),
    deadline: job.deadlineAt,
    cancelRequested: job.cancelRequestedAt !== null,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}

/** A job accepted this moment, without reading back what was just written. */
export function toAcceptedJobDto(job: NewJob, created: CreatedJob): JobDto {
  return {
    id: job.id,
    status: created.status ?? 'queued',
    type: job.type,
    model: job.model,
    requestedModel: job.model,
    provider: job.provider,
    fallbackModels: job.fallback_models,
    input: job.input,
    metadata: job.metadata,
    projectId: job.project_id,
    progress: 0,
    attempt: 0,
    credits: {
      held: Number(created.detail['held']),
      charged: null,
      refunded: 0,
    },
    testMode: job.test_mode,
    outputs: [],
    error: null,
    deadline: job.deadline_at ? new Date(job.deadline_at) : null,
    cancelRequested: false,
    createdAt: created.createdAt ?? new Date(),
    startedAt: null,
    finishedAt: null,
  };
}

function toErrorDto({ status, errorCode: code, errorMessage, errorProviderMessage }: JobRow): JobErrorDto | null {
  if (!code) return null;
  const localized = endSentence(code, status) ?? null;
  return { code, message: errorMessage ?? localized?.en ?? '', localized, providerMessage: errorProviderMessage };
}

function toOutput(generation: GenerationRow, fileUrls: FileUrls): JobOutputDto {
  const { url, expiresAt } = fileUrls.sign(generation.storagePath);
  return {
    id: generation.id,
    url,
    urlExpiresAt: expiresAt,
    mimeType: generation.mimeType,
    bytes: Number(generation.bytes),
    sha256: generation.sha256,
    width: generation.width,
    height: generation.height,
    durationMs: generation.durationMs,
    ...toPreviewsDto(generation.previews, fileUrls),
    seed: generation.seed === null ? null : Number(generation.seed),
  };
}
