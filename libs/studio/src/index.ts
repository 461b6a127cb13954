export { StudioHttpModule } from './studio.http.module.js';
export { StudioWorkerModule } from './studio.worker.module.js';
export { BrandKitsService } from './brand-kits/brand-kits.service.js';
export { PresetsService } from './presets/presets.service.js';
export { ProjectsService } from './projects/projects.service.js';
export { SelectionService } from './bulk/selection.service.js';
export { type SharedHeading, SharedPagesService } from './shares/shared-pages.service.js';
export { ShareLinksService } from './shares/share-links.service.js';
