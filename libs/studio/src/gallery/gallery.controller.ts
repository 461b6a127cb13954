import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { GalleryService } from './gallery.service.js';
import { GenerationDto, GenerationPageDto, ListGenerationsQuery } from './generations.dto.js';

@ApiTags('studio')
@Controller('api/studio/gallery')
export class GalleryController {
  constructor(private readonly gallery: GalleryService) {}

  @Get()
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({
    operationId: 'listGenerations',
    summary: 'The generated files of the organization, newest first',
    description: 'Narrowed by any filters together, and searched by the words of prompts. `deleted=true` is the bin.',
  })
  @ApiOkResponse({ type: GenerationPageDto })
  @ProblemResponse(422, 'A filter that cannot be read')
  listGenerations(@CurrentTenant() tenant: Tenant, @Query() query: ListGenerationsQuery): Promise<GenerationPageDto> {
    return this.gallery.list(tenant, query);
  }

  @Get(':generationId')
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({ operationId: 'getGeneration', summary: 'One generated file, also one in the bin' })
  @ApiOkResponse({ type: GenerationDto })
  @ProblemResponse(404, 'No such file in this organization')
  getGeneration(
    @CurrentTenant() tenant: Tenant,
    @Param('generationId', UuidPipe) generationId: string,
  ): Promise<GenerationDto> {
    return this.gallery.get(tenant, generationId);
  }
}
