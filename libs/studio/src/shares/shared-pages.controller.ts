import { Controller, Get, Header, Param, ParseIntPipe, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { mimeTypeOf } from '#ai';
import { NotFound } from '#core/errors';
import { ProblemResponse, Public } from '#core/http';
import { FileStorage, sendStoredFile } from '#core/storage';
import { SharedPageDto } from './share-links.dto.js';
import { SharedPagesService, type Variant, VARIANTS } from './shared-pages.service.js';

@ApiTags('studio')
@Controller('api/studio/shared')
export class SharedPagesController {
  constructor(
    private readonly pages: SharedPagesService,
    private readonly storage: FileStorage,
  ) {}

  @Get(':token')
  @Public()
  @Header('cache-control', 'no-store')
  @Header('x-robots-tag', 'noindex')
  @ApiOperation({ operationId: 'getSharedPage', summary: 'What a share link shows, for anybody who has it' })
  @ApiParam({ name: 'token', description: 'The secret part of the link' })
  @ApiOkResponse({ type: SharedPageDto })
  @ProblemResponse(404, 'Unknown, revoked or over: the answer is the same')
  getSharedPage(@Param('token') token: string): Promise<SharedPageDto> {
    return this.pages.show(token);
  }

  @Get(':token/files/:place')
  @Public()
  @ApiOperation({
    operationId: 'getSharedFile',
    summary: 'A file of a shared page, by the link that the page gives',
    description: 'Serves range and conditional requests, as long as the page is open.',
  })
  @ApiParam({ name: 'token', description: 'The secret part of the link' })
  @ApiParam({ name: 'place', description: 'The place of the file on the page, from 0' })
  @ApiQuery({ name: 'variant', enum: VARIANTS, required: false, description: 'The file itself, or a picture of it' })
  @ApiQuery({ name: 'expires', description: 'Unix seconds' })
  @ApiQuery({ name: 'signature' })
  @ApiQuery({ name: 'download', required: false, description: 'A file name: the browser saves instead of showing' })
  @ApiProduces('image/png', 'image/webp', 'image/jpeg', 'video/mp4', 'audio/mpeg', 'audio/wav')
  @ApiOkResponse({ description: 'The file' })
  @ProblemResponse(403, 'The signature does not fit')
  @ProblemResponse(404, 'No such file, or the page is not open any more')
  @ProblemResponse(410, 'The link has expired: open the page again')
  async getSharedFile(
    @Param('token') token: string,
    @Param('place', new ParseIntPipe({ exceptionFactory: () => NotFound() })) place: number,
    @Query('variant') variant: string | undefined,
    @Query('expires') expires = '',
    @Query('signature') signature = '',
    @Query('download') download: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const chosen: Variant = VARIANTS.find((known) => known === variant) ?? 'file';
    const path = await this.pages.locate(token, place, chosen, { expires, signature });
    // Not kept: whether the page is still open is asked each time.
    await sendStoredFile(reply, this.storage, path, {
      mimeType: mimeTypeOf(path),
      cacheControl: 'private, no-cache',
      download,
    });
  }
}
