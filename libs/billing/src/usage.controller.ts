import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Tenant } from '#core/http';
import { UsageDto, UsageQuery } from './usage.dto.js';
import { UsageService } from './usage.service.js';

@ApiTags('billing')
@Controller('api/billing')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get('usage')
  @Authenticated({ permission: 'credits:read' })
  @ApiOperation({
    operationId: 'getUsage',
    summary: 'What was spent by day',
    description:
      'Days begin at midnight in the time zone of the organization. Jobs of test keys are left out. What was given back after a charge is in the ledger alone.',
  })
  @ApiOkResponse({ type: UsageDto })
  getUsage(@CurrentTenant() tenant: Tenant, @Query() query: UsageQuery): Promise<UsageDto> {
    return this.usage.byDay(tenant, query);
  }
}
