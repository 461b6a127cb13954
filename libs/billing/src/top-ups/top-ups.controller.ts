import { Body, Controller, Get, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant } from '#core/http';
import { CheckoutDto } from '../invoices/invoices.dto.js';
import { AutoTopUpDto, BuyCreditsDto } from './top-ups.dto.js';
import { TopUpsService } from './top-ups.service.js';

@ApiTags('billing')
@Controller('api/billing')
export class TopUpsController {
  constructor(private readonly topUps: TopUpsService) {}

  @Post('top-ups')
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'buyCredits',
    summary: 'Order a credit pack; its credits come once it is paid',
    description: 'While an order of the same pack is open, asking again answers with it: one order, one payment page.',
  })
  @ApiCreatedResponse({ type: CheckoutDto })
  @ProblemResponse(409, '`billing.payment_under_way`: the open order of this pack is being paid')
  @ProblemResponse(422, '`billing.pack_unknown`, `billing.currency_unknown`')
  @ProblemResponse(503, '`billing.payment_service_failed`: ordered, and can be paid by its invoice later')
  buyCredits(@CurrentTenant() tenant: Tenant, @Body() body: BuyCreditsDto): Promise<CheckoutDto> {
    return this.topUps.buy(tenant, body);
  }

  @Get('auto-top-up')
  @Authenticated({ permission: 'billing:read' })
  @ApiOperation({
    operationId: 'getAutoTopUp',
    summary: 'Whether packs are bought automatically',
    description: 'Whether, below how many available credits, which pack, and at most how often a month (UTC).',
  })
  @ApiOkResponse({ type: AutoTopUpDto })
  getAutoTopUp(@CurrentTenant() tenant: Tenant): Promise<AutoTopUpDto> {
    return this.topUps.autoTopUp(tenant);
  }

  @Put('auto-top-up')
  @Authenticated({ permission: 'billing:manage' })
  @ApiOperation({
    operationId: 'setAutoTopUp',
    summary: 'Buy packs automatically when credits run low, or stop it',
    description:
      'The card on file is charged for one pack when fewer credits than `thresholdCredits` are available, one order at a time and at most `maxPerMonth` a month (UTC). A card that is declined or asks its owner turns it off and leaves an open invoice; so does a chargeback. Only where a payment service takes cards: otherwise `billing.auto_top_up_unavailable`.',
  })
  @ApiOkResponse({ type: AutoTopUpDto })
  @ProblemResponse(409, '`billing.auto_top_up_unavailable`')
  @ProblemResponse(422, '`billing.pack_unknown`, `request.invalid`')
  setAutoTopUp(@CurrentTenant() tenant: Tenant, @Body() body: AutoTopUpDto): Promise<AutoTopUpDto> {
    return this.topUps.setAutoTopUp(tenant, body);
  }
}
