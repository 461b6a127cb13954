import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated, CurrentTenant, OwnIdempotency, ProblemResponse, type Tenant } from '#core/http';
import { type JobTerms, TakesTerms, Terms } from './job-terms.js';
import { V1Images } from './v1-images.service.js';
import { V1EditRequestDto, V1ImageRequestDto, V1ImagesDto } from './v1.dto.js';

/** For data URLs. JSON is in memory before it is known who sends it, so that a form may have far more. */
const MAX_JSON_BYTES = 8 * 1024 ** 2;

@ApiTags('openai')
@TakesTerms()
@Controller('v1/images')
export class V1ImagesController {
  constructor(private readonly images: V1Images) {}

  @Post('generations')
  @OwnIdempotency()
  @HttpCode(200)
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createImage',
    summary: 'Pictures from a prompt, as OpenAI’s clients ask for them',
    description:
      'A job like any other (`x-job-id` names it): held, run, settled. Beside these parameters the body may have those of the model. Going away leaves the job to finish.',
  })
  @ApiBody({ type: V1ImageRequestDto })
  @ApiOkResponse({ type: V1ImagesDto })
  @ProblemResponse(400, 'A parameter that the model does not know or take, or content that its provider refuses')
  @ProblemResponse(402, 'Too few credits, or the budget is used up')
  @ProblemResponse(404, 'No such model, or none that can be used here')
  @ProblemResponse(502, 'The generation failed; nothing is charged')
  @ProblemResponse(504, 'The job goes on, and the message names it')
  createImage(
    @CurrentTenant() tenant: Tenant,
    @Body() body: unknown,
    @Terms() terms: JobTerms,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.images.generate(tenant, body, terms, reply);
  }

  @Post('edits')
  @OwnIdempotency()
  @HttpCode(200)
  @RouteConfig({ takesUpload: true, maxJsonBytes: MAX_JSON_BYTES })
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createImageEdit',
    summary: 'Pictures from pictures, as OpenAI’s clients ask for them',
    description:
      'The pictures are kept as assets of the organization; one that is there already is used again. As JSON, `images` and ' +
      '`mask` refer to pictures instead: each is `{"image_url": "https://…"}`, which may be a data URL in base64 (8 MB of ' +
      'JSON are the most), or `{"file_id": "<id of an asset>"}`.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: V1EditRequestDto })
  @ApiOkResponse({ type: V1ImagesDto })
  @ProblemResponse(400, 'A parameter that the model does not know or take, or a file that is no picture')
  @ProblemResponse(402, 'Too few credits, or the budget is used up')
  @ProblemResponse(404, 'No such model, or none that can be used here')
  @ProblemResponse(413, 'A file larger than the plan allows')
  @ProblemResponse(415, 'Neither a form nor JSON, or a file of no kind that is taken')
  @ProblemResponse(502, 'The generation failed; nothing is charged')
  @ProblemResponse(504, 'The job goes on, and the message names it')
  createImageEdit(
    @CurrentTenant() tenant: Tenant,
    @Req() request: FastifyRequest,
    @Terms() terms: JobTerms,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.images.edit(tenant, request, terms, reply);
  }
}
