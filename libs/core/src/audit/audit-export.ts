import { Readable } from 'node:stream';
import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ExportFormat } from './audit.dto.js';

/** Documents the answer of a route that streams audit lines. */
export const AuditExportResponse = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiOkResponse({
      description: 'Streamed. CSV with a line of column names, or one JSON array of audit lines',
      content: {
        'text/csv': { schema: { type: 'string' } },
        'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/AuditLineDto' } } },
      },
    }),
  );

/** Sends an export while it is read, as a file to be saved. */
export function sendAuditExport(reply: FastifyReply, format: ExportFormat, text: AsyncIterable<string>): void {
  void reply
    .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="audit.${format}"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(text));
}
