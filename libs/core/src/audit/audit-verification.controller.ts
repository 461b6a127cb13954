import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, ProblemResponse } from '#core/http';
import { AuditVerificationDto, VerifyAuditQuery } from './audit.dto.js';
import { AuditVerificationService } from './audit-verification.service.js';

@ApiTags('admin')
@Controller('api/admin/audit')
export class AuditVerificationController {
  constructor(private readonly verification: AuditVerificationService) {}

  @Get('verify')
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'verifyAuditChains',
    summary: 'Check the chains of hashes over the audit log; names the first broken line',
    description: 'The nil UUID as `organizationId` is the chain of the platform itself.',
  })
  @ApiOkResponse({ type: AuditVerificationDto })
  @ProblemResponse(404, 'There is no such organization')
  @ProblemResponse(422, '`request.invalid`')
  verifyAuditChains(@Query() query: VerifyAuditQuery): Promise<AuditVerificationDto> {
    return this.verification.verify(query.organizationId ?? null);
  }
}
