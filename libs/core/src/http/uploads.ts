import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import { applyDecorators } from '@nestjs/common';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest, isAppError, MalformedBody, UploadMissing, UploadTooLarge } from '#core/errors';

declare module 'fastify' {
  interface FastifyContextConfig {
    takesUpload?: boolean;
    /** The most JSON that the route takes, where that is more than others do. */
    maxJsonBytes?: number;
  }
}

/** What a route wants instead of JSON; forms of several files have names of their own for them. */
export const FORM_ADVICE = 'Send multipart/form-data.';
const UPLOAD_ADVICE = 'Send multipart/form-data with the file as the field `file`.';

/** The route takes one file as multipart/form-data; see `readUpload` and `readParts`. */
export const TakesUpload = (): MethodDecorator =>
  applyDecorators(
    RouteConfig({ takesUpload: true }),
    ApiConsumes('multipart/form-data'),
    ApiBody({
      schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
    }),
  );

/** One file of a multipart request, while it comes in. Read it to its end, or destroy it. */
export interface UploadedFile {
  /** The name of the form's field. */
  field: string;
  /** What the sender calls the file, without folders. */
  name: string;
  /** What the sender says it is; undefined when nothing, or nothing particular, is said. */
  declaredType: string | undefined;
  body: Readable;
}

export interface PartLimits {
  /** Of each file. A request that announces more is refused at once; who takes the file has to count all the same. */
  maxFileBytes: number;
  maxFiles: number;
  maxFields: number;
}

/** What a form needs around its files. */
const FORM_BYTES = 256 * 1024;

/** What programs send that know no better, and what a part without a type is by default (RFC 7578, 4.4). */
const NOTHING_PARTICULAR: readonly string[] = ['application/octet-stream', 'text/plain'];

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

/**
 * Goes through a multipart request while it comes in: each file is given to `take`, and nothing is kept in memory but
 * the texts. The next part waits for `take` to end.
 * @returns the texts by field, in their order
 * @throws UploadMissing, MalformedBody; InvalidRequest for more files than allowed; what `take` throws
 */
export async function readParts(
  request: FastifyRequest,
  limits: PartLimits,
  take: (file: UploadedFile) => Promise<void>,
): Promise<Record<string, string[]>> {
  if (!request.isMultipart()) throw UploadMissing(FORM_ADVICE);
  const { maxFileBytes, maxFiles, maxFields } = limits;
  if (Number(request.headers['content-length'] ?? 0) > maxFiles * maxFileBytes + FORM_BYTES)
    throw uploadTooLarge(maxFileBytes);
  const fields: Record<string, string[]> = {};
  try {
    const parts = request.parts({
      // A file that is cut off by the parser would look damaged to those who read it.
      limits: { fileSize: Number.MAX_SAFE_INTEGER, files: maxFiles, fields: maxFields, parts: maxFiles + maxFields },
    });
    for await (const part of parts) {
      if (part.type === 'file') {
        const { fieldname: field, filename: name, mimetype, file: body } = part;
        await take({ field, name, declaredType: NOTHING_PARTICULAR.includes(mimetype) ? undefined : mimetype, body });
      } else if (typeof part.value === 'string') {
        (fields[part.fieldname] ??= []).push(part.value);
      }
    }
    return fields;
  } catch (error) {
    throw isAppError(error) || !isMultipartFault(error) ? error : refusalOf(error, maxFileBytes);
  }
}

/** The parser's own errors and those of the connection; what else is thrown is not about the body. */
function isMultipartFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(FST_|ERR_STREAM_PREMATURE_CLOSE|ECONNRESET)/.test(code) ||
    /multipart|terminated early|Malformed/i.test(error.message)
  );
}

function refusalOf(cause: unknown, maxBytes: number): Error {
  switch ((cause as { code?: unknown }).code) {
    case 'FST_PARTS_LIMIT':
    case 'FST_FIELDS_LIMIT':
      return InvalidRequest({ detail: 'The form has more fields than this route knows.', cause });
    case 'FST_REQ_FILE_TOO_LARGE':
      return uploadTooLarge(maxBytes, cause);
    case 'FST_FILES_LIMIT':
      return InvalidRequest({
        detail: 'Send fewer files in one request.',
        errors: [{ pointer: '/file', code: 'too_many_files', message: 'must be fewer files' }],
        cause,
      });
    default:
      return MalformedBody({ detail: 'The multipart body breaks off or is not well formed.', cause });
  }
}

/** @param maxBytes what one file may have; told in megabytes */
export function uploadTooLarge(maxBytes: number, cause?: unknown): Error {
  return UploadTooLarge({
    detail: `A file may have at most ${Math.max(1, Math.floor(maxBytes / 1024 ** 2))} MB.`,
    cause,
  });
}
