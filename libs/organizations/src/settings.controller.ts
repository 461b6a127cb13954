import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Person, ProblemResponse, type Tenant } from '#core/http';
import { OrganizationSettingsDto, UpdateOrganizationSettingsDto } from './settings.dto.js';
import { SettingsService } from './settings.service.js';

@ApiTags('organizations')
@Controller('api/organizations/:organizationId/settings')
@ApiParam({ name: 'organizationId', schema: { type: 'string', format: 'uuid' } })
@ProblemResponse(404, 'There is none with this id, or you do not belong to it')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get()
  @Authenticated({ permission: 'organization:read' })
  @ApiOperation({
    operationId: 'getOrganizationSettings',
    summary: 'What the organization demands of those who act in it',
  })
  @ApiOkResponse({ type: OrganizationSettingsDto })
  getOrganizationSettings(@CurrentTenant() tenant: Tenant): Promise<OrganizationSettingsDto> {
    return this.settings.get(tenant);
  }

  @Patch()
  @Authenticated({ permission: 'organization:update', person: true })
  @ApiOperation({
    operationId: 'updateOrganizationSettings',
    summary: 'Change what the organization demands; everywhere within five seconds',
  })
  @ApiOkResponse({ type: OrganizationSettingsDto })
  @ProblemResponse(409, '`organizations.second_factor_first`')
  updateOrganizationSettings(
    @CurrentTenant() manager: Tenant & Person,
    @Body() body: UpdateOrganizationSettingsDto,
  ): Promise<OrganizationSettingsDto> {
    return this.settings.update(manager, body);
  }
}
