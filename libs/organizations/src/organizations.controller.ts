import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPerson, CurrentTenant, type Person, ProblemResponse, type Tenant } from '#core/http';
import { MembershipsService } from './memberships.service.js';
import {
  CreateOrganizationDto,
  ListMembersQuery,
  MemberPageDto,
  MyOrganizationListDto,
  OrganizationDto,
  UpdateOrganizationDto,
} from './organizations.dto.js';
import { OrganizationsService } from './organizations.service.js';

const OrganizationParam = (): MethodDecorator =>
  ApiParam({ name: 'organizationId', schema: { type: 'string', format: 'uuid' } });

@ApiTags('organizations')
@Controller('api/organizations')
export class OrganizationsController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly memberships: MembershipsService,
  ) {}

  @Post()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'createOrganization', summary: 'Create an organization; you become its owner' })
  @ApiCreatedResponse({ type: OrganizationDto })
  @ProblemResponse(409, '`organizations.slug_taken`, `organizations.limit_reached`')
  createOrganization(@CurrentPerson() person: Person, @Body() body: CreateOrganizationDto): Promise<OrganizationDto> {
    return this.organizations.create(person, body);
  }

  @Get()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'listOrganizations', summary: 'The organizations you belong to' })
  @ApiOkResponse({ type: MyOrganizationListDto })
  async listOrganizations(@CurrentPerson() person: Person): Promise<MyOrganizationListDto> {
    return { data: await this.memberships.list(person.userId) };
  }

  @Get(':organizationId')
  @Authenticated({ permission: 'organization:read' })
  @OrganizationParam()
  @ApiOperation({ operationId: 'getOrganization', summary: 'One organization' })
  @ApiOkResponse({ type: OrganizationDto })
  @ProblemResponse(404, 'There is none with this id, or you do not belong to it')
  getOrganization(@CurrentTenant() tenant: Tenant): Promise<OrganizationDto> {
    return this.organizations.get(tenant);
  }

  @Patch(':organizationId')
  @Authenticated({ permission: 'organization:update' })
  @OrganizationParam()
  @ApiOperation({ operationId: 'updateOrganization', summary: 'Change name, short name, country, language, time zone' })
  @ApiOkResponse({ type: OrganizationDto })
  @ProblemResponse(404, 'There is none with this id, or you do not belong to it')
  @ProblemResponse(409, '`organizations.slug_taken`')
  updateOrganization(@CurrentTenant() tenant: Tenant, @Body() body: UpdateOrganizationDto): Promise<OrganizationDto> {
    return this.organizations.update(tenant, body);
  }

  @Get(':organizationId/members')
  @Authenticated({ permission: 'members:read' })
  @OrganizationParam()
  @ApiOperation({ operationId: 'listMembers', summary: 'The people of an organization' })
  @ApiOkResponse({ type: MemberPageDto })
  @ProblemResponse(404, 'There is none with this id, or you do not belong to it')
  listMembers(@CurrentTenant() tenant: Tenant, @Query() query: ListMembersQuery): Promise<MemberPageDto> {
    return this.organizations.listMembers(tenant, query.limit ?? 50, query.after);
  }
}
