import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, ProblemResponse } from '#core/http';
import { ReconciliationQuery, ReconciliationReportDto } from './reconciliation.dto.js';
import { ReconciliationService } from './reconciliation.service.js';

@ApiTags('admin')
@Controller('api/admin/reconciliation')
export class ReconciliationController {
  constructor(private readonly reconciliation: ReconciliationService) {}

  @Get()
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'getReconciliation',
    summary: 'Whether the books add up, and agree with providers and payments, by day',
  })
  @ApiOkResponse({ type: ReconciliationReportDto })
  @ProblemResponse(422, '`request.invalid`')
  getReconciliation(@Query() query: ReconciliationQuery): Promise<ReconciliationReportDto> {
    return this.reconciliation.report(query);
  }
}
