import { applyDecorators, Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated, CurrentTenant, IdempotencyKey, OwnIdempotency, ProblemResponse, type Tenant } from '#core/http';
import { answerWith } from './accepted-job.js';
import { CreateAudioJobDto, CreateImageJobDto, CreateVideoJobDto } from './job-forms.dto.js';
import { JobForms } from './job-forms.service.js';
import { JobDto } from './jobs.dto.js';

/** What every short form says of itself. */
function CreatesJob(operationId: string, summary: string): MethodDecorator {
  return applyDecorators(
    OwnIdempotency(),
    HttpCode(202),
    Authenticated({ permission: 'jobs:create', testKeys: true }),
    ApiOperation({
      operationId,
      summary,
      description:
        'A short form of `POST /api/ai/jobs`: the parameters have the same names for all models and are said in the model’s own words. Everything else, `Idempotency-Key` included, is as there.',
    }),
    ApiAcceptedResponse({ type: JobDto }),
    ProblemResponse(402, 'Too few credits, or the budget is used up'),
    ProblemResponse(422, 'The request cannot become a job; `code` and `errors` say why. Nothing is held or queued'),
  );
}

@ApiTags('ai')
@Controller('api/ai')
export class JobFormsController {
  constructor(private readonly forms: JobForms) {}

  @Post('images')
  @CreatesJob('createImageJob', 'Ask for pictures')
  async createImageJob(
    @CurrentTenant() tenant: Tenant,
    @Body() dto: CreateImageJobDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answerWith(await this.forms.createImage(tenant, dto, idempotencyKey), reply);
  }

  @Post('videos')
  @CreatesJob('createVideoJob', 'Ask for a film')
  async createVideoJob(
    @CurrentTenant() tenant: Tenant,
    @Body() dto: CreateVideoJobDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answerWith(await this.forms.createVideo(tenant, dto, idempotencyKey), reply);
  }

  @Post('audio')
  @CreatesJob('createAudioJob', 'Ask for speech, a sound or music')
  async createAudioJob(
    @CurrentTenant() tenant: Tenant,
    @Body() dto: CreateAudioJobDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answerWith(await this.forms.createAudio(tenant, dto, idempotencyKey), reply);
  }
}
