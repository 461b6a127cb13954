import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { CreatePresetDto, ListPresetsQuery, PresetDto, PresetListDto, UpdatePresetDto } from './presets.dto.js';
import { PresetsService } from './presets.service.js';

@ApiTags('studio')
@Controller('api/studio/presets')
export class PresetsController {
  constructor(private readonly presets: PresetsService) {}

  @Get()
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({ operationId: 'listPresets', summary: 'The shared presets and my own, by name' })
  @ApiOkResponse({ type: PresetListDto })
  listPresets(@CurrentTenant() tenant: Tenant, @Query() query: ListPresetsQuery): Promise<PresetListDto> {
    return this.presets.list(tenant, query);
  }

  @Post()
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'createPreset', summary: 'Save a model with some of its input' })
  @ApiCreatedResponse({ type: PresetDto })
  @ProblemResponse(409, '`studio.too_many`')
  @ProblemResponse(422, '`ai.unknown_model`, `ai.model_retired`, `request.invalid`')
  createPreset(@CurrentTenant() tenant: Tenant, @Body() body: CreatePresetDto): Promise<PresetDto> {
    return this.presets.create(tenant, body);
  }

  @Patch(':presetId')
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'updatePreset', summary: 'Change a preset, or whom it is for' })
  @ApiOkResponse({ type: PresetDto })
  @ProblemResponse(404, 'No such preset in this organization, or another member’s own')
  @ProblemResponse(422, '`ai.unknown_model`, `ai.model_retired`, `request.invalid`')
  updatePreset(
    @CurrentTenant() tenant: Tenant,
    @Param('presetId', UuidPipe) presetId: string,
    @Body() body: UpdatePresetDto,
  ): Promise<PresetDto> {
    return this.presets.update(tenant, presetId, body);
  }

  @Delete(':presetId')
  @HttpCode(204)
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'deletePreset', summary: 'Delete a preset' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such preset in this organization, or another member’s own')
  async deletePreset(@CurrentTenant() tenant: Tenant, @Param('presetId', UuidPipe) presetId: string): Promise<void> {
    await this.presets.delete(tenant, presetId);
  }
}
