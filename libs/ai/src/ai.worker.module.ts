import { Module } from '@nestjs/common';
import { OutboundModule } from '#core/outbound';
import { AiModule } from './ai.module.js';
import { AssetsRepository } from './assets/assets.repository.js';
import { PurgeAssetsProcessor } from './assets/purge-assets.processor.js';
import { CheckProvidersProcessor } from './check-providers.processor.js';
import { DueGenerations } from './due-generations.js';
import { GenerationsRepository } from './generations.repository.js';
import { GenerationsService } from './generations.service.js';
import { InputFiles } from './input-files.js';
import { JobEndings } from './job-endings.js';
import { JobFallbacks } from './job-fallbacks.js';
import { JobSlots } from './job-slots.js';
import { LightSteps } from './light-steps.js';
import { OutputStore } from './output-store.js';
import { ParkedJobs } from './parked-jobs.js';
import { MakePreviewsProcessor } from './previews/make-previews.processor.js';
import { MediaDecoder } from './previews/media-decoder.js';
import { PreviewsRepository } from './previews/previews.repository.js';
import { PreviewsService } from './previews/previews.service.js';
import { ProviderKeyRotationService } from './provider-keys/provider-key-rotation.service.js';
import { RotateEncryptionProcessor } from './provider-keys/rotate-encryption.processor.js';
import { ProviderRequests } from './provider-requests.js';
import { ProviderGates } from './providers/provider-gates.js';
import { RunGenerationProcessor } from './run-generation.processor.js';
import { StartGenerationProcessor } from './start-generation.processor.js';
import { StepBatches } from './step-batches.js';
import { StepFailures } from './step-failures.js';
import { Sweeper } from './sweeper.js';
import { UnclaimedJobsRepository } from './unclaimed-jobs.repository.js';

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
