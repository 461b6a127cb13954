import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ProblemResponse, Public } from '#core/http';
import { ListModelsQuery, ModelDto, ModelListDto } from './models.dto.js';
import { ModelsService } from './models.service.js';

@ApiTags('ai')
@Controller('api/ai/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=30')
  @ApiOperation({
    operationId: 'listModels',
    summary: 'The catalogue: models, their inputs and prices',
    description:
      'Each with the JSON Schema of its input, its limits, what it is sold by and its prices in credits. `available` says whether it can be used here now: its provider has a key and its price is in force. What one request costs is told by `POST /api/ai/quotes`.',
  })
  @ApiOkResponse({ type: ModelListDto })
  listModels(@Query() query: ListModelsQuery): Promise<ModelListDto> {
    return this.models.list(query);
  }

  @Get('*')
  @Public()
  @Header('cache-control', 'public, max-age=30')
  @ApiOperation({
    operationId: 'getModel',
    summary: 'One model of the catalogue, retired or not',
    description: 'The same as in the list. A retired model names its successor; jobs for it are refused.',
  })
  @ApiParam({ name: 'path', example: 'openai/gpt-image-2', description: 'With or without its slashes encoded' })
  @ApiOkResponse({ type: ModelDto })
  @ProblemResponse(404, 'There is no such model')
  getModel(@Param() { '*': id = '' }: Record<string, string>): Promise<ModelDto> {
    return this.models.get(id);
  }
}
