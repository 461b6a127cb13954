import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '#core/errors';
import { speaksOpenAi, toOpenAiError } from './openai-errors.js';
import type { Problem } from './problem.dto.js';

/** Answers with an error: as problem+json, or in OpenAI's dialect where the URL asks for it. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  const { retryAfterSeconds, extensions } = error.details;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  void reply.header('x-request-id', request.id);
  if (speaksOpenAi(request.url)) {
    const { status, body } = toOpenAiError(error);
    // OpenAI's clients send a failed POST again by themselves; one that became a job would become a second one.
    if (extensions?.['jobId']) void reply.header('x-should-retry', 'false');
    return reply.status(status).header('content-type', 'application/json').send(JSON.stringify(body));
  }
  return reply
    .status(error.definition.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(toProblem(error, request.id)));
}

/** The problem document of an error. */
export function toProblem(error: AppError, requestId: string): Problem & Record<string, unknown> {
  const { detail, errors, extensions } = error.details;
  return {
    ...extensions,
    type: `/api/docs/errors#${error.code}`,
    title: error.definition.title,
    status: error.definition.status,
    ...(detail ? { detail } : {}),
    code: error.code,
    requestId,
    ...(errors?.length ? { errors } : {}),
  };
}
