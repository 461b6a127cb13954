import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, type Tenant } from '#core/http';
import { CreditTransactionPageDto, ListCreditTransactionsQuery, TransactionFilterQuery } from './transactions.dto.js';
import { TransactionsService } from './transactions.service.js';

@ApiTags('billing')
@Controller('api/billing')
export class TransactionsController {
  constructor(private readonly transactions: TransactionsService) {}

  @Get('transactions')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'listCreditTransactions',
    summary: 'The ledger, newest first',
    description:
      'One line for each movement, in credits, numbered without gaps and never changed. A job has two: `hold`, and `settle` or `release`; `balanceAfter` and `heldAfter` say what there was after each. Pages go by `before`.',
  })
  @ApiOkResponse({ type: CreditTransactionPageDto })
  listCreditTransactions(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListCreditTransactionsQuery,
  ): Promise<CreditTransactionPageDto> {
    return this.transactions.list(tenant, query);
  }

  @Get('transactions.csv')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'exportCreditTransactions',
    summary: 'The ledger as CSV, newest first',
    description:
      'RFC 4180, UTF-8, times in UTC. Texts that a spreadsheet would take for formulas begin with an apostrophe.',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async exportCreditTransactions(
    @CurrentTenant() tenant: Tenant,
    @Query() query: TransactionFilterQuery,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.transactions.export(tenant, query), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="credit-transactions.csv"',
    });
  }
}
