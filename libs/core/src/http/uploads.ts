import multipart from '@fastify/multipart';
import { applyDecorators } from '@nestjs/common';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest, isAppError, MalformedBody, UploadMissing, UploadTooLarge } from '#core/errors';

declare module 'fastify' {
  interface FastifyContextConfig {
    takesUpload?: boolean;
  }
}

/** What a route wants instead of JSON. */
export const UPLOAD_ADVICE = 'Send multipart/form-data with the file as the field `file`.';

/** The route takes one file as multipart/form-data; see `readUpload`. */
export const TakesUpload = (): MethodDecorator =>
  applyDecorators(
    RouteConfig({ takesUpload: true }),
    ApiConsumes('multipart/form-data'),
    ApiBody({
      schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
    }),
  );

/** Lets routes read `multipart/form-data`. Nothing is kept in files or read before a route asks for it. */
export async function useUploads(app: NestFastifyApplication): Promise<void> {
  await app.register(multipart, { limits: { files: 1, fields: 10, fieldSize: 10_000, headerPairs: 50, parts: 11 } });
}

/**
 * The one file of a multipart request, in memory; its name and declared type are the sender's word and not looked at.
 * @throws UploadMissing, UploadTooLarge, MalformedBody; InvalidRequest for more than one file
 */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  if (!request.isMultipart()) throw UploadMissing(UPLOAD_ADVICE);
  try {
    let content: Buffer | undefined;
    for await (const part of request.files({ limits: { fileSize: maxBytes } })) {
      if (part.fieldname !== 'file') {
        part.file.resume();
        throw UploadMissing(`Send the file as the field \`file\`, not \`${part.fieldname.slice(0, 60)}\`.`);
      }
      content = await part.toBuffer();
    }
    if (!content) throw UploadMissing(UPLOAD_ADVICE);
    return content;
  } catch (error) {
    throw isAppError(error) ? error : refusalOf(error, maxBytes);
  }
}

function refusalOf(cause: unknown, maxBytes: number): Error {
  switch ((cause as { code?: unknown }).code) {
    case 'FST_REQ_FILE_TOO_LARGE':
      return UploadTooLarge({ detail: `At most ${Math.floor(maxBytes / 1024 / 1024)} MB.`, cause });
    case 'FST_FILES_LIMIT':
      return InvalidRequest({
        detail: 'Send one file in each request.',
        errors: [{ pointer: '/file', code: 'too_many_files', message: 'must be one file' }],
        cause,
      });
    default:
      return MalformedBody({ detail: 'The multipart body breaks off or is not well formed.', cause });
  }
}
