import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import {
  CreateShareLinkDto,
  ListShareLinksQuery,
  ShareLinkDto,
  ShareLinkPageDto,
  UpdateShareLinkDto,
} from './share-links.dto.js';
import { ShareLinksService } from './share-links.service.js';

@ApiTags('studio')
@Controller('api/studio/share-links')
export class ShareLinksController {
  constructor(private readonly shareLinks: ShareLinksService) {}

  @Get()
  @Authenticated({ permission: 'studio:share' })
  @ApiOperation({ operationId: 'listShareLinks', summary: 'The share links, newest first, closed ones too' })
  @ApiOkResponse({ type: ShareLinkPageDto })
  listShareLinks(@CurrentTenant() tenant: Tenant, @Query() query: ListShareLinksQuery): Promise<ShareLinkPageDto> {
    return this.shareLinks.list(tenant, query);
  }

  @Post()
  @Authenticated({ permission: 'studio:share' })
  @ApiOperation({
    operationId: 'createShareLink',
    summary: 'Show files to whoever has a link',
    description: 'Prompts stay hidden unless asked for. A file that goes into the bin leaves the page.',
  })
  @ApiCreatedResponse({ type: ShareLinkDto })
  @ProblemResponse(422, '`request.invalid`, e.g. files that do not exist here')
  createShareLink(@CurrentTenant() tenant: Tenant, @Body() body: CreateShareLinkDto): Promise<ShareLinkDto> {
    return this.shareLinks.create(tenant, body);
  }

  @Patch(':shareLinkId')
  @Authenticated({ permission: 'studio:share' })
  @ApiOperation({ operationId: 'updateShareLink', summary: 'Change the title, the end, or whether prompts show' })
  @ApiOkResponse({ type: ShareLinkDto })
  @ProblemResponse(404, 'No such link in this organization')
  @ProblemResponse(422, '`request.invalid`')
  updateShareLink(
    @CurrentTenant() tenant: Tenant,
    @Param('shareLinkId', UuidPipe) shareLinkId: string,
    @Body() body: UpdateShareLinkDto,
  ): Promise<ShareLinkDto> {
    return this.shareLinks.update(tenant, shareLinkId, body);
  }

  @Delete(':shareLinkId')
  @HttpCode(204)
  @Authenticated({ permission: 'studio:share' })
  @ApiOperation({ operationId: 'revokeShareLink', summary: 'Close a link for good, with the files behind it' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such link in this organization')
  async revokeShareLink(
    @CurrentTenant() tenant: Tenant,
    @Param('shareLinkId', UuidPipe) shareLinkId: string,
  ): Promise<void> {
    await this.shareLinks.revoke(tenant, shareLinkId);
  }
}
