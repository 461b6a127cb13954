import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { NotFound } from '#core/errors';
import { Authenticated, CurrentTenant, isUuid, type Person, ProblemResponse, type Tenant } from '#core/http';
import { ChangeMemberDto, ListMembersQuery, MemberDto, MemberPageDto, TransferOwnershipDto } from './members.dto.js';
import { MembersService } from './members.service.js';

const uuid = { type: 'string', format: 'uuid' };

@ApiTags('organizations')
@Controller('api/organizations/:organizationId')
@ApiParam({ name: 'organizationId', schema: uuid })
@ProblemResponse(404, 'There is no such organization or member, or you do not belong to it')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get('members')
  @Authenticated({ permission: 'members:read' })
  @ApiOperation({ operationId: 'listMembers', summary: 'The people of an organization' })
  @ApiOkResponse({ type: MemberPageDto })
  listMembers(@CurrentTenant() tenant: Tenant, @Query() query: ListMembersQuery): Promise<MemberPageDto> {
    return this.members.list(tenant, query.limit ?? 50, query.after);
  }

  @Patch('members/:userId')
  @ApiParam({ name: 'userId', schema: uuid })
  @Authenticated({ permission: 'members:manage' })
  @ApiOperation({ operationId: 'changeMember', summary: "Change a member's role" })
  @ApiOkResponse({ type: MemberDto })
  @ProblemResponse(409, '`organizations.last_owner`')
  changeMember(
    @CurrentTenant() tenant: Tenant,
    @Param('userId') userId: string,
    @Body() body: ChangeMemberDto,
  ): Promise<MemberDto> {
    return this.members.changeRole(tenant, known(userId), body.role);
  }

  @Delete('members/:userId')
  @HttpCode(204)
  @ApiParam({ name: 'userId', schema: uuid })
  @Authenticated({ permission: 'members:manage' })
  @ApiOperation({ operationId: 'removeMember', summary: 'Remove a member' })
  @ApiNoContentResponse()
  @ProblemResponse(409, '`organizations.last_owner`')
  async removeMember(@CurrentTenant() tenant: Tenant, @Param('userId') userId: string): Promise<void> {
    await this.members.remove(tenant, known(userId));
  }

  @Post('leave')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'leaveOrganization', summary: 'Leave; the last owner cannot' })
  @ApiNoContentResponse()
  @ProblemResponse(409, '`organizations.last_owner`')
  async leaveOrganization(@CurrentTenant() person: Tenant & Person): Promise<void> {
    await this.members.leave(person);
  }

  @Post('transfer-ownership')
  @HttpCode(204)
  @Authenticated({ permission: 'organization:delete', person: true })
  @ApiOperation({ operationId: 'transferOwnership', summary: 'Make a member the owner in your place' })
  @ApiNoContentResponse()
  async transferOwnership(@CurrentTenant() owner: Tenant & Person, @Body() body: TransferOwnershipDto): Promise<void> {
    await this.members.transferOwnership(owner, body.userId);
  }
}

/** What cannot be an id names nobody. */
function known(userId: string): string {
  if (!isUuid(userId)) throw NotFound();
  return userId.toLowerCase();
}
