import { Module } from '@nestjs/common';
import { OutboundModule } from '#core/outbound';
import { AuditModule } from '#core/audit';
import { AiModule } from './ai.module.js';
import { CallbacksController } from './callbacks.controller.js';
import { CallbacksRepository } from './callbacks.repository.js';
import { CallbacksService } from './callbacks.service.js';
import { CreateBatcher } from './create-batcher.js';
import { FilesController } from './files.controller.js';
import { JobRequests } from './job-requests.js';
import { JobStreamService } from './job-stream.service.js';
import { JobsController } from './jobs.controller.js';
import { JobsRepository } from './jobs.repository.js';
import { JobsService } from './jobs.service.js';
import { ModelsController } from './models.controller.js';
import { ModelsService } from './models.service.js';
import { ProviderKeysController } from './provider-keys/provider-keys.controller.js';
import { ProviderKeysService } from './provider-keys/provider-keys.service.js';
import { QuotesService } from './quotes.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsRepository } from './receipts.repository.js';
import { ReceiptsService } from './receipts.service.js';

/** The routes under /api/ai, and the generated files. */
@Module({
  imports: [AiModule, AuditModule, OutboundModule],
  controllers: [
    ModelsController,
    JobsController,
    FilesController,
    ProviderKeysController,
    CallbacksController,
    ReceiptsController,
  ],
  providers: [
    CallbacksRepository,
    CallbacksService,
    CreateBatcher,
    JobRequests,
    JobStreamService,
    JobsRepository,
    JobsService,
    ModelsService,
    ProviderKeysService,
    QuotesService,
    ReceiptsRepository,
    ReceiptsService,
  ],
})
export class AiHttpModule {}
