import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPerson, type Person, ProblemResponse } from '#core/http';
import { AuditLogService } from './audit-log.service.js';
import { AuditPageDto, ListAllAuditQuery } from './audit.dto.js';

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
  })
  @ApiOkResponse({ type: AuditPageDto })
  @ProblemResponse(422, '`request.invalid`')
  listAllAuditLines(@CurrentPerson() operator: Person, @Query() query: ListAllAuditQuery): Promise<AuditPageDto> {
    return this.log.listForOperator(operator, query);
  }
}
