import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '#core/http';
import { ModelListDto } from './models.dto.js';
import { ModelsService } from './models.service.js';

@ApiTags('ai')
@Controller('api/ai/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=30')
  @ApiOperation({ operationId: 'listModels', summary: 'The catalogue: models, their inputs and prices' })
  @ApiOkResponse({ type: ModelListDto })
  listModels(): Promise<ModelListDto> {
    return this.models.list();
  }
}
