import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ProblemResponse, Public } from '#core/http';
import { Unlimited } from '#core/limits';
import { FileUrls, FileStorage, sendStoredFile } from '#core/storage';
import { mimeTypeOf } from './output-files.js';

@ApiTags('files')
@Controller('api/files')
export class FilesController {
  constructor(
    private readonly storage: FileStorage,
    private readonly fileUrls: FileUrls,
  ) {}

  @Get('*')
  @Public()
  @Unlimited()
  @ApiOperation({
    operationId: 'getFile',
    summary: 'A generated file by its signed link',
    description: 'Whoever has the link may read the file until it expires. Serves range and conditional requests.',
  })
  @ApiParam({ name: '*', description: 'The path of the file, as in the link' })
  @ApiQuery({ name: 'expires', description: 'Unix seconds' })
  @ApiQuery({ name: 'signature' })
  @ApiQuery({ name: 'download', required: false, description: 'A file name: the browser saves instead of showing' })
  @ApiProduces('image/png', 'image/webp', 'image/jpeg', 'video/mp4', 'audio/mpeg', 'audio/wav')
  @ApiOkResponse({ description: 'The file' })
  @ProblemResponse(403, 'The signature does not fit')
  @ProblemResponse(410, 'The link has expired')
  async getFile(
    @Param('*') path: string,
    @Query('expires') expires = '',
    @Query('signature') signature = '',
    @Query('download') download: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.fileUrls.verify(path, expires, signature);
    const maxAgeSeconds = Math.max(0, Number(expires) - Math.floor(Date.now() / 1000));
    const cacheControl = `private, max-age=${maxAgeSeconds}, immutable`;
    await sendStoredFile(reply, this.storage, path, { mimeType: mimeTypeOf(path), cacheControl, download });
  }
}
