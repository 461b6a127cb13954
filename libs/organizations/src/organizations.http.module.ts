import { Module } from '@nestjs/common';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsModule } from './organizations.module.js';

/** The routes under /api/organizations. */
@Module({ imports: [OrganizationsModule], controllers: [OrganizationsController] })
export class OrganizationsHttpModule {}
