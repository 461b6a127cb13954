import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import {
  CreateProviderKeyDto,
  ProviderKeyDto,
  ProviderKeyListDto,
  ReplaceProviderKeySecretDto,
  UpdateProviderKeyDto,
} from './provider-keys.dto.js';
import { ProviderKeysService } from './provider-keys.service.js';

const UnknownKey = () => ProblemResponse(404, 'The organization has no such key');
const Refused = () => ProblemResponse(422, '`ai.provider_key_refused`, `request.invalid`; nothing was saved');
const Unreachable = () => ProblemResponse(502, '`ai.provider_unreachable`; nothing was saved');

/** An organization's own keys at the providers. No answer ever holds a secret. */
@ApiTags('provider-keys')
@Controller('api/ai/provider-keys')
export class ProviderKeysController {
  constructor(private readonly keys: ProviderKeysService) {}

  @Get()
  @Authenticated({ permission: 'provider_keys:read' })
  @ApiOperation({ operationId: 'listProviderKeys', summary: 'The organization’s own keys at the providers, masked' })
  @ApiOkResponse({ type: ProviderKeyListDto })
  listProviderKeys(@CurrentTenant() tenant: Tenant): Promise<ProviderKeyListDto> {
    return this.keys.list(tenant);
  }

  @Post()
  @Authenticated({ permission: 'provider_keys:manage', feature: 'provider_keys' })
  @ApiOperation({
    operationId: 'createProviderKey',
    summary: 'Bring a key of your own',
    description:
      'Tested at the provider first, then kept encrypted. From then on, while the plan includes it, your jobs at this provider run under it ' +
      'instead of the platform’s key; what a job costs in credits stays the same.',
  })
  @ApiCreatedResponse({ type: ProviderKeyDto })
  @ProblemResponse(409, '`ai.provider_key_name_taken`, `ai.provider_key_limit_reached`')
  @Refused()
  @Unreachable()
  createProviderKey(@CurrentTenant() tenant: Tenant, @Body() body: CreateProviderKeyDto): Promise<ProviderKeyDto> {
    return this.keys.create(tenant, body);
  }

  @Post(':providerKeyId/test')
  @HttpCode(200)
  @Authenticated({ permission: 'provider_keys:manage', feature: 'provider_keys' })
  @ApiOperation({
    operationId: 'testProviderKey',
    summary: 'Ask the provider whether it accepts the key; the answer’s status says so',
  })
  @ApiOkResponse({ type: ProviderKeyDto })
  @UnknownKey()
  @Unreachable()
  testProviderKey(
    @CurrentTenant() tenant: Tenant,
    @Param('providerKeyId', UuidPipe) providerKeyId: string,
  ): Promise<ProviderKeyDto> {
    return this.keys.test(tenant, providerKeyId);
  }

  @Patch(':providerKeyId')
  @Authenticated({ permission: 'provider_keys:manage' })
  @ApiOperation({
    operationId: 'updateProviderKey',
    summary: 'Rename, enable or disable a key; everywhere within five seconds',
  })
  @ApiOkResponse({ type: ProviderKeyDto })
  @UnknownKey()
  @ProblemResponse(409, '`ai.provider_key_name_taken`')
  @ProblemResponse(422, 'Invalid fields')
  updateProviderKey(
    @CurrentTenant() tenant: Tenant,
    @Param('providerKeyId', UuidPipe) providerKeyId: string,
    @Body() body: UpdateProviderKeyDto,
  ): Promise<ProviderKeyDto> {
    return this.keys.update(tenant, providerKeyId, body);
  }

  @Put(':providerKeyId/secret')
  @Authenticated({ permission: 'provider_keys:manage', feature: 'provider_keys' })
  @ApiOperation({ operationId: 'replaceProviderKeySecret', summary: 'Replace the secret of a key, tested first' })
  @ApiOkResponse({ type: ProviderKeyDto })
  @UnknownKey()
  @Refused()
  @Unreachable()
  replaceProviderKeySecret(
    @CurrentTenant() tenant: Tenant,
    @Param('providerKeyId', UuidPipe) providerKeyId: string,
    @Body() body: ReplaceProviderKeySecretDto,
  ): Promise<ProviderKeyDto> {
    return this.keys.replaceSecret(tenant, providerKeyId, body.secret);
  }

  @Delete(':providerKeyId')
  @HttpCode(204)
  @Authenticated({ permission: 'provider_keys:manage' })
  @ApiOperation({
    operationId: 'deleteProviderKey',
    summary: 'Delete a key; generations that it runs at this moment fail, at no cost',
  })
  @ApiNoContentResponse()
  @UnknownKey()
  async deleteProviderKey(
    @CurrentTenant() tenant: Tenant,
    @Param('providerKeyId', UuidPipe) providerKeyId: string,
  ): Promise<void> {
    await this.keys.delete(tenant, providerKeyId);
  }
}
