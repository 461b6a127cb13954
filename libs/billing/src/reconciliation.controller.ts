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
    description:
      'The last four UTC days are compared every five minutes, and kept: costs in millionths of a US dollar, payments and overruns in credits. `drift` other than 0 wants a look, and so does everything in `violations` and `frozen`. Nothing is mended by a program.',
  })
  @ApiOkResponse({ type: ReconciliationReportDto })
  @ProblemResponse(422, '`request.invalid`')
  getReconciliation(@Query() query: ReconciliationQuery): Promise<ReconciliationReportDto> {
    return this.reconciliation.report(query);
  }
}
