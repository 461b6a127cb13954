import { Module } from '@nestjs/common';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { MembershipsRepository } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';

/** Organizations and who belongs to them. */
@Module({
  providers: [
    MembersRepository,
    MembersService,
    MembershipsRepository,
    MembershipsService,
    OrganizationsRepository,
    OrganizationsService,
  ],
  exports: [MembersService, MembershipsService, OrganizationsService],
})
export class OrganizationsModule {}
