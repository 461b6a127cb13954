import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Person, ProblemResponse, type Tenant } from '#core/http';
import { BIN_DAYS } from '../gallery/generations.dto.js';
import { FavoriteGenerationsDto, MoveGenerationsDto, SelectionDto, SelectionResultDto } from './bulk.dto.js';
import { SelectionService } from './selection.service.js';

@ApiTags('studio')
@Controller('api/studio/generations')
export class SelectionController {
  constructor(private readonly selection: SelectionService) {}

  @Post('move')
  @HttpCode(200)
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'moveGenerations', summary: 'Put files into a project, or take them out of theirs' })
  @ApiOkResponse({ type: SelectionResultDto })
  @ProblemResponse(422, '`request.invalid`, e.g. a project that does not exist here')
  moveGenerations(@CurrentTenant() tenant: Tenant, @Body() body: MoveGenerationsDto): Promise<SelectionResultDto> {
    return this.selection.move(tenant, body);
  }

  @Post('delete')
  @HttpCode(200)
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({
    operationId: 'deleteGenerations',
    summary: 'Put files into the bin',
    description: `They leave the gallery, their jobs and share links at once. They can be restored for ${BIN_DAYS} days; then the files are removed for good. What they cost stays charged.`,
  })
  @ApiOkResponse({ type: SelectionResultDto })
  @ProblemResponse(422, '`request.invalid`')
  deleteGenerations(@CurrentTenant() tenant: Tenant, @Body() body: SelectionDto): Promise<SelectionResultDto> {
    return this.selection.delete(tenant, body.generationIds);
  }

  @Post('restore')
  @HttpCode(200)
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'restoreGenerations', summary: 'Take files out of the bin' })
  @ApiOkResponse({ type: SelectionResultDto })
  @ProblemResponse(422, '`request.invalid`')
  restoreGenerations(@CurrentTenant() tenant: Tenant, @Body() body: SelectionDto): Promise<SelectionResultDto> {
    return this.selection.restore(tenant, body.generationIds);
  }

  @Post('favorite')
  @HttpCode(200)
  @Authenticated({ permission: 'studio:read', person: true })
  @ApiOperation({
    operationId: 'favoriteGenerations',
    summary: 'Make files my favourites, or not any more',
    description: 'Favourites are one’s own: whoever may see a file may mark it, and nobody else sees the mark.',
  })
  @ApiOkResponse({ type: SelectionResultDto })
  @ProblemResponse(422, '`request.invalid`')
  favoriteGenerations(
    @CurrentTenant() person: Tenant & Person,
    @Body() body: FavoriteGenerationsDto,
  ): Promise<SelectionResultDto> {
    return this.selection.favorite(person, body);
  }
}
