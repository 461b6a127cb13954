import { Module } from '@nestjs/common';
import { AiModule } from './ai.module.js';
import { GenerationsRepository } from './generations.repository.js';
import { GenerationsService } from './generations.service.js';
import { JobEndings } from './job-endings.js';
import { RunGenerationProcessor } from './run-generation.processor.js';
import { Sweeper } from './sweeper.js';

/** What runs generations. */
@Module({
  imports: [AiModule],
  providers: [GenerationsRepository, GenerationsService, JobEndings, RunGenerationProcessor, Sweeper],
  exports: [Sweeper],
})
export class AiWorkerModule {}
