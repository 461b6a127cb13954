import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { CheckoutService } from '../payments/checkout.service.js';
import { CheckoutDto, InvoiceDto, InvoicePageDto, InvoicePdfQuery, ListInvoicesQuery } from './invoices.dto.js';
import { InvoicesService } from './invoices.service.js';

@ApiTags('billing')
@Controller('api/billing/invoices')
export class InvoicesController {
  constructor(
    private readonly invoices: InvoicesService,
    private readonly checkouts: CheckoutService,
  ) {}

  @Get()
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'listInvoices',
    summary: 'Invoices and credit notes, newest first',
    description:
      'In cents of the currency of each. `open` ones are owed until `dueAt`; a credit note says what was returned of an invoice. Pages go by `before`.',
  })
  @ApiOkResponse({ type: InvoicePageDto })
  listInvoices(@CurrentTenant() tenant: Tenant, @Query() query: ListInvoicesQuery): Promise<InvoicePageDto> {
    return this.invoices.list(tenant, query);
  }

  @Get(':invoiceId')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'getInvoice',
    summary: 'One invoice or credit note',
    description: 'As it was issued: number, parties, lines and amounts in cents never change. Only its payment does.',
  })
  @ApiOkResponse({ type: InvoiceDto })
  @ProblemResponse(404, 'The organization has no such invoice')
  getInvoice(@CurrentTenant() tenant: Tenant, @Param('invoiceId', UuidPipe) invoiceId: string): Promise<InvoiceDto> {
    return this.invoices.get(tenant, invoiceId);
  }

  @Get(':invoiceId/pdf')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'getInvoicePdf',
    summary: 'The invoice as PDF, in Portuguese or English; a commercial document, not an NFS-e',
    description: 'The same document each time. Without `locale` in the language of the organization.',
  })
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ProblemResponse(404, 'The organization has no such invoice')
  async getInvoicePdf(
    @CurrentTenant() tenant: Tenant,
    @Param('invoiceId', UuidPipe) invoiceId: string,
    @Query() query: InvoicePdfQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { document, fileName } = await this.invoices.pdf(tenant, invoiceId, query.locale);
    void reply
      .type('application/pdf')
      .header('content-disposition', `inline; filename="${fileName}"`)
      .header('cache-control', 'private, no-store')
      .send(document);
  }

  @Post(':invoiceId/checkout')
  @HttpCode(200)
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'checkoutInvoice',
    summary: 'Where an open invoice can be paid',
    description:
      'Answers the payment page of the payment service, or `url: null` and the instructions where payments are taken by hand. Asked again it is the same page while that is open. What the invoice buys is given once the money is there, told by `invoice.paid`, and not when the page says so.',
  })
  @ApiOkResponse({ type: CheckoutDto })
  @ProblemResponse(404, 'The organization has no such invoice')
  @ProblemResponse(409, '`billing.invoice_already_paid`, `billing.invoice_not_open`, `billing.payment_under_way`')
  @ProblemResponse(503, '`billing.payment_service_failed`')
  checkoutInvoice(
    @CurrentTenant() tenant: Tenant,
    @Param('invoiceId', UuidPipe) invoiceId: string,
  ): Promise<CheckoutDto> {
    return this.checkouts.open(tenant.organization.id, invoiceId);
  }
}
