import { Module } from '@nestjs/common';
import { InvitationsController } from './invitations.controller.js';
import { MembersController } from './members.controller.js';
import { OrganizationsController } from './organizations.controller.js';
import { SettingsController } from './settings.controller.js';
import { OrganizationsModule } from './organizations.module.js';

/** The routes under /api/organizations. */
@Module({
  imports: [OrganizationsModule],
  controllers: [OrganizationsController, MembersController, InvitationsController, SettingsController],
})
export class OrganizationsHttpModule {}
