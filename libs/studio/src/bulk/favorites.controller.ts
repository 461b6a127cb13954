import { Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Person, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { SelectionService } from './selection.service.js';

@ApiTags('studio')
@Controller('api/studio/favorites')
export class FavoritesController {
  constructor(private readonly selection: SelectionService) {}

  @Put(':generationId')
  @HttpCode(204)
  @Authenticated({ permission: 'studio:read', person: true })
  @ApiOperation({ operationId: 'addFavorite', summary: 'Make a file one of my favourites' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such file in this organization')
  addFavorite(
    @CurrentTenant() person: Tenant & Person,
    @Param('generationId', UuidPipe) generationId: string,
  ): Promise<void> {
    return this.selection.setFavorite(person, generationId, true);
  }

  @Delete(':generationId')
  @HttpCode(204)
  @Authenticated({ permission: 'studio:read', person: true })
  @ApiOperation({ operationId: 'removeFavorite', summary: 'It is not one of my favourites any more' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such file in this organization')
  removeFavorite(
    @CurrentTenant() person: Tenant & Person,
    @Param('generationId', UuidPipe) generationId: string,
  ): Promise<void> {
    return this.selection.setFavorite(person, generationId, false);
  }
}
