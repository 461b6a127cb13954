import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { KeepRawBody, ProblemResponse, Public, rawBodyOf } from '#core/http';
import { Unlimited } from '#core/limits';
import { CallbacksService } from './callbacks.service.js';

/** Replicate repeats the whole input, in which reference pictures of up to 256 kB each lie as text. */
const MAX_REPORT_BYTES = 8 * 1024 ** 2;

@ApiTags('ai')
@Controller('api/ai/callbacks')
export class CallbacksController {
  constructor(private readonly callbacks: CallbacksService) {}

  @Post(':provider/:token')
  @Public()
  @Unlimited()
  @KeepRawBody(MAX_REPORT_BYTES)
  @HttpCode(204)
  @ApiOperation({
    operationId: 'receiveProviderCallback',
    summary: "A provider's report that a generation has ended",
    description:
      "For providers only: the address is made for one job, and the report must carry the provider's signature, not older or newer than five minutes; it may have 8 MB, and any text in it. A repeated or late report changes nothing.",
  })
  @ApiParam({ name: 'provider', example: 'replicate' })
  @ApiParam({ name: 'token', description: 'Names the job; only its provider was told' })
  @ApiNoContentResponse({ description: 'Taken note of' })
  @ProblemResponse(401, 'The signature, its age or the body is not the provider’s')
  @ProblemResponse(404, 'No such address')
  receiveProviderCallback(
    @Param('provider') provider: string,
    @Param('token') token: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const headers = request.headers as Record<string, string | undefined>;
    return this.callbacks.receive(provider, token, { headers, rawBody: rawBodyOf(request) });
  }
}
