export { StudioHttpModule } from './studio.http.module.js';
export { StudioWorkerModule } from './studio.worker.module.js';
