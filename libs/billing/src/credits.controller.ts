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
    description:
      'In credits; 1 credit is US$0.001 of list price. `granted + purchased + refunded + adjusted = available + held + spent + expired`. What a job may cost at most is held when it is accepted, and charged or returned when it ends. Grants are listed in the order in which they burn.',
  })
  @ApiOkResponse({ type: CreditBalanceDto })
  getCreditBalance(@CurrentTenant() tenant: Tenant): Promise<CreditBalanceDto> {
    return this.credits.balance(tenant);
  }

  @Patch('balance')
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'updateCreditBalance',
    summary: 'Say below how many credits to be told',
    description:
      '`credits.low` is told once when fewer credits than the threshold are available, and again only after there has been a tenth more than it in between. 0: never. Nothing is refused because of it; a cap is a budget.',
  })
  @ApiOkResponse({ type: CreditBalanceDto })
  @ProblemResponse(422, '`request.invalid`')
  updateCreditBalance(
    @CurrentTenant() tenant: Tenant,
    @Body() body: UpdateCreditBalanceDto,
  ): Promise<CreditBalanceDto> {
    return this.credits.setLowThreshold(tenant, body.lowThreshold);
  }
}
