import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { BrandKitDto, BrandKitListDto, CreateBrandKitDto, UpdateBrandKitDto } from './brand-kits.dto.js';
import { BrandKitsService } from './brand-kits.service.js';

@ApiTags('studio')
@Controller('api/studio/brand-kits')
export class BrandKitsController {
  constructor(private readonly brandKits: BrandKitsService) {}

  @Get()
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({
    operationId: 'listBrandKits',
    summary: 'The brand kits, by name, each with what it adds to a prompt',
  })
  @ApiOkResponse({ type: BrandKitListDto })
  listBrandKits(@CurrentTenant() tenant: Tenant): Promise<BrandKitListDto> {
    return this.brandKits.list(tenant);
  }

  @Post()
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'createBrandKit', summary: 'Make a brand kit: colours, fonts, tone, keywords, logo' })
  @ApiCreatedResponse({ type: BrandKitDto })
  @ProblemResponse(409, '`studio.too_many`')
  @ProblemResponse(422, '`request.invalid`')
  createBrandKit(@CurrentTenant() tenant: Tenant, @Body() body: CreateBrandKitDto): Promise<BrandKitDto> {
    return this.brandKits.create(tenant, body);
  }

  @Get(':brandKitId')
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({ operationId: 'getBrandKit', summary: 'One brand kit' })
  @ApiOkResponse({ type: BrandKitDto })
  @ProblemResponse(404, 'No such brand kit in this organization')
  getBrandKit(
    @CurrentTenant() tenant: Tenant,
    @Param('brandKitId', UuidPipe) brandKitId: string,
  ): Promise<BrandKitDto> {
    return this.brandKits.get(tenant, brandKitId);
  }

  @Patch(':brandKitId')
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'updateBrandKit', summary: 'Change a brand kit' })
  @ApiOkResponse({ type: BrandKitDto })
  @ProblemResponse(404, 'No such brand kit in this organization')
  @ProblemResponse(422, '`request.invalid`')
  updateBrandKit(
    @CurrentTenant() tenant: Tenant,
    @Param('brandKitId', UuidPipe) brandKitId: string,
    @Body() body: UpdateBrandKitDto,
  ): Promise<BrandKitDto> {
    return this.brandKits.update(tenant, brandKitId, body);
  }

  @Delete(':brandKitId')
  @HttpCode(204)
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'deleteBrandKit', summary: 'Delete a brand kit' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such brand kit in this organization')
  async deleteBrandKit(
    @CurrentTenant() tenant: Tenant,
    @Param('brandKitId', UuidPipe) brandKitId: string,
  ): Promise<void> {
    await this.brandKits.delete(tenant, brandKitId);
  }
}
