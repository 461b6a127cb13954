import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { AuditExportResponse, sendAuditExport } from './audit-export.js';
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
  @Authenticated({ permission: 'audit:read', feature: 'audit_export' })
  @ApiOperation({ operationId: 'exportAuditLines', summary: 'The same, all of it, as CSV or JSON' })
  @AuditExportResponse()
  async exportAuditLines(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ExportAuditQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAuditExport(reply, query.format ?? 'csv', await this.log.export(tenant, query));
  }
}
