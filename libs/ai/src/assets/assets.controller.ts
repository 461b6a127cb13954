import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UploadMissing } from '#core/errors';
import {
  Authenticated,
  CurrentTenant,
  IdempotencyKey,
  OwnIdempotency,
  ProblemResponse,
  readParts,
  REPLAYED,
  TakesUpload,
  type Tenant,
  UuidPipe,
} from '#core/http';
import { FileUrls } from '#core/storage';
import { toAssetDto } from './asset-view.js';
import { AssetAllowanceDto, AssetDto, AssetPageDto, AssetPlaceDto, ListAssetsQuery } from './assets.dto.js';
import { AssetsService, type CreatedAsset } from './assets.service.js';

@ApiTags('assets')
@Controller('api/ai/assets')
export class AssetsController {
  constructor(
    private readonly assets: AssetsService,
    private readonly fileUrls: FileUrls,
  ) {}

  @Post()
  @OwnIdempotency()
  @Authenticated({ permission: 'assets:manage', testKeys: true })
  @TakesUpload()
  @ApiOperation({
    operationId: 'createAsset',
    summary: 'Upload a file',
    description:
      'Pictures, films, sounds and fonts, as inputs of models, logos and the like. What it is, is told by its content, and must agree with the content type of its part. The size is bounded by the plan. A picture is kept turned as it is seen, without the tags of its camera (place, model, …). The same `Idempotency-Key` and file answer the first asset, with `Idempotency-Replayed: true`.',
  })
  @ApiCreatedResponse({ type: AssetDto })
  @ProblemResponse(413, 'Larger than the plan allows, or than what is left of its storage')
  @ProblemResponse(415, '`assets.unsupported_type`: no kind of file that is taken')
  @ProblemResponse(422, 'Damaged, too many pixels, too long, or not what it is declared to be')
  async createAsset(
    @CurrentTenant() tenant: Tenant,
    @Query() { name: called, kind, projectId }: AssetPlaceDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssetDto> {
    const maxFileBytes = await this.assets.maxUploadBytes(tenant);
    let created: CreatedAsset | undefined;
    await readParts(
      request,
      { maxFileBytes, maxFiles: 1, maxFields: 0 },
      async ({ field, body, declaredType, name }) => {
        if (field !== 'file')
          throw UploadMissing(`Send the file as the field \`file\`, not \`${field.slice(0, 60)}\`.`);
        created = await this.assets.create(tenant, {
          ...{ body, declaredType, idempotencyKey, kind, projectId },
          name: called ?? name,
        });
      },
    );
    if (!created) throw UploadMissing('Send the file as the field `file`.');
    if (created.isReplayed) void reply.header(REPLAYED, 'true');
    return toAssetDto(created.asset, this.fileUrls);
  }

  @Get()
  @Authenticated({ permission: 'assets:read' })
  @ApiOperation({ operationId: 'listAssets', summary: 'The uploads of the organization, newest first' })
  @ApiOkResponse({ type: AssetPageDto })
  async listAssets(
    @CurrentTenant() tenant: Tenant,
    @Query() { limit = 20, type: family, ...filter }: ListAssetsQuery,
  ): Promise<AssetPageDto> {
    const assets = await this.assets.list(tenant, { ...filter, family, limit });
    return {
      data: assets.map((asset) => toAssetDto(asset, this.fileUrls)),
      nextBefore: assets.length === limit ? (assets.at(-1)?.id ?? null) : null,
    };
  }

  @Get('allowance')
  @Authenticated({ permission: 'assets:read' })
  @ApiOperation({ operationId: 'getAssetAllowance', summary: 'How much may be uploaded' })
  @ApiOkResponse({ type: AssetAllowanceDto })
  async getAssetAllowance(@CurrentTenant() tenant: Tenant): Promise<AssetAllowanceDto> {
    const { upload, used, storage } = await this.assets.allowance(tenant);
    return { maxUploadBytes: upload, usedBytes: Number(used), storageBytes: Number(storage) };
  }

  @Get(':assetId')
  @Authenticated({ permission: 'assets:read' })
  @ApiOperation({ operationId: 'getAsset', summary: 'One upload' })
  @ApiOkResponse({ type: AssetDto })
  @ProblemResponse(404, 'No such asset in this organization')
  async getAsset(@CurrentTenant() tenant: Tenant, @Param('assetId', UuidPipe) assetId: string): Promise<AssetDto> {
    return toAssetDto(await this.assets.get(tenant, assetId), this.fileUrls);
  }

  @Delete(':assetId')
  @HttpCode(204)
  @Authenticated({ permission: 'assets:manage' })
  @ApiOperation({
    operationId: 'deleteAsset',
    summary: 'Delete an upload',
    description: 'It can be used no more. Open jobs that were given it before still get it; then the file is removed.',
  })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such asset in this organization')
  deleteAsset(@CurrentTenant() tenant: Tenant, @Param('assetId', UuidPipe) assetId: string): Promise<void> {
    return this.assets.delete(tenant, assetId);
  }
}
