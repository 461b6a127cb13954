import { Module } from '@nestjs/common';
import { OutboundModule } from '#core/outbound';
import { AuditModule } from '#core/audit';
import { AiModule } from './ai.module.js';
import { AssetImportsController } from './assets/asset-imports.controller.js';
import { AssetsController } from './assets/assets.controller.js';
import { AssetsModule } from './assets/assets.module.js';
import { CallbacksController } from './callbacks/callbacks.controller.js';
import { CallbacksRepository } from './callbacks/callbacks.repository.js';
import { CallbacksService } from './callbacks/callbacks.service.js';
import { CreateBatcher } from './jobs/create-batcher.js';
import { FilesController } from './outputs/files.controller.js';
import { JobRequestsModule } from './jobs/job-requests.module.js';
import { JobBatchesController } from './jobs/job-batches.controller.js';
import { JobBatches } from './jobs/job-batches.service.js';
import { JobFormsController } from './jobs/job-forms.controller.js';
import { JobForms } from './jobs/job-forms.service.js';
import { JobIntake } from './jobs/job-intake.service.js';
import { JobMessages } from './jobs/job-messages.js';
import { JobStreamService } from './jobs/job-stream.service.js';
import { JobWaits } from './jobs/job-waits.service.js';
import { JobsController } from './jobs/jobs.controller.js';
import { JobsRepository } from './jobs/jobs.repository.js';
import { JobsService } from './jobs/jobs.service.js';
import { ModelPricesController } from './model-prices/model-prices.controller.js';
import { ModelPrices } from './model-prices/model-prices.service.js';
import { ModelsController } from './models/models.controller.js';
import { ModelsService } from './models/models.service.js';
import { ProviderKeysController } from './provider-keys/provider-keys.controller.js';
import { ProviderKeysService } from './provider-keys/provider-keys.service.js';
import { ProviderStatusController } from './provider-status/provider-status.controller.js';
import { QuotesController } from './quotes/quotes.controller.js';
import { QuotesService } from './quotes/quotes.service.js';
import { ReceiptsController } from './receipts/receipts.controller.js';
import { ReceiptsRepository } from './receipts/receipts.repository.js';
import { ReceiptsService } from './receipts/receipts.service.js';
import { UnansweredRequestsRepository } from './v1/unanswered-requests.repository.js';
import { V1AudioController } from './v1/v1-audio.controller.js';
import { V1ImagesController } from './v1/v1-images.controller.js';
import { V1Files } from './v1/v1-files.service.js';
import { V1Images } from './v1/v1-images.service.js';
import { V1Jobs } from './v1/v1-jobs.service.js';
import { V1ModelsController } from './v1/v1-models.controller.js';
import { V1Models } from './v1/v1-models.service.js';
import { V1Speech } from './v1/v1-speech.service.js';
import { V1Transcriptions } from './v1/v1-transcriptions.service.js';

/** The routes under /api/ai, the generated files, and /v1 for clients of OpenAI. */
@Module({
  imports: [AiModule, AssetsModule, AuditModule, JobRequestsModule, OutboundModule],
  controllers: [
    ModelsController,
    AssetsController,
    JobBatchesController,
    JobFormsController,
    AssetImportsController,
    JobsController,
    QuotesController,
    FilesController,
    ModelPricesController,
    ProviderKeysController,
    CallbacksController,
    ProviderStatusController,
    ReceiptsController,
    V1AudioController,
    V1ImagesController,
    V1ModelsController,
  ],
  providers: [
    CallbacksRepository,
    CallbacksService,
    CreateBatcher,
    JobBatches,
    JobForms,
    JobIntake,
    JobMessages,
    JobStreamService,
    JobWaits,
    JobsRepository,
    JobsService,
    ModelPrices,
    ModelsService,
    ProviderKeysService,
    QuotesService,
    ReceiptsRepository,
    ReceiptsService,
    V1Files,
    V1Images,
    V1Jobs,
    UnansweredRequestsRepository,
    V1Models,
    V1Speech,
    V1Transcriptions,
  ],
})
export class AiHttpModule {}
