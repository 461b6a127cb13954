import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { SignedReceiptDto } from './receipts.dto.js';
import { ReceiptsService } from './receipts.service.js';

@ApiTags('ai')
@Controller('api/ai/jobs')
export class ReceiptsController {
  constructor(private readonly receipts: ReceiptsService) {}

  @Get(':jobId/receipt')
  @Authenticated({ permission: 'jobs:read' })
  @ApiOperation({
    operationId: 'getJobReceipt',
    summary: 'What a job cost and why, signed',
    description:
      'The price that was frozen for it, what was held, charged and returned, when and why, and what was given back since. Signed (ES256), so that others can verify it without asking. A receipt that is asked for later tells later refunds. While the job runs there is none: 409.',
  })
  @ApiOkResponse({ type: SignedReceiptDto })
  @ProblemResponse(404, 'No such job in this organization')
  @ProblemResponse(409, '`ai.receipt_not_ready`: the job has not ended')
  getJobReceipt(@CurrentTenant() tenant: Tenant, @Param('jobId', UuidPipe) jobId: string): Promise<SignedReceiptDto> {
    return this.receipts.get(tenant, jobId);
  }
}
