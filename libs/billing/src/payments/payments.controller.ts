import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { ListPaymentsQuery, PaymentMethodListDto, PaymentPageDto, PortalDto } from './payments.dto.js';
import { PaymentsService } from './payments.service.js';

@ApiTags('billing')
@Controller('api/billing')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Get('payments')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'listPayments',
    summary: 'Payments, newest first',
    description:
      'In cents, with what was returned of each. `failed` ones say why; the invoice stays open and can be paid again. Pages go by `before`.',
  })
  @ApiOkResponse({ type: PaymentPageDto })
  listPayments(@CurrentTenant() tenant: Tenant, @Query() query: ListPaymentsQuery): Promise<PaymentPageDto> {
    return this.payments.list(tenant, query);
  }

  @Get('payment-methods')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'listPaymentMethods',
    summary: 'The cards on file',
    description:
      'As the payment service has them: brand, last four digits, end of validity. One of them is charged for renewals and automatic top-ups. Empty where payments are taken by hand.',
  })
  @ApiOkResponse({ type: PaymentMethodListDto })
  @ProblemResponse(503, '`billing.payment_service_failed`')
  listPaymentMethods(@CurrentTenant() tenant: Tenant): Promise<PaymentMethodListDto> {
    return this.payments.methods(tenant);
  }

  @Post('portal')
  @HttpCode(200)
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'openBillingPortal',
    summary: 'A page on which cards are managed',
    description:
      'A link of the payment service for you alone, which ends soon: open it at once, do not keep it. `url` is null where there is no such page, or nothing was ever paid.',
  })
  @ApiOkResponse({ type: PortalDto })
  @ProblemResponse(503, '`billing.payment_service_failed`')
  openBillingPortal(@CurrentTenant() tenant: Tenant): Promise<PortalDto> {
    return this.payments.portal(tenant);
  }
}
