import { Module } from '@nestjs/common';
import { OutboundModule } from '#core/outbound';
import { AiModule } from './ai.module.js';
import { AssetsRepository } from './assets/assets.repository.js';
import { PurgeAssetsProcessor } from './assets/purge-assets.processor.js';
import { CheckProvidersProcessor } from './provider-status/check-providers.processor.js';
import { DueGenerations } from './generations/due-generations.js';
import { GenerationsRepository } from './generations/generations.repository.js';
import { GenerationsService } from './generations/generations.service.js';
import { InputFiles } from './inputs/input-files.js';
import { JobEndings } from './generations/job-endings.js';
import { JobFallbacks } from './generations/job-fallbacks.js';
import { JobSlots } from './generations/job-slots.js';
import { LightSteps } from './generations/light-steps.js';
import { OutputStore } from './outputs/output-store.js';
import { ParkedJobs } from './generations/parked-jobs.js';
import { MakePreviewsProcessor } from './previews/make-previews.processor.js';
import { MediaDecoder } from './previews/media-decoder.js';
import { PreviewsRepository } from './previews/previews.repository.js';
import { PreviewsService } from './previews/previews.service.js';
import { ProviderKeyRotationService } from './provider-keys/provider-key-rotation.service.js';
import { RotateEncryptionProcessor } from './provider-keys/rotate-encryption.processor.js';
import { ProviderRequests } from './generations/provider-requests.js';
import { ProviderGates } from './providers/provider-gates.js';
import { RunGenerationProcessor } from './generations/run-generation.processor.js';
import { StartGenerationProcessor } from './generations/start-generation.processor.js';
import { StepBatches } from './generations/step-batches.js';
import { StepFailures } from './generations/step-failures.js';
import { Sweeper } from './generations/sweeper.js';
import { UnclaimedJobsRepository } from './generations/unclaimed-jobs.repository.js';

/** What runs generations. */
@Module({
  imports: [AiModule, OutboundModule],
  providers: [
    AssetsRepository,
    CheckProvidersProcessor,
    DueGenerations,
    GenerationsRepository,
    GenerationsService,
    InputFiles,
    JobEndings,
    JobFallbacks,
    JobSlots,
    LightSteps,
    MakePreviewsProcessor,
    MediaDecoder,
    OutputStore,
    ParkedJobs,
    PreviewsRepository,
    PreviewsService,
    PurgeAssetsProcessor,
    ProviderKeyRotationService,
    RotateEncryptionProcessor,
    ProviderGates,
    ProviderRequests,
    RunGenerationProcessor,
    StartGenerationProcessor,
    StepBatches,
    StepFailures,
    Sweeper,
    UnclaimedJobsRepository,
  ],
  exports: [Sweeper],
})
export class AiWorkerModule {}
