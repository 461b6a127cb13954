import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { CreditBalanceDto, UpdateCreditBalanceDto } from './credits.dto.js';
import { CreditsService } from './credits.service.js';

@ApiTags('billing')
@Controller('api/billing')
export class CreditsController {
  constructor(private readonly credits: CreditsService) {}

  @Get('balance')
  @Authenticated({ permission: 'credits:read' })
  @ApiOperation({
    operationId: 'getCreditBalance',
    summary: 'The balance of the organization, by grant, with what expires next',
  })
  @ApiOkResponse({ type: CreditBalanceDto })
  getCreditBalance(@CurrentTenant() tenant: Tenant): Promise<CreditBalanceDto> {
    return this.credits.balance(tenant);
  }

  @Patch('balance')
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({ operationId: 'updateCreditBalance', summary: 'Say below how many credits to be told' })
  @ApiOkResponse({ type: CreditBalanceDto })
  @ProblemResponse(422, '`request.invalid`')
  updateCreditBalance(
    @CurrentTenant() tenant: Tenant,
    @Body() body: UpdateCreditBalanceDto,
  ): Promise<CreditBalanceDto> {
    return this.credits.setLowThreshold(tenant, body.lowThreshold);
  }
}
