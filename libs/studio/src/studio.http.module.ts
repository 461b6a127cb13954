import { Module } from '@nestjs/common';
import { AiModule } from '#ai';
import { AuditModule } from '#core/audit';
import { BrandKitsController } from './brand-kits/brand-kits.controller.js';
import { BrandKitsRepository } from './brand-kits/brand-kits.repository.js';
import { BrandKitsService } from './brand-kits/brand-kits.service.js';
import { FavoritesController } from './bulk/favorites.controller.js';
import { SelectionController } from './bulk/selection.controller.js';
import { SelectionRepository } from './bulk/selection.repository.js';
import { SelectionService } from './bulk/selection.service.js';
import { DownloadsController } from './downloads/downloads.controller.js';
import { DownloadsRepository } from './downloads/downloads.repository.js';
import { DownloadsService } from './downloads/downloads.service.js';
import { GalleryController } from './gallery/gallery.controller.js';
import { GalleryRepository } from './gallery/gallery.repository.js';
import { GalleryService } from './gallery/gallery.service.js';
import { PresetsController } from './presets/presets.controller.js';
import { PresetsRepository } from './presets/presets.repository.js';
import { PresetsService } from './presets/presets.service.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsRepository } from './projects/projects.repository.js';
import { ProjectsService } from './projects/projects.service.js';
import { PromptLimitsRepository } from './prompts/prompt-limits.repository.js';
import { PromptsController } from './prompts/prompts.controller.js';
import { PromptsService } from './prompts/prompts.service.js';
import { ShareLinksController } from './shares/share-links.controller.js';
import { ShareLinksRepository } from './shares/share-links.repository.js';
import { ShareLinksService } from './shares/share-links.service.js';
import { ShareTokens } from './shares/share-tokens.js';
import { SharedPagesController } from './shares/shared-pages.controller.js';
import { SharedPagesService } from './shares/shared-pages.service.js';
import { TemplatesController } from './templates/templates.controller.js';

/** The routes under /api/studio. */
@Module({
  imports: [AiModule, AuditModule],
  controllers: [
    GalleryController,
    ProjectsController,
    SelectionController,
    FavoritesController,
    DownloadsController,
    PresetsController,
    BrandKitsController,
    TemplatesController,
    PromptsController,
    ShareLinksController,
    SharedPagesController,
  ],
  providers: [
    BrandKitsRepository,
    BrandKitsService,
    DownloadsRepository,
    DownloadsService,
    GalleryRepository,
    GalleryService,
    PresetsRepository,
    PresetsService,
    ProjectsRepository,
    ProjectsService,
    PromptLimitsRepository,
    PromptsService,
    SelectionRepository,
    SelectionService,
    SharedPagesService,
    ShareLinksRepository,
    ShareLinksService,
    ShareTokens,
  ],
})
export class StudioHttpModule {}
