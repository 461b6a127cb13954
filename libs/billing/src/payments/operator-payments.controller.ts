import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal, ProblemResponse, UuidPipe } from '#core/http';
import { InvoiceDto, ListOpenInvoicesQuery, OpenInvoicePageDto } from '../invoices/invoices.dto.js';
import {
  ListOrganizationsPaymentsQuery,
  MarkPaidDto,
  OperatorPaymentPageDto,
  PaymentDto,
  RefundDto,
} from './payments.dto.js';
import { PaymentsService } from './payments.service.js';

/** What platform operators do about money. */
@ApiTags('admin')
@Controller('api/admin')
export class OperatorPaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Get('invoices')
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'listOpenInvoices',
    summary: 'The open invoices of all organizations, first due first',
    description:
      'What is owed to the platform, in cents of the currency of each invoice. Where payments are taken by hand, look the money up on the bank statement, then mark the invoice paid.',
  })
  @ApiOkResponse({ type: OpenInvoicePageDto })
  listOpenInvoices(@Query() query: ListOpenInvoicesQuery): Promise<OpenInvoicePageDto> {
    return this.payments.openInvoices(query);
  }

  @Post('invoices/:invoiceId/pay')
  @HttpCode(200)
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'markInvoicePaid',
    summary: 'The money came: what the invoice buys is given, once',
    description:
      'For money that came outside of the payment service. In one transaction the invoice is paid, the plan begins or the credits are given, and the events are told; told again, nothing is given twice. `method` and `reference` are kept with the payment.',
  })
  @ApiOkResponse({ type: InvoiceDto })
  @ProblemResponse(404, 'There is no such invoice')
  @ProblemResponse(409, '`billing.invoice_already_paid`, `billing.invoice_not_open`')
  markInvoicePaid(
    @CurrentPrincipal() operator: Principal,
    @Param('invoiceId', UuidPipe) invoiceId: string,
    @Body() body: MarkPaidDto,
  ): Promise<InvoiceDto> {
    return this.payments.markPaid(operator, invoiceId, body);
  }

  @Get('payments')
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'listOrganizationsPayments',
    summary: 'The payments of all organizations, newest first',
    description: 'Amounts in cents of the currency of each payment, with what was returned of them.',
  })
  @ApiOkResponse({ type: OperatorPaymentPageDto })
  listOrganizationsPayments(@Query() query: ListOrganizationsPaymentsQuery): Promise<OperatorPaymentPageDto> {
    return this.payments.listAll(query);
  }

  @Post('payments/:paymentId/refund')
  @HttpCode(200)
  @Authenticated({ operator: true })
  @ApiOperation({
    operationId: 'refundPayment',
    summary: 'Give money back; its unused credits go with it, spent ones become a debt',
    description:
      'In cents; left out, all that has not been returned. Through the payment service where it took the money, otherwise you have sent it and this is the record. The share of the credits goes with it: first from what they were bought with, then from whatever is free, never from what jobs hold; the rest is owed, and paid by the next credits that come. A credit note is issued. One return of a payment at a time.',
  })
  @ApiOkResponse({ type: PaymentDto })
  @ProblemResponse(404, 'There is no such payment')
  @ProblemResponse(409, '`billing.payment_not_returnable`')
  @ProblemResponse(503, '`billing.payment_service_failed`')
  refundPayment(
    @CurrentPrincipal() operator: Principal,
    @Param('paymentId', UuidPipe) paymentId: string,
    @Body() body: RefundDto,
  ): Promise<PaymentDto> {
    return this.payments.refund(operator, paymentId, body.amountCents);
  }
}
