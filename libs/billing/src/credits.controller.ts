import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Tenant } from '#core/http';
import { CreditBalanceDto, CreditTransactionPageDto, ListCreditTransactionsQuery } from './credits.dto.js';
import { CreditsService } from './credits.service.js';

@ApiTags('billing')
@Controller('api/billing')
export class CreditsController {
  constructor(private readonly credits: CreditsService) {}

  @Get('balance')
  @Authenticated({ permission: 'credits:read' })
  @ApiOperation({ operationId: 'getCreditBalance', summary: 'The balance of the organization' })
  @ApiOkResponse({ type: CreditBalanceDto })
  getCreditBalance(@CurrentTenant() tenant: Tenant): Promise<CreditBalanceDto> {
    return this.credits.balance(tenant);
  }

  @Get('transactions')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({ operationId: 'listCreditTransactions', summary: 'The ledger, newest first' })
  @ApiOkResponse({ type: CreditTransactionPageDto })
  listCreditTransactions(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListCreditTransactionsQuery,
  ): Promise<CreditTransactionPageDto> {
    return this.credits.transactions(tenant, query.limit ?? 50, query.before);
  }
}
