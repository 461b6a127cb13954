import { Body, Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { Authenticated, CurrentPerson, CurrentTenant, type Person, ProblemResponse, type Tenant } from '#core/http';
import { MembershipsService } from './memberships.service.js';
import {
  CreateOrganizationDto,
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
  @ApiOperation({
    operationId: 'createOrganization',
    summary: 'Create an organization; you become its owner',
    description: 'The free credits of a month go to one organization of a person; a further one begins with none.',
  })
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

  @Delete(':organizationId')
  @HttpCode(204)
  @Authenticated({ permission: 'organization:delete', person: true })
  @OrganizationParam()
  @ApiOperation({
    operationId: 'deleteOrganization',
    summary: 'Close an organization: its keys end, its members lose sight of it, its books are kept',
  })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'There is none with this id, or you do not belong to it')
  async deleteOrganization(@CurrentTenant() tenant: Tenant): Promise<void> {
    await this.organizations.delete(tenant);
  }
}
