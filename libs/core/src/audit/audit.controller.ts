import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { AuditLogService } from './audit-log.service.js';
import { AuditPageDto, ExportAuditQuery, ListAuditQuery } from './audit.dto.js';

@ApiTags('audit')
@Controller('api/audit')
@ProblemResponse(422, '`request.invalid`')
export class AuditController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @Authenticated({ permission: 'audit:read' })
  @ApiOperation({ operationId: 'listAuditLines', summary: 'Who changed what, and who was refused; newest first' })
  @ApiOkResponse({ type: AuditPageDto })
  listAuditLines(@CurrentTenant() tenant: Tenant, @Query() query: ListAuditQuery): Promise<AuditPageDto> {
    return this.log.list(tenant, query);
  }

  @Get('export')
  @Authenticated({ permission: 'audit:read' })
  @ApiOperation({ operationId: 'exportAuditLines', summary: 'The same, all of it, as CSV or JSON' })
  @ApiOkResponse({
    description: 'Streamed. CSV with a line of column names, or one JSON array of audit lines',
    content: {
      'text/csv': { schema: { type: 'string' } },
      'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/AuditLineDto' } } },
    },
  })
  async exportAuditLines(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ExportAuditQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const text = await this.log.export(tenant, query);
    const format = query.format ?? 'csv';
    void reply
      .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(text));
  }
}
