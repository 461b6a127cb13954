import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { MalformedBody, UploadMissing, UploadTooLarge } from '#core/errors';

/** Lets routes read `multipart/form-data`. Nothing is kept in files or read before a route asks for it. */
export async function useUploads(app: NestFastifyApplication): Promise<void> {
  await app.register(multipart, { limits: { files: 1, fields: 10, fieldSize: 10_000, headerPairs: 50, parts: 11 } });
}

/**
 * The one file of a multipart request, in memory; its name and declared type are the sender's word and not looked at.
 * @throws UploadMissing, UploadTooLarge, MalformedBody
 */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  if (!request.isMultipart()) throw UploadMissing('Send multipart/form-data with the field `file`.');
  try {
    const part = await request.file({ limits: { fileSize: maxBytes } });
    if (!part) throw UploadMissing('Send the file as the field `file`.');
    return await part.toBuffer();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'FST_REQ_FILE_TOO_LARGE') {
      throw UploadTooLarge({ detail: `At most ${Math.floor(maxBytes / 1024 / 1024)} MB.`, cause: error });
    }
    if (UploadMissing.is(error)) throw error;
    throw MalformedBody({ detail: 'The multipart body breaks off or is not well formed.', cause: error });
  }
}
