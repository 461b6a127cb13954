import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticated, CurrentTenant, OwnIdempotency, ProblemResponse, type Tenant } from '#core/http';
import { type JobTerms, TakesTerms, Terms } from './job-terms.js';
import { V1Speech } from './v1-speech.service.js';
import { V1Transcriptions } from './v1-transcriptions.service.js';
import { V1SpeechRequestDto, V1TranscriptionDto, V1TranscriptionRequestDto } from './v1.dto.js';

@ApiTags('openai')
@TakesTerms()
@Controller('v1/audio')
export class V1AudioController {
  constructor(
    private readonly speech: V1Speech,
    private readonly transcriptions: V1Transcriptions,
  ) {}

  @Post('speech')
  @OwnIdempotency()
  @HttpCode(200)
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createSpeech',
    summary: 'Speech from text, as OpenAI’s clients ask for it',
    description:
      'A job like any other (`x-job-id` names it). Beside these parameters the body may have those of the model.',
  })
  @ApiBody({ type: V1SpeechRequestDto })
  @ApiOkResponse({
    description: 'The sound file',
    content: { 'audio/mpeg': { schema: { type: 'string', format: 'binary' } } },
  })
  @ProblemResponse(400, 'A parameter that the model does not know or take, or content that its provider refuses')
  @ProblemResponse(402, 'Too few credits, or the budget is used up')
  @ProblemResponse(404, 'No such model, or none that can be used here')
  @ProblemResponse(502, 'The generation failed; nothing is charged')
  @ProblemResponse(504, 'The job goes on, and the message names it')
  createSpeech(
    @CurrentTenant() tenant: Tenant,
    @Body() body: unknown,
    @Terms() terms: JobTerms,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.speech.speak(tenant, body, terms, reply);
  }

  @Post('transcriptions')
  @OwnIdempotency()
  @HttpCode(200)
  @RouteConfig({ takesUpload: true })
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createTranscription',
    summary: 'What is said in a recording, as OpenAI’s clients ask for it',
    description: 'The recording is kept as an asset of the organization; its length is what is held and paid for.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: V1TranscriptionRequestDto })
  @ApiOkResponse({ type: V1TranscriptionDto, description: 'Or text, SRT, WebVTT, as `response_format` says' })
  @ProblemResponse(400, 'A parameter that the model does not know or take, or a file that is no recording')
  @ProblemResponse(402, 'Too few credits, or the budget is used up')
  @ProblemResponse(404, 'No such model, or none that can be used here')
  @ProblemResponse(413, 'A file larger than the plan allows')
  @ProblemResponse(415, 'Not a form, or a file of no kind that is taken')
  @ProblemResponse(502, 'The transcription failed; nothing is charged')
  @ProblemResponse(504, 'The job goes on, and the message names it')
  createTranscription(
    @CurrentTenant() tenant: Tenant,
    @Req() request: FastifyRequest,
    @Terms() terms: JobTerms,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.transcriptions.transcribe(tenant, request, terms, reply);
  }
}
