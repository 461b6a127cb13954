import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { FavoritesController } from './bulk/favorites.controller.js';
import { SelectionController } from './bulk/selection.controller.js';
import { SelectionRepository } from './bulk/selection.repository.js';
import { SelectionService } from './bulk/selection.service.js';
import { GalleryController } from './gallery/gallery.controller.js';
import { GalleryRepository } from './gallery/gallery.repository.js';
import { GalleryService } from './gallery/gallery.service.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsRepository } from './projects/projects.repository.js';
import { ProjectsService } from './projects/projects.service.js';

/** The routes under /api/studio. */
@Module({
  imports: [AuditModule],
  controllers: [GalleryController, ProjectsController, SelectionController, FavoritesController],
  providers: [
    GalleryRepository,
    GalleryService,
    ProjectsRepository,
    ProjectsService,
    SelectionRepository,
    SelectionService,
  ],
})
export class StudioHttpModule {}
