import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { MailModule } from '#core/mail';
import { DependentsService } from './dependents.service.js';
import { InvitationsRepository } from './invitations.repository.js';
import { InvitationsService } from './invitations.service.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { MembershipsRepository } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';
import { SettingsRepository } from './settings.repository.js';
import { SettingsService } from './settings.service.js';

/** Organizations and who belongs to them. */
@Module({
  imports: [AuditModule, MailModule],
  providers: [
    DependentsService,
    InvitationsRepository,
    InvitationsService,
    MembersRepository,
    MembersService,
    MembershipsRepository,
    MembershipsService,
    OrganizationsRepository,
    OrganizationsService,
    SettingsRepository,
    SettingsService,
  ],
  exports: [
    DependentsService,
    InvitationsService,
    MembersService,
    MembershipsService,
    OrganizationsService,
    SettingsService,
  ],
})
export class OrganizationsModule {}
