export { AiModule } from './ai.module.js';
export { AiHttpModule } from './ai.http.module.js';
export { AiWorkerModule } from './ai.worker.module.js';
export { AssetsModule } from './assets/assets.module.js';
export { AssetsService, type CreatedAsset, type NewUpload } from './assets/assets.service.js';
export type { AssetRow } from './assets/assets.repository.js';
export {
  EnterPricesDto,
  type ModelPriceHistoryDto,
  type NewPriceLineDto,
  type PriceHistoryLineDto,
} from './model-prices/model-prices.dto.js';
export { ModelPrices } from './model-prices/model-prices.service.js';
export { findModel, inputSchema, MODELS, parseInput } from './models/model-catalogue.js';
export { extensionOf, mimeTypeOf } from './outputs/output-files.js';
export {
  PREVIEW_COLUMNS,
  type PreviewRow,
  type StoredPreviews,
  toPreviewRow,
  toPreviewsDto,
} from './previews/preview-row.js';
export { MediaFileDto, StoredFileDto } from './outputs/media-file.dto.js';
export { PreviewsDto } from './previews/previews.dto.js';
export { JobRequestsModule } from './jobs/job-requests.module.js';
export { JobRequests, type PricedRequest } from './jobs/job-requests.js';
export { ProviderRegistry } from './providers/provider-registry.js';
export { TextWriterClient } from './text/text-writer.client.js';
export { Sweeper } from './generations/sweeper.js';
export type { Provider, ProviderOutput } from './providers/provider.js';
export { OutputStore } from './outputs/output-store.js';
