export { AiModule } from './ai.module.js';
export { AiHttpModule } from './ai.http.module.js';
export { AiWorkerModule } from './ai.worker.module.js';
export { MODELS } from './models/model-catalogue.js';
export { ProviderRegistry } from './providers/provider-registry.js';
export { Sweeper } from './sweeper.js';
export type { Provider } from './providers/provider.js';
