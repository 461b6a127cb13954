import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { V1Models } from './v1-models.service.js';
import { V1ModelDto, V1ModelListDto } from './v1.dto.js';

@ApiTags('openai')
@Controller('v1/models')
export class V1ModelsController {
  constructor(private readonly models: V1Models) {}

  @Get()
  @Authenticated({ permission: 'jobs:read' })
  @ApiOperation({ operationId: 'listV1Models', summary: 'The models that the OpenAI-compatible routes offer you' })
  @ApiOkResponse({ type: V1ModelListDto })
  listV1Models(@CurrentTenant() tenant: Tenant): Promise<V1ModelListDto> {
    return this.models.list(tenant);
  }

  @Get('*')
  @Authenticated({ permission: 'jobs:read' })
  @ApiOperation({ operationId: 'getV1Model', summary: 'One model, by our name or OpenAI’s' })
  @ApiParam({ name: 'path', example: 'openai/gpt-image-2', description: 'With or without its slashes encoded' })
  @ApiOkResponse({ type: V1ModelDto })
  @ProblemResponse(404, 'There is no such model, or it was retired; the message names its successor')
  getV1Model(@Param() { '*': name = '' }: Record<string, string>): V1ModelDto {
    return this.models.describe(name);
  }
}
