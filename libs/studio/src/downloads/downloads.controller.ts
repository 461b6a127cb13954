import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated, CurrentTenant, ProblemResponse, Public, type Tenant } from '#core/http';
import { CreateDownloadDto, DownloadDto } from './downloads.dto.js';
import { DownloadsService } from './downloads.service.js';

@ApiTags('studio')
@Controller('api/studio/downloads')
export class DownloadsController {
  constructor(private readonly downloads: DownloadsService) {}

  @Post()
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({
    operationId: 'createDownload',
    summary: 'Ask for many files as one ZIP archive',
    description: 'Answers with a link that works once and needs no credentials, so that a browser can follow it.',
  })
  @ApiCreatedResponse({ type: DownloadDto })
  @ProblemResponse(422, '`studio.download_empty`, `studio.download_too_large`, `request.invalid`')
  createDownload(@CurrentTenant() tenant: Tenant, @Body() body: CreateDownloadDto): Promise<DownloadDto> {
    return this.downloads.create(tenant, body);
  }

  @Get(':token')
  @Public()
  @ApiOperation({
    operationId: 'getDownload',
    summary: 'The archive of a download link, once',
    description:
      'Streamed from storage, with its exact length. Uncompressed: media does not shrink. ZIP64 where needed.',
  })
  @ApiParam({ name: 'token', description: 'The secret part of the link' })
  @ApiProduces('application/zip')
  @ApiOkResponse({ description: 'The archive', schema: { type: 'string', format: 'binary' } })
  @ProblemResponse(410, 'The link has been used, has expired, or never was')
  async getDownload(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const { fileName, bytes, body } = await this.downloads.open(token);
    await reply
      .header('content-type', 'application/zip')
      .header('content-length', bytes.toString())
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .send(body);
  }
}
