import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated, CurrentPerson, type Person, ProblemResponse } from '#core/http';
import { AuditExportResponse, sendAuditExport } from './audit-export.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditPageDto, ExportAllAuditQuery, ListAllAuditQuery } from './audit.dto.js';

/** The audit log across organizations, and that of the platform itself. */
@ApiTags('admin')
@Controller('api/admin/audit')
export class AuditOperatorsController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'listAllAuditLines',
    summary: 'The audit log of one organization, of the platform itself, or of all; newest first',
    description:
      'Who did what, from where, to what, with what was before and is after; never secrets. Lines are sealed into a chain of hashes within two minutes. Pages go by `before`.',
  })
  @ApiOkResponse({ type: AuditPageDto })
  @ProblemResponse(422, '`request.invalid`')
  listAllAuditLines(@CurrentPerson() operator: Person, @Query() query: ListAllAuditQuery): Promise<AuditPageDto> {
    return this.log.listForOperator(operator, query);
  }

  @Get('export')
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'exportAllAuditLines',
    summary: 'The same, all of it, as CSV or JSON',
    description: 'Streamed a page at a time. The export itself is told in the log of the platform.',
  })
  @AuditExportResponse()
  @ProblemResponse(422, '`request.invalid`')
  async exportAllAuditLines(
    @CurrentPerson() operator: Person,
    @Query() query: ExportAllAuditQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendAuditExport(reply, query.format ?? 'csv', await this.log.exportForOperator(operator, query));
  }
}
