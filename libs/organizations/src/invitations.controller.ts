import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { NotFound } from '#core/errors';
import {
  Authenticated,
  CurrentPerson,
  CurrentTenant,
  isUuid,
  type Person,
  ProblemResponse,
  Public,
  type Tenant,
} from '#core/http';
import {
  CreateInvitationDto,
  InvitationDto,
  InvitationPageDto,
  InvitationPreviewDto,
  InvitationTokenDto,
  JoinedOrganizationDto,
  ListInvitationsQuery,
} from './invitations.dto.js';
import { InvitationsService } from './invitations.service.js';

const uuid = { type: 'string', format: 'uuid' };
const InOrganization = (): MethodDecorator => ApiParam({ name: 'organizationId', schema: uuid });

@ApiTags('organizations')
@Controller('api')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post('organizations/:organizationId/invitations')
  @InOrganization()
  @Authenticated({ permission: 'members:manage' })
  @ApiOperation({
    operationId: 'createInvitation',
    summary: 'Invite somebody by mail; inviting again replaces the link',
  })
  @ApiCreatedResponse({ type: InvitationDto })
  @ProblemResponse(402, '`organizations.seats_taken`')
  @ProblemResponse(409, '`organizations.already_a_member`')
  createInvitation(@CurrentTenant() tenant: Tenant, @Body() body: CreateInvitationDto): Promise<InvitationDto> {
    return this.invitations.create(tenant, body);
  }

  @Get('organizations/:organizationId/invitations')
  @InOrganization()
  @Authenticated({ permission: 'members:manage' })
  @ApiOperation({ operationId: 'listInvitations', summary: 'The open invitations, newest first' })
  @ApiOkResponse({ type: InvitationPageDto })
  listInvitations(@CurrentTenant() tenant: Tenant, @Query() query: ListInvitationsQuery): Promise<InvitationPageDto> {
    return this.invitations.list(tenant, query.limit ?? 50, query.before);
  }

  @Delete('organizations/:organizationId/invitations/:invitationId')
  @HttpCode(204)
  @InOrganization()
  @ApiParam({ name: 'invitationId', schema: uuid })
  @Authenticated({ permission: 'members:manage' })
  @ApiOperation({ operationId: 'revokeInvitation', summary: 'Take an invitation back' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'There is no such open invitation')
  async revokeInvitation(@CurrentTenant() tenant: Tenant, @Param('invitationId') invitationId: string): Promise<void> {
    if (!isUuid(invitationId)) throw NotFound();
    await this.invitations.revoke(tenant, invitationId);
  }

  @Post('invitations/preview')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'previewInvitation', summary: 'What a link invites to' })
  @ApiOkResponse({ type: InvitationPreviewDto })
  @ProblemResponse(404, '`organizations.invitation_invalid`')
  @ProblemResponse(410, '`organizations.invitation_expired`')
  previewInvitation(@Body() body: InvitationTokenDto): Promise<InvitationPreviewDto> {
    return this.invitations.preview(body.token);
  }

  @Post('invitations/accept')
  @HttpCode(200)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'acceptInvitation', summary: 'Become a member, with an account of the invited address' })
  @ApiOkResponse({ type: JoinedOrganizationDto })
  @ProblemResponse(403, '`organizations.invitation_for_another`')
  @ProblemResponse(404, '`organizations.invitation_invalid`')
  @ProblemResponse(410, '`organizations.invitation_expired`')
  acceptInvitation(@CurrentPerson() person: Person, @Body() body: InvitationTokenDto): Promise<JoinedOrganizationDto> {
    return this.invitations.accept(person, body.token);
  }
}
