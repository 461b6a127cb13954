import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { isAppError } from '#core/errors';
import { Authenticated, CurrentTenant, IdempotencyKey, ProblemResponse, type Tenant, toProblem } from '#core/http';
import { CreateJobBatchDto, JobBatchDto } from './job-batches.dto.js';
import { JobBatches } from './job-batches.service.js';

@ApiTags('ai')
@Controller('api/ai/jobs/batch')
export class JobBatchesController {
  constructor(private readonly batches: JobBatches) {}

  @Post()
  @HttpCode(200)
  @Authenticated({ permission: 'jobs:create', testKeys: true })
  @ApiOperation({
    operationId: 'createJobBatch',
    summary: 'Ask for several generations at once',
    description:
      'Each job is accepted or refused on its own, and answered in its place. One request of the rate limits. The same `Idempotency-Key` and body get the first answer again, its refusals included; send what was refused under a new key.',
  })
  @ApiOkResponse({ type: JobBatchDto })
  @ProblemResponse(
    422,
    'A job of the list is not even a request for a job; `errors` names the fields. None is accepted',
  )
  async createJobBatch(
    @CurrentTenant() tenant: Tenant,
    @Body() { jobs }: CreateJobBatchDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<JobBatchDto> {
    const answers = await this.batches.create(tenant, jobs, idempotencyKey);
    return {
      data: answers.map((answer) =>
        isAppError(answer) ? { job: null, problem: toProblem(answer, request.id) } : { job: answer, problem: null },
      ),
    };
  }
}
