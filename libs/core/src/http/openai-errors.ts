import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { AppError } from '#core/errors';

/** Routes under it speak OpenAI's dialect, refusals included, so that programs written for OpenAI work unchanged. */
export const OPENAI_PREFIX = '/v1';

/** Whether a request's URL leads to the OpenAI-compatible routes. */
export function speaksOpenAi(url: string): boolean {
  return url === OPENAI_PREFIX || url.startsWith(`${OPENAI_PREFIX}/`) || url.startsWith(`${OPENAI_PREFIX}?`);
}

/** What went wrong, in OpenAI's words. */
export class OpenAiErrorFault {
  @ApiProperty({ description: 'What happened here and what to do about it' })
  message: string;

  @ApiProperty({ example: 'invalid_request_error' })
  type: string;

  @ApiProperty({ type: String, nullable: true, description: 'The parameter at fault', example: 'size' })
  param: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'model_not_found' })
  code: string | null;

  @ApiProperty({ description: "The platform's own stable code", example: 'ai.unknown_model' })
  platform_code: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The job that the request had become' })
  job_id?: string;
}

/** An error as OpenAI's API and its clients know it. */
export class OpenAiError {
  @ApiProperty({ type: OpenAiErrorFault })
  error: OpenAiErrorFault;
}

/** A refusal in OpenAI's dialect: OpenAI has no 422, and knows some refusals by codes of its own. */
export function toOpenAiError(error: AppError): { status: number; body: OpenAiError } {
  const { definition, details } = error;
  const status = definition.asOpenAi?.status ?? (definition.status === 422 ? 400 : definition.status);
  const [first] = details.errors ?? [];
  const faults = (details.errors ?? []).map(
    ({ pointer, message }) => `${parameterOf(pointer) ?? 'The body'}: ${message}`,
  );
  const { jobId, reason } = details.extensions ?? {};
  const code = definition.asOpenAi?.code ?? (status === 401 ? 'invalid_api_key' : definition.code);
  return {
    status,
    body: {
      error: {
        message: [details.detail ?? definition.title, ...faults].join(' '),
        type: typeOf(status, code),
        param: first ? parameterOf(first.pointer) : null,
        code: first && code === 'request.invalid' ? first.code : code,
        platform_code: typeof reason === 'string' ? reason : definition.code,
        ...(typeof jobId === 'string' ? { job_id: jobId } : {}),
      },
    },
  };
}

function typeOf(status: number, code: string): string {
  if (code === 'insufficient_quota') return code;
  if (code === 'moderation_blocked') return 'image_generation_user_error';
  if (status === 429) return 'requests';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** Null: the body as a whole. */
function parameterOf(pointer: string): string | null {
  return pointer.replace(/^\//, '').replaceAll('/', '.') || null;
}
