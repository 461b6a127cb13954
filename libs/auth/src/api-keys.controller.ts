import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { NotFound } from '#core/errors';
import { Authenticated, CurrentTenant, isUuid, type Person, ProblemResponse, type Tenant } from '#core/http';
import {
  ApiKeyDto,
  ApiKeyPageDto,
  CreateApiKeyDto,
  CreatedApiKeyDto,
  ListApiKeysQuery,
  RotateApiKeyDto,
  UpdateApiKeyDto,
} from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const UuidParam = (name: string): MethodDecorator & ClassDecorator =>
  ApiParam({ name, schema: { type: 'string', format: 'uuid' } });

/**
 * Keys are made, changed and rotated by people only: a stolen key must not be able to outlive itself or spend more. A key with the scope may
 * list and revoke.
 */
@ApiTags('api-keys')
@Controller('api/organizations/:organizationId/api-keys')
@UuidParam('organizationId')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @Authenticated({ permission: 'api_keys:manage', person: true })
  @ApiOperation({ operationId: 'createApiKey', summary: 'Create an API key; its secret is shown this once' })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ProblemResponse(409, '`auth.api_key_limit_reached`')
  @ProblemResponse(422, '`auth.scope_unknown`, `request.invalid`')
  createApiKey(@CurrentTenant() manager: Tenant & Person, @Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.apiKeys.create(manager, body);
  }

  @Get()
  @Authenticated({ permission: 'api_keys:read' })
  @ApiOperation({ operationId: 'listApiKeys', summary: 'The API keys, newest first, without their secrets' })
  @ApiOkResponse({ type: ApiKeyPageDto })
  listApiKeys(@CurrentTenant() tenant: Tenant, @Query() query: ListApiKeysQuery): Promise<ApiKeyPageDto> {
    return this.apiKeys.list(tenant, query.limit ?? 50, query.before);
  }

  @Patch(':apiKeyId')
  @UuidParam('apiKeyId')
  @Authenticated({ permission: 'api_keys:manage', person: true })
  @ApiOperation({ operationId: 'updateApiKey', summary: 'Change the name, the addresses or the monthly cap of a key' })
  @ApiOkResponse({ type: ApiKeyDto })
  @ProblemResponse(404, 'The organization has no such key')
  @ProblemResponse(409, '`auth.api_key_not_active`, `auth.api_key_has_budget`')
  @ProblemResponse(422, '`request.invalid`')
  updateApiKey(
    @CurrentTenant() manager: Tenant & Person,
    @Param('apiKeyId') apiKeyId: string,
    @Body() body: UpdateApiKeyDto,
  ): Promise<ApiKeyDto> {
    return this.apiKeys.update(manager, known(apiKeyId), body);
  }

  @Post(':apiKeyId/rotate')
  @HttpCode(201)
  @UuidParam('apiKeyId')
  @Authenticated({ permission: 'api_keys:manage', person: true })
  @ApiOperation({ operationId: 'rotateApiKey', summary: 'Replace a key; the old one goes on working for the overlap' })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ProblemResponse(404, 'The organization has no such key')
  @ProblemResponse(409, '`auth.api_key_not_active`, `auth.api_key_already_rotated`')
  rotateApiKey(
    @CurrentTenant() manager: Tenant & Person,
    @Param('apiKeyId') apiKeyId: string,
    @Body() body: RotateApiKeyDto,
  ): Promise<CreatedApiKeyDto> {
    return this.apiKeys.rotate(manager, known(apiKeyId), body);
  }

  @Delete(':apiKeyId')
  @HttpCode(204)
  @UuidParam('apiKeyId')
  @Authenticated({ permission: 'api_keys:manage' })
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'End a key, everywhere within five seconds' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'The organization has no such key')
  async revokeApiKey(@CurrentTenant() tenant: Tenant, @Param('apiKeyId') apiKeyId: string): Promise<void> {
    await this.apiKeys.revoke(tenant, known(apiKeyId));
  }
}

/** What cannot be an id names nothing. */
function known(id: string): string {
  if (!isUuid(id)) throw NotFound();
  return id;
}
