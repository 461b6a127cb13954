import { Module } from '@nestjs/common';
import { AiModule } from './ai.module.js';
import { GenerationsRepository } from './generations.repository.js';
import { GenerationsService } from './generations.service.js';
import { JobEndings } from './job-endings.js';
import { JobSlots } from './job-slots.js';
import { OutputStore } from './output-store.js';
import { ProviderKeyRotationService } from './provider-keys/provider-key-rotation.service.js';
import { RotateEncryptionProcessor } from './provider-keys/rotate-encryption.processor.js';
import { RunGenerationProcessor } from './run-generation.processor.js';
import { StepFailures } from './step-failures.js';
import { Sweeper } from './sweeper.js';

/** What runs generations. */
@Module({
  imports: [AiModule],
  providers: [
    GenerationsRepository,
    GenerationsService,
    JobEndings,
    JobSlots,
    OutputStore,
    ProviderKeyRotationService,
    RotateEncryptionProcessor,
    RunGenerationProcessor,
    StepFailures,
    Sweeper,
  ],
  exports: [Sweeper],
})
export class AiWorkerModule {}
