import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStreamResponse } from '#core/events';
import {
  Authenticated,
  CurrentTenant,
  IdempotencyKey,
  OwnIdempotency,
  ProblemResponse,
  type Tenant,
  UuidPipe,
} from '#core/http';
import { answerWith } from './accepted-job.js';
import { JobIntake } from './job-intake.service.js';
import { JobStreamService } from './job-stream.service.js';
import { CancelJobResultDto, CreateJobDto, JobDto, JobPageDto, ListJobsQuery } from './jobs.dto.js';
import { JobsService } from './jobs.service.js';

@ApiTags('ai')
@Controller('api/ai/jobs')
export class JobsController {
  constructor(
    private readonly intake: JobIntake,
    private readonly jobs: JobsService,
    private readonly streams: JobStreamService,
  ) {}

  @Post()
  @OwnIdempotency()
  @HttpCode(202)
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createJob',
    summary: 'Ask for a generation',
    description:
      'Holds the most it can cost and answers at once. Follow it with `GET /api/ai/jobs/{jobId}/events`. The same `Idempotency-Key` and body answer the first job as it is by then, with `Idempotency-Replayed: true`.',
  })
  @ApiAcceptedResponse({ type: JobDto })
  @ProblemResponse(402, 'Too few credits, or the budget is used up')
  @ProblemResponse(422, 'The request cannot become a job; `code` and `errors` say why. Nothing is held or queued')
  async createJob(
    @CurrentTenant() tenant: Tenant,
    @Body() dto: CreateJobDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answerWith(await this.intake.create(tenant, dto, idempotencyKey), reply);
  }

  @Get()
  @Authenticated({ permission: 'jobs:read' })
  @ApiOperation({
    operationId: 'listJobs',
    summary: 'The jobs of the organization, newest first',
    description:
      'Without their events. Live jobs, or with `testMode=true` those of test keys; a test key is shown no others. Pages go by `before`.',
  })
  @ApiOkResponse({ type: JobPageDto })
  listJobs(@CurrentTenant() tenant: Tenant, @Query() query: ListJobsQuery): Promise<JobPageDto> {
    return this.jobs.list(tenant, query);
  }

  @Get(':jobId')
  @Authenticated({ permission: 'jobs:read' })
  @ApiOperation({
    operationId: 'getJob',
    summary: 'One job with its files',
    description:
      '`credits.held` is what it may cost at most and is set aside meanwhile; `credits.charged` is set at its end, 0 when it failed; `credits.refunded` is what was given back since. The links to files end; read the job again for new ones. A job that failed says why in `error`, and what to do.',
  })
  @ApiOkResponse({ type: JobDto })
  @ProblemResponse(404, 'No such job in this organization, or none that a test key is shown')
  getJob(@CurrentTenant() tenant: Tenant, @Param('jobId', UuidPipe) jobId: string): Promise<JobDto> {
    return this.jobs.get(tenant, jobId);
  }

  @Post(':jobId/cancel')
  @HttpCode(200)
  @Authenticated({ permission: 'jobs:cancel', testKeys: true })
  @ApiOperation({
    operationId: 'cancelJob',
    summary: 'Cancel a waiting job, or ask a running one to stop',
    description:
      'A job that was not begun ends at once and costs nothing; so does one whose provider can stop, a moment later. What ' +
      'the provider has accepted and cannot stop, because it answers with the file itself or knows no way to, is brought ' +
      'to its end, delivered and charged: the provider bills it in any case.',
  })
  @ApiOkResponse({ type: CancelJobResultDto })
  @ProblemResponse(404, 'No such job in this organization, or none that a test key is shown')
  @ProblemResponse(409, 'The job has already ended')
  cancelJob(@CurrentTenant() tenant: Tenant, @Param('jobId', UuidPipe) jobId: string): Promise<CancelJobResultDto> {
    return this.jobs.cancel(tenant, jobId);
  }

  @Get(':jobId/events')
  @Authenticated({ permission: 'jobs:read' })
  @ApiOperation({
    operationId: 'streamJobEvents',
    summary: 'Follow a job (Server-Sent Events)',
    description:
      'Replays the life of the job from `Last-Event-ID`, or from its beginning, and ends after its last event. Answers 204 when the job has ended and nothing is left to tell.',
  })
  @EventStreamResponse()
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Go on after this event' })
  @ProblemResponse(404, 'No such job in this organization, or none that a test key is shown')
  streamJobEvents(
    @CurrentTenant() tenant: Tenant,
    @Param('jobId', UuidPipe) jobId: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.streams.open(tenant, jobId, lastEventId, request, reply);
  }
}
