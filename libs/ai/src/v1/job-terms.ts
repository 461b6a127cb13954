import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest } from '#core/errors';
import { dateTimeFault, idempotencyKeyOf } from '#core/http';

/** What OpenAI's requests have no parameters for, and our jobs do; clients send them as headers. */
export interface JobTerms {
  idempotencyKey?: string;
  /** The most that the job may cost. */
  maxCredits?: number;
  /** RFC 3339; a job that has not finished by then ends. */
  deadline?: string;
  /** How the sandbox is to behave; whether the model may be asked for it, its input's schema tells. */
  simulate?: unknown;
  /** OpenAI's clients say so when they ask again by themselves. */
  isRetry: boolean;
}

const MAX_CREDITS = 'x-base-max-credits';
const DEADLINE = 'x-base-deadline';
export const SIMULATE = 'x-base-simulate';

/** Parameter decorator: the terms in the headers of a request. @throws InvalidRequest */
export const Terms = createParamDecorator((_: unknown, context: ExecutionContext): JobTerms => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { [MAX_CREDITS]: maxCredits, [DEADLINE]: deadline, [SIMULATE]: simulate } = request.headers;
  if (maxCredits !== undefined && !/^\d{1,15}$/.test(String(maxCredits))) {
    throw refusal(MAX_CREDITS, 'is_int', 'must be a whole number of credits');
  }
  const fault = deadline === undefined ? undefined : dateTimeFault(deadline);
  if (fault !== undefined) throw refusal(DEADLINE, 'is_rfc3339', fault);
  return {
    idempotencyKey: idempotencyKeyOf(request),
    isRetry: /^[1-9]/.test(String(request.headers['x-stainless-retry-count'])),
    ...(maxCredits !== undefined && { maxCredits: Number(maxCredits) }),
    ...(deadline !== undefined && { deadline: String(deadline) }),
    ...(simulate !== undefined && { simulate: parseSimulation(String(simulate)) }),
  };
});

function parseSimulation(header: string): unknown {
  try {
    return JSON.parse(header);
  } catch {
    throw refusal(SIMULATE, 'invalid_type', 'must be JSON, such as {"failure": "unavailable"}');
  }
}

/** Documents the headers that `Terms` reads. */
export const TakesTerms = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiHeader({
      name: MAX_CREDITS,
      required: false,
      schema: { type: 'integer', minimum: 0 },
      description: 'Refuse the request when it may cost more',
    }),
    ApiHeader({
      name: DEADLINE,
      required: false,
      schema: { type: 'string', format: 'date-time' },
      description:
        'If the job has not finished by then, it expires and its hold returns; what the provider has accepted and cannot ' +
        'stop is finished and charged. RFC 3339 with its offset',
    }),
    ApiHeader({
      name: SIMULATE,
      required: false,
      schema: { type: 'string' },
      example: '{"failure": "unavailable", "latencyMs": 2000}',
      description: 'With a test key, or a model of the sandbox: latency and failures, as `simulate` of a job’s input',
    }),
  );

function refusal(header: string, code: string, message: string): Error {
  return InvalidRequest({ detail: 'Change the header.', errors: [{ pointer: `/${header}`, code, message }] });
}
