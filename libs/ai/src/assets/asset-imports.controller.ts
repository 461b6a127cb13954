import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { FileUrls } from '#core/storage';
import { toAssetDto } from './asset-view.js';
import { AssetDto, GeneratedAssetDto, ImportAssetDto } from './assets.dto.js';
import { AssetsService } from './assets.service.js';

/** Assets of files that are somewhere already. */
@ApiTags('assets')
@Controller('api/ai/assets')
export class AssetImportsController {
  constructor(
    private readonly assets: AssetsService,
    private readonly fileUrls: FileUrls,
  ) {}

  @Post('imports')
  @Authenticated({ permission: 'assets:manage', testKeys: true })
  @ApiOperation({ operationId: 'importAsset', summary: 'Fetch a file from a public https address' })
  @ApiCreatedResponse({ type: AssetDto })
  @ProblemResponse(415, '`assets.unsupported_type`: no kind of file that is taken')
  @ProblemResponse(422, 'The address cannot be fetched, or the file is refused as an upload would be')
  async importAsset(@CurrentTenant() tenant: Tenant, @Body() { url, ...place }: ImportAssetDto): Promise<AssetDto> {
    const { asset } = await this.assets.import(tenant, url, place);
    return toAssetDto(asset, this.fileUrls);
  }

  @Post('generated')
  @Authenticated({ permission: 'assets:manage', testKeys: true })
  @ApiOperation({
    operationId: 'createGeneratedAsset',
    summary: 'Make an asset of a generated file',
    description: 'So that a model can go on from it. An equal asset that is there already is answered instead.',
  })
  @ApiCreatedResponse({ type: AssetDto })
  @ProblemResponse(404, 'No such generated file in this organization, or it is in the bin')
  @ProblemResponse(413, 'Larger than the plan allows, or than what is left of its storage')
  async createGeneratedAsset(
    @CurrentTenant() tenant: Tenant,
    @Body() { generationId }: GeneratedAssetDto,
  ): Promise<AssetDto> {
    const { asset } = await this.assets.createFromGeneration(tenant, generationId);
    return toAssetDto(asset, this.fileUrls);
  }
}
