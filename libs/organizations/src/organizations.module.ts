import { Module } from '@nestjs/common';
import { MembershipsRepository } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';

/** Organizations and who belongs to them. */
@Module({
  providers: [MembershipsRepository, MembershipsService, OrganizationsRepository, OrganizationsService],
  exports: [MembershipsService, OrganizationsService],
})
export class OrganizationsModule {}
