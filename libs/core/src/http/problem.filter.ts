import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseError, isUnavailable } from '#core/db';
import {
  AppError,
  BodyTooLarge,
  InternalError,
  InvalidRequest,
  MalformedBody,
  NotFound,
  PermissionDenied,
  RangeNotSatisfiable,
  RateLimited,
  RequestRefused,
  RouteNotFound,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from '#core/errors';
import { sendError } from './send-error.js';
import { FORM_ADVICE } from './uploads.js';

/** What `assertPlainJson` did not see, e.g. NUL in a query: character_not_in_repertoire, untranslatable_character. */
const UNSTORABLE_TEXT = new Set(['22021', '22P05']);

/** Renders every failure (RFC 9457 problem+json, or OpenAI's dialect under /v1). Causes go to the log, never to the caller. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = toAppError(thrown, request);
    request.refusal = error;
    if (error.definition.status >= 500) {
      // What was thrown on purpose needs no stack; what caused it, or was not foreseen, does.
      const cause = error === thrown ? error.details.cause : thrown;
      this.logger.error({ ...(cause ? { err: cause } : {}), requestId: request.id, code: error.code }, error.message);
    }
    if (reply.sent || reply.raw.headersSent) {
      // A stream already began: the only honest signal left is to break it off.
      reply.raw.destroy();
      return;
    }
    void sendError(request, reply, error);
  }
}

/** Any thrown value as one of the declared errors. @param request whose route says what it wanted instead */
export function toAppError(thrown: unknown, request?: FastifyRequest): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException) return fromStatus(thrown.getStatus(), thrown, request);
  if (UNSTORABLE_TEXT.has(databaseError(thrown)?.sqlState ?? '')) {
    return InvalidRequest({ detail: 'Text must not contain the NUL character (\\u0000).', cause: thrown });
  }
  if (isUnavailable(thrown)) return ServiceUnavailable({ retryAfterSeconds: 2, cause: thrown });
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  // Fastify's own refusals (body parsing, limits) carry a status; their messages name no internals.
  if (typeof status === 'number' && status < 500) return fromStatus(status, thrown, request);
  return InternalError({ cause: thrown });
}

function fromStatus(status: number, cause: unknown, request: FastifyRequest | undefined): AppError {
  switch (status) {
    case 400:
      return MalformedBody({ detail: malformation(cause), cause });
    case 401:
      return Unauthenticated({ cause });
    case 403:
      return PermissionDenied({ cause });
    case 404:
      return cause instanceof HttpException && cause.message.startsWith('Cannot ')
        ? RouteNotFound({ detail: cause.message.split('?', 1)[0]?.slice(0, 200), cause })
        : NotFound({ cause });
    case 413:
      return BodyTooLarge({ detail: tooLarge(request), cause });
    case 415:
      return UnsupportedMediaType({
        detail: request?.routeOptions.config.takesUpload ? FORM_ADVICE : 'Send application/json.',
        cause,
      });
    case 416:
      return RangeNotSatisfiable({ cause });
    case 429:
      return RateLimited({ cause });
    case 503:
      return ServiceUnavailable({ cause });
    default:
      return status < 500 ? RequestRefused({ cause }) : InternalError({ cause });
  }
}

function tooLarge(request: FastifyRequest | undefined): string {
  const { bodyLimit = 1024 ** 2, config } = request?.routeOptions ?? {};
  const megabytes = Math.floor(bodyLimit / 1024 ** 2);
  return `Send at most ${megabytes} MB of JSON${config?.takesUpload ? ', or multipart/form-data, which may be larger' : ''}.`;
}

/** Fastify refuses members that would change what every object of a program is, and does not say so. */
function malformation(cause: unknown): string {
  switch ((cause as { code?: unknown }).code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return 'The body is not valid JSON, or has a member named __proto__ or constructor.prototype.';
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'The body is empty: send JSON, or no content type.';
    default:
      return 'The body or the URL cannot be read.';
  }
}
